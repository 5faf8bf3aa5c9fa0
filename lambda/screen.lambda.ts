import { Logger } from '@aws-lambda-powertools/logger';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { clientTimeouts } from './client-timeouts.ts';
import { channelsOf } from './deliver/channels.ts';
import { queueSender } from './deliver/queue.ts';
import { type Environment, environmentFrom, monitorOf, SWEEPING_AT_ONCE } from './env.ts';
import { type AliasAt, askedAlias } from './investigate/account-alias.ts';
import { parseLoadBalancerArn } from './model/arn.ts';
import { RemoteError } from './model/failure.ts';
import { readAccountAlias } from './observe/account-alias.reader.ts';
import { cloudTrailClient } from './observe/change.reader.ts';
import { type ObserveClients, pacedClientsByRegion } from './observe/clients.ts';
import {
  readFailingLoadBalancers,
  readFailingLoadBalancersByName,
} from './observe/failing-load-balancers.reader.ts';
import { listLoadBalancers } from './observe/load-balancer.reader.ts';
import { readEnabledRegions } from './observe/region.reader.ts';
import { regionWatch } from './observe/region-watch.ts';
import { loadBalancersOf } from './observe/target-group-owner.reader.ts';
import { readTrail } from './observe/trail-coverage.reader.ts';
import { countsOfScreening, publishCounts } from './own-metrics.ts';
import { screen } from './screen/screen.ts';
import { screenChange } from './screen/screen-change.ts';
import { parseScreenEvent } from './screen/screen-event.ts';
import { accountAliasStore } from './store/account-alias.store.ts';
import { dynamoStore } from './store/dynamo.store.ts';

const logger = new Logger();
// One process at a time screens; what it asks of the ELB API is never urgent.
const pacedClients = pacedClientsByRegion({ processes: 1, sweeping: SWEEPING_AT_ONCE }, { maxAttempts: 3 });
const clients = (region: string): ObserveClients => pacedClients(region, 'sweep');
const watchedRegions = regionWatch(readEnabledRegions);
const sqs = new SQSClient(clientTimeouts('own', 3));
// What is not delivered now is delivered by the next minute's screening.
const sns = new SNSClient(clientTimeouts('own', 2));
const eventBridge = new EventBridgeClient(clientTimeouts('own', 2));
const dynamo = DynamoDBDocumentClient.from(new DynamoDBClient(clientTimeouts('own', 3)));

let aliasAt: AliasAt | null = null;
/** Made once a process: it remembers. */
const accountAlias = ({ tableName, region }: Environment): Promise<string | null> => {
  aliasAt ??= askedAlias(accountAliasStore(dynamo, tableName), () => readAccountAlias(region));
  return aliasAt(now());
};

const reported = new Set<string>();

/** Once a process is enough: it stays so until a policy is changed. */
function leftOutOnce(region: string, because: string): void {
  if (reported.has(region)) return;
  reported.add(region);
  logger.warn('region left out, the account may not be looked at there; name it in excludedRegions', {
    region,
    because,
  });
}

const now = (): string => new Date().toISOString();

/** Screens all watched regions on the schedule, and one load balancer when a change event comes. */
export async function handler(event: unknown): Promise<void> {
  const environment = environmentFrom(process.env);
  const { settings, account } = environment;
  const enqueue = queueSender(sqs, environment.queueUrl);
  const trigger = parseScreenEvent(event);
  const regions = await watchedRegions(settings, environment.region);
  if (trigger.kind === 'change') {
    const { changes, region } = trigger;
    if (!regions.includes(region))
      return logger.warn('change of a region that is not watched; delete the stack that forwards it', {
        region,
        stack: `Alb502Changes-${region}`,
      });
    const ports = {
      now,
      enqueue,
      loadBalancersOf: (arn: string) => loadBalancersOf(clients(region).elb, region, arn),
    };
    for (const change of changes) {
      const asked = await screenChange(change, ports);
      const { eventName, resourceArn } = change;
      logger.info('change', { eventName, resourceArn, asked: asked.length });
    }
    return;
  }
  if (trigger.kind === 'ignored') return logger.info('event ignored', { because: trigger.because });
  const monitor = monitorOf(environment, await accountAlias(environment));
  const report = await screen(
    regions,
    {
      now,
      enqueue,
      readFailing: (region, window) =>
        readFailingLoadBalancers(clients(region).cloudWatch, { ...window, region, account }),
      listLoadBalancers: (region) => listLoadBalancers(clients(region).elb, region),
      readFailingByName: (region, window, arns) =>
        readFailingLoadBalancersByName(
          clients(region).cloudWatch,
          clients(region).elb,
          { ...window, region, account },
          arns.map(parseLoadBalancerArn),
        ),
      readTrail: (region) => readTrail(cloudTrailClient(region, { maxAttempts: 2 }), region),
      store: dynamoStore(dynamo, environment.tableName, (sentence) => logger.warn(sentence)),
      channels: channelsOf({ sns, eventBridge }, environment.topicArn, monitor),
      dashboardUrl: environment.dashboardUrl,
    },
    settings,
  );
  logger.info('screened', { report });
  for (const { region, leftOut } of report.regions) if (leftOut !== null) leftOutOnce(region, leftOut);
  publishCounts(environment.tableName, [countsOfScreening(report, now())]);
  const failed = report.regions.filter(({ failure }) => failure !== null);
  const failures = [...report.failures, ...failed.map(({ region, failure }) => `${region}: ${failure}`)];
  if (failures.length > 0) throw new RemoteError(failures.join('; '));
}
