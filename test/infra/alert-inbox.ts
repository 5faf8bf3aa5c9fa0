import { SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import * as z from 'zod';
import type { Moto } from '../moto.ts';

const QUEUE_NAME = 'alert-inbox';
const MOST_ALERTS = 1000;

const notificationSchema = z.object({
  Subject: z.string().nullish(),
  Message: z.string(),
  MessageAttributes: z.record(z.string(), z.object({ Value: z.string() })).default({}),
});

/** One message that the alert topic sent to a subscribed queue. */
export interface ReceivedAlert {
  readonly subject: string | null;
  /** The form for queues: the machine form of the alert. */
  readonly message: string;
  readonly attributes: Readonly<Record<string, string>>;
}

export interface AlertInbox {
  receiveAlerts(): Promise<readonly ReceivedAlert[]>;
}

/** Subscribes a new queue to the topic. */
export async function openAlertInbox(moto: Moto, sqs: SQSClient, topicArn: string): Promise<AlertInbox> {
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: QUEUE_NAME }));
  const queueArn = topicArn.replace(/:sns:(.*):[^:]+$/, `:sqs:$1:${QUEUE_NAME}`);
  await new SNSClient(moto.client).send(
    new SubscribeCommand({ TopicArn: topicArn, Protocol: 'sqs', Endpoint: queueArn }),
  );
  return {
    receiveAlerts: async () => {
      const alerts: ReceivedAlert[] = [];
      while (alerts.length < MOST_ALERTS) {
        const { Messages = [] } = await sqs.send(
          new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 0 }),
        );
        if (Messages.length === 0) break;
        for (const { Body, ReceiptHandle } of Messages) {
          alerts.push(alertFrom(Body ?? ''));
          await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
        }
      }
      return alerts;
    },
  };
}

function alertFrom(body: string): ReceivedAlert {
  const { Subject, Message, MessageAttributes } = notificationSchema.parse(JSON.parse(body));
  const attributes = Object.entries(MessageAttributes).map(([name, { Value }]) => [name, Value] as const);
  return { subject: Subject ?? null, message: Message, attributes: Object.fromEntries(attributes) };
}
