import type { Notification } from '../model/alert.ts';
import { CHANNELS, type Channel, type MonitorStore, type OutboxEntry } from '../store/monitor-store.ts';

/** How a notification leaves on each channel; a promise that rejects keeps it in the outbox. */
export type Channels = Readonly<Record<Channel, (notification: Notification) => Promise<void>>>;

/** What one emptying of the outbox came to. */
export interface DrainReport {
  readonly delivered: number;
  /** One sentence for each notification that stays in the outbox because its channel failed. */
  readonly failures: readonly string[];
  /** ISO time of the oldest notification that was found and still waits; null: none waits. */
  readonly oldestWaitingAt: string | null;
}

/** At most so many a channel at once, so that an hour without SNS does not end in a storm or a timeout. */
const LIMIT = 50;

/**
 * Where as many wait, a channel is down or slow, and what is new waits for the sweep with them: a thousand
 * investigations that each looked through them all would cost a million reads.
 */
const BACKLOG = 100;

/** A channel that fails so often in a row is down; trying on would only cost time. */
const GIVE_UP_AFTER = 3;

/** Younger entries are being delivered by the investigation that wrote them. */
const SETTLING_MS = 120_000;

/** One way of looking for entries, and which of those found are ours to send. */
interface Drain {
  readonly store: MonitorStore;
  readonly channels: Channels;
  /** Oldest first. */
  readonly entries: (channel: Channel) => Promise<readonly OutboxEntry[]>;
  readonly mine: (entry: OutboxEntry) => boolean;
}

/**
 * Delivers what an investigation just wrote. Where older messages of the load balancer wait on a channel, or very many
 * of others, the new ones are left to `sweepOutbox`: two senders at once would send them in no order.
 *
 * @param written - nothing is read where nothing was written
 */
export async function deliverWritten(
  store: MonitorStore,
  channels: Channels,
  written: { readonly loadBalancerArn: string; readonly notifications: readonly Notification[] },
): Promise<DrainReport> {
  const times = new Set(written.notifications.map(({ at }) => at));
  if (times.size === 0) return { delivered: 0, failures: [], oldestWaitingAt: null };
  return drain({
    ...{ store, channels },
    entries: async (channel) => {
      const waiting = await store.outbox({ channel, limit: BACKLOG });
      return waiting.length < BACKLOG
        ? waiting.filter((entry) => lineOf(entry) === written.loadBalancerArn)
        : [];
    },
    mine: ({ notification }) => times.has(notification.at),
  });
}

/** Delivers what waits since an earlier minute: its channel failed, or its sender died. */
export function sweepOutbox(store: MonitorStore, channels: Channels, now: string): Promise<DrainReport> {
  return drain({
    ...{ store, channels },
    entries: (channel) => store.outbox({ channel, limit: LIMIT }),
    mine: ({ notification }) => Date.parse(now) - Date.parse(notification.at) >= SETTLING_MS,
  });
}

/** Messages of one load balancer go in their order. */
const lineOf = ({ notification }: OutboxEntry): string => notification.alert.diagnosis.loadBalancerArn;

/**
 * Delivers oldest first; an entry is removed only after its channel took it, so a crash in between sends it twice with
 * the same id, and never loses it. After a failure the later messages of the same load balancer wait on that channel,
 * so that their order is kept. A channel that is down does not hold up the other.
 */
async function drain(order: Drain): Promise<DrainReport> {
  const reports = await Promise.all(CHANNELS.map((channel) => drainChannel(channel, order)));
  return {
    delivered: reports.reduce((sum, report) => sum + report.delivered, 0),
    failures: reports.flatMap((report) => report.failures),
    oldestWaitingAt: reports
      .flatMap(({ oldestWaitingAt: at }) => (at === null ? [] : [at]))
      .reduce<string | null>((oldest, at) => (oldest === null || at < oldest ? at : oldest), null),
  };
}

async function drainChannel(
  channel: Channel,
  { store, channels, entries, mine }: Drain,
): Promise<DrainReport> {
  const failures: string[] = [];
  const waiting = new Set<string>();
  let delivered = 0;
  let inARow = 0;
  // Oldest first, so the first one that is not delivered is the oldest that waits.
  let oldestWaitingAt: string | null = null;
  const leave = (entry: OutboxEntry, line: string): void => {
    waiting.add(line);
    oldestWaitingAt ??= entry.notification.at;
  };
  for (const entry of await entries(channel)) {
    const line = lineOf(entry);
    if (waiting.has(line)) continue;
    if (!mine(entry)) {
      leave(entry, line);
      continue;
    }
    try {
      await channels[channel](entry.notification);
      await store.removeFromOutbox(entry);
      delivered += 1;
      inARow = 0;
    } catch (error) {
      leave(entry, line);
      failures.push(
        `${entry.notification.alert.id} to the ${channel}: ${error instanceof Error ? error.message : String(error)}`,
      );
      if (++inARow >= GIVE_UP_AFTER) break;
    }
  }
  return { delivered, failures, oldestWaitingAt };
}
