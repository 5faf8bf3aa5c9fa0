import { Logger } from '@aws-lambda-powertools/logger';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { clientTimeouts } from './client-timeouts.ts';
import { channelsOf } from './deliver/channels.ts';
import { retrySooner } from './deliver/queue.ts';
import {
  type Environment,
  environmentFrom,
  INVESTIGATIONS_AT_ONCE,
  monitorOf,
  SWEEPING_AT_ONCE,
} from './env.ts';
import { type AliasAt, rememberedAlias } from './investigate/account-alias.ts';
import type { LogPorts } from './investigate/collect.ts';
import { type InvestigatePorts, investigate } from './investigate/investigate.ts';
import {
  type InvestigationBatch,
  neededMessages,
  type QueuedMessage,
  readBatch,
  runBatch,
} from './investigate/investigation-batch.ts';
import type { InvestigationMessage } from './investigate/investigation-message.ts';
import { observeWithHistory } from './investigate/observe-with-history.ts';
import { rememberedWorkloads } from './investigate/remembered-workloads.ts';
import { type ObserveClients, pacedClientsByRegion } from './observe/clients.ts';
import type { Depth } from './observe/depth.ts';
import { type KnownLoadBalancer, knownReader } from './observe/known.reader.ts';
import { logsOnDemand } from './observe/logs-on-demand.ts';
import { countsOfLook, type OwnCounts, publishCounts } from './own-metrics.ts';
import { rememberedServerHeaders } from './probe/remembered-headers.ts';
import { accountAliasStore } from './store/account-alias.store.ts';
import { dynamoStore } from './store/dynamo.store.ts';
import { ecsIndexStore } from './store/ecs-index.store.ts';
import type { MonitorStore } from './store/monitor-store.ts';

const logger = new Logger();
const clients = pacedClientsByRegion({
  processes: INVESTIGATIONS_AT_ONCE,
  sweeping: SWEEPING_AT_ONCE,
});
const readKnown = knownReader();
/** Made once a process: it remembers. */
const askServers = rememberedServerHeaders();
// What is not delivered now is delivered by the next minute's screening.
const sns = new SNSClient(clientTimeouts('own', 2));
const eventBridge = new EventBridgeClient(clientTimeouts('own', 2));
const sqs = new SQSClient(clientTimeouts('own', 2));
const dynamo = DynamoDBDocumentClient.from(new DynamoDBClient(clientTimeouts('own', 3)));

const workloadsOf = rememberedWorkloads();

let aliasAt: AliasAt | null = null;
/** Made once a process: it remembers. */
const accountAlias = (tableName: string): Promise<string | null> => {
  aliasAt ??= rememberedAlias(accountAliasStore(dynamo, tableName));
  return aliasAt(new Date().toISOString());
};

/** Of the function's 120 s the logs take two thirds at most, shared by the load balancers of a batch. */
const ACCESS_LOG_MS = 80_000;
const ACCESS_LOG_MS_EACH = 40_000;
/** 64 MB of gz are some 600,000 requests. */
const ACCESS_LOG_BYTES = 64_000_000;
/** Read side by side with the access log. */
const BACKEND_LOG_MS = 8_000;

const clientsFor = ({ region, reason }: InvestigationMessage): ObserveClients =>
  clients(region, reason === 'posture' ? 'sweep' : 'incident');

/** With more load balancers failing at once, what the first alert can do without is left to the second look. */
const MANY_AT_ONCE = 40;

function depthFor({ reason, concurrentLooks }: InvestigationMessage): Depth {
  if (reason === 'posture' || reason === 'change') return 'configuration';
  return reason === 'failing' && concurrentLooks > MANY_AT_ONCE ? 'first-aid' : 'whole';
}

/** Everything that the looks of one batch share. */
interface BatchContext {
  readonly environment: Environment;
  readonly accountAlias: string | null;
  readonly store: MonitorStore;
  readonly known: ReadonlyMap<string, KnownLoadBalancer>;
  readonly logs: LogPorts;
}

const logFailure = (messageId: string, error: unknown): void =>
  logger.error('the investigation failed; the message is tried again and ends in the dead-letter queue', {
    messageId,
    because: error instanceof Error ? error.message : String(error),
  });

