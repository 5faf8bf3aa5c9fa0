import { createHash } from 'node:crypto';
import {
  ChangeMessageVisibilityBatchCommand,
  SendMessageBatchCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import pLimit from 'p-limit';
import type { InvestigationMessage } from '../investigate/investigation-message.ts';
import { loadBalancerDimensionOf } from '../model/arn.ts';
import { RemoteError } from '../model/failure.ts';

/** SendMessageBatch takes 10 messages (SQS API reference). */
const BATCH = 10;

/** A thousand messages then take seconds; the order of load balancers does not matter. */
const BATCHES_AT_ONCE = 5;

/** One group for each load balancer: SQS then never hands out two looks at the same one at once. */
const groupOf = ({ region, loadBalancerArn }: InvestigationMessage): string =>
  `${region}/${loadBalancerDimensionOf(loadBalancerArn)}`.slice(0, 128);

/**
 * The same look asked for twice is one message: 502s, which screening sees again every minute, within ten minutes of
 * the clock, of which SQS remembers five; any other within the minute.
 */
function deduplicationIdOf({ loadBalancerArn, reason, requestedAt, change }: InvestigationMessage): string {
  const occasion =
    change === null
      ? requestedAt.slice(0, reason === 'failing' ? 15 : 16)
      : `${change.at} ${change.eventName} ${change.resourceArn}`;
  return createHash('sha256').update(`${loadBalancerArn} ${reason} ${occasion}`).digest('hex');
}

/**
 * Puts messages on the investigation queue.
 *
 * @throws RemoteError where SQS refused one of them
 */
export function queueSender(
  client: SQSClient,
  queueUrl: string,
): (messages: readonly InvestigationMessage[]) => Promise<void> {
  return async (messages) => {
    const sideBySide = pLimit(BATCHES_AT_ONCE);
    const batches = Array.from({ length: Math.ceil(messages.length / BATCH) }, (_, index) =>
      messages.slice(index * BATCH, (index + 1) * BATCH),
    );
    await Promise.all(batches.map((batch) => sideBySide(() => sendBatch(client, queueUrl, batch))));
  };
}

async function sendBatch(
  client: SQSClient,
  queueUrl: string,
  messages: readonly InvestigationMessage[],
): Promise<void> {
  const { Failed = [] } = await client.send(
    new SendMessageBatchCommand({
      QueueUrl: queueUrl,
      Entries: messages.map((message, index) => ({
        Id: String(index),
        MessageBody: JSON.stringify(message),
        MessageGroupId: groupOf(message),
        MessageDeduplicationId: deduplicationIdOf(message),
      })),
    }),
  );
  const [first] = Failed;
  if (first)
    throw new RemoteError(
      `the investigation queue refused ${Failed.length} messages: ${first.Message ?? first.Code ?? 'no reason given'}`,
    );
}

/** A message whose investigation failed. */
export interface FailedMessage {
  readonly receiptHandle: string;
  /** How often it was taken off the queue, this time included. */
  readonly receiveCount: number;
}

const FIRST_RETRY_SECONDS = 30;
const LAST_RETRY_SECONDS = 240;

/** How long a failed message stays hidden: longer after each failure; five take less than eight minutes. */
export const retrySecondsAfter = (receiveCount: number): number =>
  Math.min(LAST_RETRY_SECONDS, FIRST_RETRY_SECONDS * 2 ** (Math.max(1, receiveCount) - 1));

/**
 * Brings failed messages back sooner than the queue's visibility timeout, which is six times that of the function and
 * would hold up the load balancer for twelve minutes.
 *
 * @throws RemoteError where SQS refused one of them; it then comes back with the visibility timeout
 */
export function retrySooner(
  client: SQSClient,
  queueUrl: string,
): (messages: readonly FailedMessage[]) => Promise<void> {
  return async (messages) => {
    for (let start = 0; start < messages.length; start += BATCH) {
      const { Failed = [] } = await client.send(
        new ChangeMessageVisibilityBatchCommand({
          QueueUrl: queueUrl,
          Entries: messages.slice(start, start + BATCH).map(({ receiptHandle, receiveCount }, index) => ({
            Id: String(index),
            ReceiptHandle: receiptHandle,
            VisibilityTimeout: retrySecondsAfter(receiveCount),
          })),
        }),
      );
      const [first] = Failed;
      if (first)
        throw new RemoteError(
          `${Failed.length} messages wait for the queue's visibility timeout: ${first.Message ?? first.Code ?? 'no reason given'}`,
        );
    }
  };
}
