import type { Notification } from '../model/alert.ts';
import { CHANNELS, type Channel, type MonitorStore, type OutboxEntry } from '../store/monitor-store.ts';

/** How a notification leaves on each channel; a promise that rejects keeps it in the outbox. */
export type Channels = Readonly<Record<Channel, (notification: Notification) => Promise<void>>>;

/** What one emptying of the outbox came to. */
export interface DrainReport {
  readonly delivered: number;
  /** One sentence for each notification that stays in the outbox because its channel failed. */
  readonly failures: readonly string[];
}

/** At most so many a channel at once, so that an hour without SNS does not end in a storm or a timeout. */
const LIMIT = 50;

/** A channel that fails so often in a row is down; trying on would only cost time. */
const GIVE_UP_AFTER = 3;

/** Younger entries are being delivered by the investigation that wrote them. */
const SETTLING_MS = 120_000;

/** One way of looking for entries, and which of those found are ours to send. */
interface Drain {
  readonly store: MonitorStore;
  readonly channels: Channels;
  /** Of the entries of a load balancer, oldest first. */
  readonly mine: (entry: OutboxEntry) => boolean;
}

/**
 * Delivers what an investigation just wrote. Where older messages of the load balancer wait on a channel, the new ones
 * are left to `sweepOutbox`: two senders at once would send them in no order.
 *
 * @param writtenAt - the decision's time; older entries are not ours
 */
export function deliverWritten(
  store: MonitorStore,
  channels: Channels,
  written: { readonly loadBalancerArn: string; readonly at: string },
): Promise<DrainReport> {
  const mine = ({ notification }: OutboxEntry): boolean => notification.at === written.at;
  return drain({ store, channels, mine }, written.loadBalancerArn);
}

/** Delivers what waits since an earlier minute: its channel failed, or its sender died. */
export function sweepOutbox(store: MonitorStore, channels: Channels, now: string): Promise<DrainReport> {
  const mine = ({ notification }: OutboxEntry): boolean =>
    Date.parse(now) - Date.parse(notification.at) >= SETTLING_MS;
  return drain({ store, channels, mine });
}

/**
 * Delivers oldest first; an entry is removed only after its channel took it, so a crash in between sends it twice with
 * the same id, and never loses it. After a failure the later messages of the same load balancer wait on that channel,
 * so that their order is kept. A channel that is down does not hold up the other.
 */
async function drain(order: Drain, loadBalancerArn?: string): Promise<DrainReport> {
  const reports = await Promise.all(CHANNELS.map((channel) => drainChannel(channel, order, loadBalancerArn)));
  return {
    delivered: reports.reduce((sum, report) => sum + report.delivered, 0),
    failures: reports.flatMap((report) => report.failures),
  };
}

async function drainChannel(
  channel: Channel,
  { store, channels, mine }: Drain,
  loadBalancerArn: string | undefined,
): Promise<DrainReport> {
  const failures: string[] = [];
  const waiting = new Set<string>();
  let delivered = 0;
  let inARow = 0;
  const of = loadBalancerArn === undefined ? {} : { loadBalancerArn };
  for (const entry of await store.outbox({ channel, limit: LIMIT, ...of })) {
    const line = entry.notification.alert.diagnosis.loadBalancerArn;
    if (waiting.has(line)) continue;
    if (!mine(entry)) {
      waiting.add(line);
      continue;
    }
    try {
      await channels[channel](entry.notification);
      await store.removeFromOutbox(entry);
      delivered += 1;
      inARow = 0;
    } catch (error) {
      waiting.add(line);
      failures.push(
        `${entry.notification.alert.id} to the ${channel}: ${error instanceof Error ? error.message : String(error)}`,
      );
      if (++inARow >= GIVE_UP_AFTER) break;
    }
  }
  return { delivered, failures };
}
