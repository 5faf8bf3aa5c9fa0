import {
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import * as z from 'zod';
import type { Invocation } from './lambda-process.ts';

/** As the template says. */
const BATCH_SIZE = 10;

const batchResultSchema = z.object({
  batchItemFailures: z.array(z.object({ itemIdentifier: z.string() })),
});

/** What one batch off the investigation queue came to. */
export interface InvestigationRound {
  readonly invocation: Invocation;
  readonly messageIds: readonly string[];
  /** All of them where the function failed as a whole. */
  readonly failedMessageIds: readonly string[];
}

/** Stands in for the event source mapping: one batch, partial failures respected. */
export async function runInvestigations(
  sqs: SQSClient,
  queueUrl: string,
  investigate: (event: unknown) => Promise<Invocation>,
): Promise<InvestigationRound | null> {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl: queueUrl,
      MaxNumberOfMessages: BATCH_SIZE,
      WaitTimeSeconds: 0,
      MessageSystemAttributeNames: ['All'],
      MessageAttributeNames: ['All'],
    }),
  );
  if (Messages.length === 0) return null;
  const invocation = await investigate({ Records: Messages.map(recordFrom) });
  const messageIds = Messages.map(({ MessageId }) => MessageId ?? '');
  const failedMessageIds = invocation.error ? messageIds : failuresIn(invocation.result);
  for (const { MessageId, ReceiptHandle } of Messages)
    if (!failedMessageIds.includes(MessageId ?? ''))
      await sqs.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle }));
  return { invocation, messageIds, failedMessageIds };
}

const failuresIn = (result: unknown): string[] =>
  batchResultSchema.parse(result).batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);

function recordFrom(message: Message): object {
  return {
    messageId: message.MessageId,
    receiptHandle: message.ReceiptHandle,
    body: message.Body,
    attributes: message.Attributes,
    messageAttributes: {},
    md5OfBody: message.MD5OfBody,
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:eu-central-1:123456789012:investigations.fifo',
    awsRegion: 'eu-central-1',
  };
}
