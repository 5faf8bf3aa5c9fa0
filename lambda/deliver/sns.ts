import { type MessageAttributeValue, PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import { sentBy } from '../alert/notification.ts';
import { smsOf, snsMessageOf } from '../alert/render/sns.ts';
import type { Monitor, Notification } from '../model/alert.ts';
import { RefusedError } from './refused.ts';

/** SNS will never take this message, however often it is sent (SNS API reference, errors of Publish). */
const REFUSALS = new Set([
  'InvalidParameterException',
  'InvalidParameterValueException',
  'ValidationException',
]);

const isRefusal = (error: unknown): error is Error => error instanceof Error && REFUSALS.has(error.name);

async function sendLine(
  client: SNSClient,
  topicArn: string,
  line: string,
  attributes: Record<string, MessageAttributeValue>,
): Promise<void> {
  try {
    await client.send(
      new PublishCommand({ TopicArn: topicArn, Message: line, MessageAttributes: attributes }),
    );
  } catch (cause) {
    if (!isRefusal(cause)) throw cause;
    throw new RefusedError(`SNS refuses the message: ${cause.message}`, { cause });
  }
}

/**
 * Publishes a notification to the alert topic, in the words of every protocol. One that SNS refuses for good goes out
 * as its one most important line: said briefly is better than stuck in the outbox.
 *
 * @param monitor - who sends; null: the notification says it, or it is not known
 */
export function snsDelivery(
  client: SNSClient,
  topicArn: string,
  monitor: Monitor | null = null,
): (notification: Notification) => Promise<void> {
  return async (recorded) => {
    const notification = sentBy(recorded, monitor);
    const { subject, message, attributes } = snsMessageOf(notification);
    const entries = Object.entries(attributes).map(([name, value]) => [
      name,
      typeof value === 'string'
        ? { DataType: 'String', StringValue: value }
        : { DataType: 'String.Array', StringValue: JSON.stringify(value) },
    ]);
    try {
      await client.send(
        new PublishCommand({
          TopicArn: topicArn,
          Subject: subject,
          Message: message,
          MessageStructure: 'json',
          MessageAttributes: Object.fromEntries(entries),
        }),
      );
    } catch (error) {
      if (!isRefusal(error)) throw error;
      // The attributes whose values are ours: without any, a subscription that filters would miss it.
      const ours = entries.filter(([name]) => name !== 'loadBalancer');
      await sendLine(client, topicArn, smsOf(notification), Object.fromEntries(ours));
    }
  };
}
