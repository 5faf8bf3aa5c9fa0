import { Logger } from '@aws-lambda-powertools/logger';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Context } from 'aws-lambda';
import { clientTimeouts } from './client-timeouts.ts';
import { queueSender } from './deliver/queue.ts';
import { widgetEnvironmentFrom } from './env.ts';
import type { FleetEntry } from './model/alert.ts';
import { type CountRange, readFailureCounts } from './observe/failure-counts.reader.ts';
import { dynamoStore } from './store/dynamo.store.ts';
import type { FailureCounts } from './widget/fleet-content.ts';
import { answerWidget, type WidgetActions } from './widget/widget.ts';
import { widgetActions } from './widget/widget-actions.ts';

const logger = new Logger();
// One attempt less than the default and short waits: the console shows nothing for longer than the function's time.
const shortTimeouts = clientTimeouts('own', 2);
const dynamo = DynamoDBDocumentClient.from(new DynamoDBClient(shortTimeouts));
const sqs = new SQSClient(shortTimeouts);
const cloudWatches = new Map<string, CloudWatchClient>();

const now = (): number => Date.now();

function cloudWatchOf(region: string): CloudWatchClient {
  const known = cloudWatches.get(region) ?? new CloudWatchClient({ ...shortTimeouts, region });
  cloudWatches.set(region, known);
  return known;
}

/** Region by region; where one cannot be read, the others still are. */
async function readFailures(entries: readonly FleetEntry[], range: CountRange): Promise<FailureCounts> {
  const regions = [...new Set(entries.map(({ region }) => region))];
  const counts = await Promise.all(regions.map((region) => countsOf(region, entries, range)));
  const read = counts.flatMap((ofRegion) => (ofRegion === null ? [] : [...ofRegion]));
  return read.length === 0 && counts.includes(null) ? null : new Map(read);
}

async function countsOf(region: string, entries: readonly FleetEntry[], range: CountRange) {
  const arns = entries.filter((entry) => entry.region === region).map((entry) => entry.loadBalancerArn);
  try {
    return await readFailureCounts(cloudWatchOf(region), arns, range, now());
  } catch (error) {
    logger.warn('the 502s of a region could not be read; the table shows those of the last look', {
      region,
      error: String(error),
    });
    return null;
  }
}

/** Draws the dashboard's table of load balancers, and does what a click asks for. */
export function handler(event: unknown, context: Context): Promise<string> {
  // Read late, so that the widget documents itself and shows what is wrong even where its environment is broken.
  const environment = () => widgetEnvironmentFrom(process.env);
  const store = () => dynamoStore(dynamo, environment().tableName);
  return answerWidget(event, {
    now,
    endpoint: context.invokedFunctionArn,
    loadFleet: async () => store().fleet(),
    loadRegions: async () => store().screenedRegions(),
    loadSilences: async () => store().silences(),
    loadRecurringSilences: async () => store().recurringSilences(),
    postureHours: () => environment().settings.postureHours,
    loadIncident: async (id) => store().incident(id),
    readFailures,
    actions: (): WidgetActions | null => {
      const { settings, queueUrl } = environment();
      return settings.widgetActions
        ? widgetActions({ store: store(), enqueue: queueSender(sqs, queueUrl), now })
        : null;
    },
    logFailure: (error) => logger.error('the fleet could not be read', { error: String(error) }),
  });
}
