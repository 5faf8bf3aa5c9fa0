import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import { snsMessageOf } from '../alert/render/sns.ts';
import type { Notification } from '../model/alert.ts';

/** Publishes a notification to the alert topic, in the words of every protocol. */
export function snsDelivery(
  client: SNSClient,
  topicArn: string,
): (notification: Notification) => Promise<void> {
  return async (notification) => {
    const { subject, message, attributes } = snsMessageOf(notification);
    const entries = Object.entries(attributes).map(([name, value]) => [
      name,
      { DataType: 'String', StringValue: value },
    ]);
    await client.send(
      new PublishCommand({
        TopicArn: topicArn,
        Subject: subject,
        Message: message,
        MessageStructure: 'json',
        MessageAttributes: Object.fromEntries(entries),
      }),
    );
  };
}