async function look({ message }: QueuedMessage, context: BatchContext): Promise<OwnCounts> {
  const { environment, accountAlias: alias, store, known, logs } = context;
  const { settings } = environment;
  const { loadBalancerArn, region, reason, change } = message;
  const ports: InvestigatePorts = {
    now: () => new Date().toISOString(),
    observe: observeWithHistory(
      () => ({
        clients: clientsFor(message),
        known: known.get(loadBalancerArn),
        depth: depthFor(message),
        workloads: workloadsOf(settings, () => ecsIndexStore(dynamo, environment.tableName)),
      }),
      environment,
    ),
    ...(settings.askServers ? { askServers } : {}),
    ...logs,
    store,
    channels: channelsOf({ sns, eventBridge }, environment.topicArn, monitorOf(environment, alias)),
    dashboardUrl: environment.dashboardUrl,
  };
  const end = ports.now();
  const start = new Date(Date.parse(end) - settings.investigationWindowMinutes * 60_000).toISOString();
  const outcome = await investigate(
    { loadBalancerArn, region, window: { start, end }, change },
    ports,
    settings,
  );
  const { decision, investigation, delivery } = outcome;
  logger.info('investigated', {
    loadBalancerArn,
    because: reason,
    verdict: investigation?.diagnosis.verdict ?? null,
    probability: investigation?.diagnosis.probability ?? null,
    phase: decision.state.phase,
    decision: decision.reason,
    announced: decision.announcements.map(({ event, reason: why }) => `${event}: ${why}`),
    gaps: investigation?.bundle.gaps.map(({ what, kind }) => `${what}: ${kind}`) ?? [],
    delivery,
  });
  return countsOfLook(investigation?.bundle ?? null);
}

/** A look that was asked for before the last one ended would see what that saw. */
async function isAnswered(
  { change, loadBalancerArn, requestedAt }: InvestigationMessage,
  store: MonitorStore,
) {
  if (change !== null) return false;
  const { state } = await store.load(loadBalancerArn);
  return state !== null && state.decidedAt > requestedAt;
}

/** The looks that are still needed. */
async function unanswered(
  groups: InvestigationBatch['groups'],
  store: MonitorStore,
): Promise<readonly QueuedMessage[]> {
  const needed = await Promise.all(
    groups.flatMap((group) =>
      neededMessages(group).map(async (asked) => {
        // What cannot be told now is told by the look itself, where it fails the one message only.
        const answered = await isAnswered(asked.message, store).catch(() => false);
        return answered ? [] : [asked];
      }),
    ),
  );
  return needed.flat();
}

/** What the load balancers of the batch can be asked for together, region by region. */
async function readTogether(
  asked: readonly QueuedMessage[],
): Promise<ReadonlyMap<string, KnownLoadBalancer>> {
  const byClients = new Map<ObserveClients, InvestigationMessage[]>();
  for (const { message } of asked) {
    const key = clientsFor(message);
    byClients.set(key, [...(byClients.get(key) ?? []), message]);
  }
  const parts = await Promise.all(
    [...byClients].map(async ([key, messages]) => {
      const arns = [...new Set(messages.map(({ loadBalancerArn }) => loadBalancerArn))];
      const concurrentLooks = Math.max(...messages.map((message) => message.concurrentLooks));
      try {
        return [...(await readKnown(key, arns, concurrentLooks))];
      } catch {
        // Each look then reads for itself, and fails by itself.
        return [];
      }
    }),
  );
  return new Map(parts.flat());
}

/**
 * Investigates each load balancer that the queue names, those of a batch side by side. A message that fails stays on
 * the queue with the later ones of its load balancer; the others of the batch are done.
 */
export async function handler(event: SQSEvent): Promise<SQSBatchResponse> {
  const environment = environmentFrom(process.env);
  const store = dynamoStore(dynamo, environment.tableName, (sentence) => logger.warn(sentence));
  const batch = readBatch(event.Records);
  for (const { record, error } of batch.unreadable) logFailure(record.messageId, error);
  const needed = await unanswered(batch.groups, store);
  const pending = new Set(needed);
  const context: BatchContext = {
    environment,
    accountAlias: await accountAlias(environment.tableName),
    store,
    known: await readTogether(needed),
    logs: logsOnDemand({
      accessLogBytes: ACCESS_LOG_BYTES,
      accessLogMs: Math.min(ACCESS_LOG_MS_EACH, ACCESS_LOG_MS / Math.max(1, needed.length)),
      backendLogMs: BACKEND_LOG_MS,
    }),
  };
  const counts: OwnCounts[] = [];
  const response = await runBatch(batch, async (asked) => {
    if (!pending.has(asked)) return;
    try {
      counts.push(await look(asked, context));
    } catch (error) {
      logFailure(asked.record.messageId, error);
      throw error;
    }
  });
  publishCounts(environment.tableName, counts);
  await bringBack(event, response, environment.queueUrl);
  return response;
}

/** What failed is tried again in seconds to minutes; where that cannot be asked for, after the visibility timeout. */
async function bringBack(event: SQSEvent, response: SQSBatchResponse, queueUrl: string): Promise<void> {
  const failed = new Set(response.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
  const messages = event.Records.filter(({ messageId }) => failed.has(messageId)).map(
    ({ receiptHandle, attributes }) => ({
      receiptHandle,
      receiveCount: Number(attributes.ApproximateReceiveCount),
    }),
  );
  if (messages.length === 0) return;
  try {
    await retrySooner(sqs, queueUrl)(messages);
  } catch (error) {
    logger.warn('failed messages come back late', { because: String(error) });
  }
}
