import type { Notification } from '../model/alert.ts';
import type { Channel, MonitorStore } from '../store/monitor-store.ts';

/** How a notification leaves on each channel; a promise that rejects keeps it in the outbox. */
export type Channels = Readonly<Record<Channel, (notification: Notification) => Promise<void>>>;

/** What one emptying of the outbox came to. */
export interface DrainReport {
  readonly delivered: number;
  /** One sentence for each notification that stays in the outbox because its channel failed. */
  readonly failures: readonly string[];
}

/** At most so many at once, so that an hour without SNS does not end in a storm or a timeout. */
const LIMIT = 50;

/** A channel that fails so often in a row is down; trying on would only cost time. */
const GIVE_UP_AFTER = 3;

/**
 * Delivers what waits in the outbox, oldest first; an entry is removed only after its channel took it, so a crash in
 * between sends it twice with the same id, and never loses it. After a failure the later messages of the same load
 * balancer wait on that channel, so that their order is kept.
 */
export async function drainOutbox(
  store: MonitorStore,
  channels: Channels,
  loadBalancerArn?: string,
): Promise<DrainReport> {
  const failures: string[] = [];
  const waiting = new Set<string>();
  const failuresOf = new Map<Channel, number>();
  let delivered = 0;
  for (const { key, channel, notification } of await store.outbox(LIMIT, loadBalancerArn)) {
    const line = `${channel} ${notification.alert.diagnosis.loadBalancerArn}`;
    if (waiting.has(line) || (failuresOf.get(channel) ?? 0) >= GIVE_UP_AFTER) continue;
    try {
      await channels[channel](notification);
      await store.removeFromOutbox(key);
      delivered += 1;
      failuresOf.set(channel, 0);
    } catch (error) {
      waiting.add(line);
      failuresOf.set(channel, (failuresOf.get(channel) ?? 0) + 1);
      failures.push(
        `${notification.alert.id} to the ${channel}: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }
  return { delivered, failures };
}
