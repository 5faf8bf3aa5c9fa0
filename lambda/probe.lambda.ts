import { Logger } from '@aws-lambda-powertools/logger';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EC2Client } from '@aws-sdk/client-ec2';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Context } from 'aws-lambda';
import { clientTimeouts } from './client-timeouts.ts';
import { probeEnvironmentFrom } from './env.ts';
import { clientConfig, clientsByRegion } from './observe/clients.ts';
import { readRegisteredTargets } from './observe/registered-target.reader.ts';
import { type AskReport, askFailingPaths } from './probe/ask-failing-paths.ts';
import { type ProbeReport, probeTargets } from './probe/probe-targets.ts';
import { sampleTargets } from './probe/registered-target.ts';
import { DEFAULT_SKIP_WORDS } from './probe/skip-paths.ts';
import { dynamoStore } from './store/dynamo.store.ts';

/** Two of each group, for a target may differ from the next; and no more than a run has time for. */
const SAMPLE = { perGroup: 2, total: 40 };
const HOUR_MS = 3_600_000;

const logger = new Logger();
const clients = clientsByRegion();
const dynamo = DynamoDBDocumentClient.from(new DynamoDBClient(clientTimeouts('own', 3)));

const now = (): string => new Date().toISOString();

/** Asks for paths that failed, then probes a sample of the registered targets of this region; keeps what it learns. */
export async function handler(
  _event: unknown,
  context: Pick<Context, 'getRemainingTimeInMillis'>,
): Promise<ProbeReport & { readonly answers: AskReport }> {
  const { region, tableName, settings } = probeEnvironmentFrom(process.env);
  const { elb } = clients(region);
  const ec2 = new EC2Client(clientConfig(region, {}));
  const { targets, skipped } = await readRegisteredTargets({ elb, ec2, region }, now());
  const turn = Math.floor(Date.now() / HOUR_MS);
  const sample = sampleTargets(targets, SAMPLE, turn);
  const store = dynamoStore(dynamo, tableName, (sentence) => logger.warn(sentence));
  const remainingMs = () => context.getRemainingTimeInMillis();
  const skipWords = settings.probeSkipWords ?? DEFAULT_SKIP_WORDS;
  const ports = { store, now, remainingMs, skipWords };
  // What keeps one of the two from its work does not keep the other.
  const [asking] = await Promise.allSettled([askFailingPaths(targets, turn, ports)]);
  const { saveKeepAliveFact } = store;
  const report = await probeTargets(sample, { saveKeepAliveFact, now, remainingMs });
  logger.info('probed', { registered: targets.length, report, skipped, asking });
  if (asking.status === 'rejected') throw asking.reason;
  return { ...report, answers: asking.value };
}
