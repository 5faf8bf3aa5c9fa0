import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { sentBy } from '../alert/notification.ts';
import { busFormOf } from '../alert/render/bus.ts';
import type { Monitor, Notification } from '../model/alert.ts';
import { RemoteError } from '../model/failure.ts';
import { RefusedError } from './refused.ts';

/**
 * What is wrong with the one event, and will be at the next try (API reference, PutEventsResultEntry; the other errors
 * that it calls final are about permissions, which someone will set right).
 */
const REFUSALS = new Set(['InvalidArgument', 'MalformedDetail', 'RedactionFailure']);

/** The request itself is refused where the event is too large. */
const isRefusal = (error: unknown): error is Error =>
  error instanceof Error && (error.name === 'ValidationException' || REFUSALS.has(error.name));

/** Puts a notification on the default event bus: source `alb502`, detail type `alb502 alert`. */
export function eventBridgeDelivery(
  client: EventBridgeClient,
  monitor: Monitor | null = null,
): (notification: Notification) => Promise<void> {
  return async (recorded) => {
    const notification = sentBy(recorded, monitor);
    const { FailedEntryCount, Entries } = await sent(
      client,
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
      const { ErrorCode = '', ErrorMessage = ErrorCode || 'no reason given' } = Entries?.[0] ?? {};
      const sentence = `EventBridge did not take the event: ${ErrorMessage}`;
      throw REFUSALS.has(ErrorCode) ? new RefusedError(sentence) : new RemoteError(sentence);
    }
  };
}

async function sent(client: EventBridgeClient, command: PutEventsCommand) {
  try {
    return await client.send(command);
  } catch (cause) {
    if (!isRefusal(cause)) throw cause;
    throw new RefusedError(`EventBridge refuses the event: ${cause.message}`, { cause });
  }
}
