import { processPartialResponse, SqsFifoPartialProcessorAsync } from '@aws-lambda-powertools/batch';
import { Logger } from '@aws-lambda-powertools/logger';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SNSClient } from '@aws-sdk/client-sns';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { eventBridgeDelivery } from './deliver/event-bridge.ts';
import { snsDelivery } from './deliver/sns.ts';
import { type Environment, environmentFrom } from './env.ts';
import { type InvestigatePorts, investigate } from './investigate.ts';
import { parseInvestigationMessage } from './investigation-message.ts';
import { accessLogEvidence } from './observe/access-log-evidence.ts';
import { backendLogEvidence } from './observe/backend-log-evidence.ts';
import { clientsByRegion } from './observe/clients.ts';
import { observeWithHistory } from './observe/observe-with-history.ts';
import { dynamoStore } from './store/dynamo.store.ts';

const logger = new Logger();
const clients = clientsByRegion();
const sns = new SNSClient({});
const eventBridge = new EventBridgeClient({});
const dynamo = DynamoDBDocumentClient.from(new DynamoDBClient({}));
// Of the function's 120 s the log takes a third at most; 64 MB of gz are some 600,000 requests.
const readAccessLog = accessLogEvidence({ maxBytes: 64_000_000, maxMs: 40_000 });
// Side by side with the access log.
const readBackendLog = backendLogEvidence({ maxMs: 8_000 });
const processor = new SqsFifoPartialProcessorAsync();

function portsFor(environment: Environment): InvestigatePorts {
  return {
    now: () => new Date().toISOString(),
    observe: observeWithHistory(clients, environment),
    readAccessLog,
    readBackendLog,
    store: dynamoStore(dynamo, environment.tableName, (sentence) => logger.warn(sentence)),
    channels: { topic: snsDelivery(sns, environment.topicArn), bus: eventBridgeDelivery(eventBridge) },
    dashboardUrl: environment.dashboardUrl,
  };
}

async function investigateRecord(record: SQSRecord): Promise<void> {
  try {
    const environment = environmentFrom(process.env);
    const ports = portsFor(environment);
    const { settings } = environment;
    const { loadBalancerArn, region, reason, change } = parseInvestigationMessage(record.body);
    const end = ports.now();
    const start = new Date(Date.parse(end) - settings.investigationWindowMinutes * 60_000).toISOString();
    const outcome = await investigate(
      { loadBalancerArn, region, window: { start, end }, change },
      ports,
      settings,
    );
    const { decision, findings, delivery } = outcome;
    logger.info('investigated', {
      loadBalancerArn,
      because: reason,
      verdict: findings?.diagnosis.verdict ?? null,
      probability: findings?.diagnosis.probability ?? null,
      phase: decision.state.phase,
      decision: decision.reason,
      announced: decision.announcements.map(({ event, reason: why }) => `${event}: ${why}`),
      gaps: findings?.bundle.gaps.map(({ what, kind }) => `${what}: ${kind}`) ?? [],
      delivery,
    });
  } catch (error) {
    logger.error('the investigation failed; the message is tried again and ends in the dead-letter queue', {
      messageId: record.messageId,
      because: error instanceof Error ? error.message : String(error),
    });
    throw error;
  }
}

/**
 * Investigates each load balancer that the queue names. A message that fails stays on the queue with the later ones of
 * its load balancer; the others of the batch are done.
 */
export function handler(event: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  return processPartialResponse(event, investigateRecord, processor, {
    context,
    skipGroupOnError: true,
    throwOnFullBatchFailure: false,
  });
}
