import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { busFormOf } from '../alert/render/bus.ts';
import type { Notification } from '../model/alert.ts';
import { RemoteError } from '../model/failure.ts';

/** Puts a notification on the default event bus: source `alb502`, detail type `alb502 alert`. */
export function eventBridgeDelivery(
  client: EventBridgeClient,
): (notification: Notification) => Promise<void> {
  return async (notification) => {
    const { FailedEntryCount, Entries } = await client.send(
      new PutEventsCommand({
        Entries: [
          {
            Source: 'alb502',
            DetailType: 'alb502 alert',
            Detail: busFormOf(notification),
            Resources: [notification.alert.diagnosis.loadBalancerArn],
            Time: new Date(notification.at),
          },
        ],
      }),
    );
    if (FailedEntryCount) {
      throw new RemoteError(
        `EventBridge did not take the event: ${Entries?.[0]?.ErrorMessage ?? Entries?.[0]?.ErrorCode ?? 'no reason given'}`,
      );
    }
  };
}
