import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import { smsOf, snsMessageOf } from '../alert/render/sns.ts';
import type { Notification } from '../model/alert.ts';

/** SNS will never take this message, however often it is sent (SNS API reference, errors of Publish). */
const REFUSALS = new Set([
  'InvalidParameterException',
  'InvalidParameterValueException',
  'ValidationException',
]);

/**
 * Publishes a notification to the alert topic, in the words of every protocol. One that SNS refuses for good goes out
 * as its one most important line: said briefly is better than stuck in the outbox.
 */
export function snsDelivery(
  client: SNSClient,
  topicArn: string,
): (notification: Notification) => Promise<void> {
  return async (notification) => {
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
      if (!(error instanceof Error) || !REFUSALS.has(error.name)) throw error;
      // The attributes whose values are ours: without any, a subscription that filters would miss it.
      const ours = entries.filter(([name]) => name !== 'loadBalancer');
      await client.send(
        new PublishCommand({
          TopicArn: topicArn,
          Message: smsOf(notification),
          MessageAttributes: Object.fromEntries(ours),
        }),
      );
    }
  };
}
