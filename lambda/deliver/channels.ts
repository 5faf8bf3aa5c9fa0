import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { SNSClient } from '@aws-sdk/client-sns';
import type { Monitor } from '../model/alert.ts';
import { eventBridgeDelivery } from './event-bridge.ts';
import type { Channels } from './outbox.ts';
import { snsDelivery } from './sns.ts';

/** The topic and the bus of a monitor; what goes out says which monitor sent it. */
export const channelsOf = (
  { sns, eventBridge }: { readonly sns: SNSClient; readonly eventBridge: EventBridgeClient },
  topicArn: string,
  monitor: Monitor,
): Channels => ({
  topic: snsDelivery(sns, topicArn, monitor),
  bus: eventBridgeDelivery(eventBridge, monitor),
});
