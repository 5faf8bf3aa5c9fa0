import { GetQueueAttributesCommand, GetQueueUrlCommand, SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod';
import { answered, orThrow } from './aws-failure.ts';
import { type ClientOptions, clientConfig } from './clients.ts';

/** What a queue holds. */
export interface QueueState {
  readonly url: string;
  readonly waiting: number;
  readonly inFlight: number;
  /** Name of its dead-letter queue; null: it has none. */
  readonly deadLetterQueue: string | null;
}

const redriveSchema = z.object({ deadLetterTargetArn: z.string() });

/** @throws RemoteError where it cannot be read */
export function readQueue(url: string, region: string, options: ClientOptions): Promise<QueueState> {
  const call = { what: 'the queue', action: 'sqs:GetQueueAttributes', resource: url, region };
  return orThrow(call, async () => {
    const sqs = new SQSClient(clientConfig(region, options));
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({
        QueueUrl: url,
        AttributeNames: [
          'ApproximateNumberOfMessages',
          'ApproximateNumberOfMessagesNotVisible',
          'RedrivePolicy',
        ],
      }),
    );
    const attributes = answered(Attributes);
    const redrive = attributes.RedrivePolicy;
    return {
      url,
      waiting: Number(attributes.ApproximateNumberOfMessages ?? 0),
      inFlight: Number(attributes.ApproximateNumberOfMessagesNotVisible ?? 0),
      deadLetterQueue:
        redrive === undefined
          ? null
          : (redriveSchema.parse(JSON.parse(redrive)).deadLetterTargetArn.split(':').at(-1) ?? null),
    };
  });
}

/** @throws RemoteError where there is no such queue or it cannot be read */
export function readQueueUrl(name: string, region: string, options: ClientOptions): Promise<string> {
  const call = { what: 'the queue', action: 'sqs:GetQueueUrl', resource: name, region };
  return orThrow(call, async () => {
    const sqs = new SQSClient(clientConfig(region, options));
    const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: name }));
    return answered(QueueUrl);
  });
}
