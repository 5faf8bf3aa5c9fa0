import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SNSClient } from '@aws-sdk/client-sns';
import type { Notification } from '../model/alert.ts';
import { remoteErrorFrom } from '../observe/aws-failure.ts';
import { type ClientOptions, clientConfig } from '../observe/clients.ts';
import { CHANNELS, type Channel } from '../store/monitor-store.ts';
import { eventBridgeDelivery } from './event-bridge.ts';
import { snsDelivery } from './sns.ts';

/** What became of one notification on one channel. */
export interface Sent {
  readonly channel: Channel;
  readonly id: string;
  /** null: AWS took it. */
  readonly failure: string | null;
}

/** Sends notifications the way the monitor does, in their order, and goes on after one that AWS does not take. */
export async function sendAll(
  notifications: readonly Notification[],
  topicArn: string,
  region: string,
  options: ClientOptions,
): Promise<readonly Sent[]> {
  const config = clientConfig(region, options);
  const send = {
    topic: snsDelivery(new SNSClient(config), topicArn),
    bus: eventBridgeDelivery(new EventBridgeClient(config)),
  };
  const actions = { topic: 'sns:Publish', bus: 'events:PutEvents' } as const;
  const sent: Sent[] = [];
  for (const notification of notifications)
    for (const channel of CHANNELS) {
      const call = { what: `the ${channel}`, action: actions[channel], resource: topicArn, region };
      const failure = await send[channel](notification).then(
        () => null,
        (error: unknown) => remoteErrorFrom(error, call).message,
      );
      sent.push({ channel, id: notification.alert.id, failure });
    }
  return sent;
}
