import type { Notification } from '../model/alert.ts';
import {
  CHANNELS,
  type Channel,
  type MonitorStore,
  type OutboxEntry,
  type OutboxPage,
} from '../store/monitor-store.ts';
import { RefusedError } from './refused.ts';

/** How a notification leaves on each channel; a promise that rejects keeps it in the outbox. */
export type Channels = Readonly<Record<Channel, (notification: Notification) => Promise<void>>>;

/** What one emptying of the outbox came to. */
export interface DrainReport {
  readonly delivered: number;
  /** One sentence for each notification that was not delivered, and for each that was set aside. */
  readonly failures: readonly string[];
  /** ISO time of the oldest notification that was found and still waits; null: none waits. */
  readonly oldestWaitingAt: string | null;
  /** Messages that lie aside, as a sweep found them, and the time of the oldest. */
  readonly aside?: { readonly count: number; readonly oldestAt: string | null };
}

/** At most so many a channel at once, so that an hour without SNS does not end in a storm or a timeout. */
const LIMIT = 50;

/**
 * Where as many wait, a channel is down or slow, and what is new waits for the sweep with them: a thousand
 * investigations that each looked through them all would cost a million reads.
 */
const BACKLOG = 100;

/**
 * After so many failures in a row one of another load balancer is tried: where that fails too, the channel is down, and
 * trying on would only cost time. Where it is taken, something is wrong with those before it.
 */
const DOUBT_AFTER = 2;

/** Younger entries are being delivered by the investigation that wrote them. */
const SETTLING_MS = 120_000;

/** What fails for so long goes aside, where it is refused or while others are taken. */
const TRIED_FOR_MS = 3_600_000;

/** One way of looking for entries, and which of those found are ours to send. */
interface Drain {
  readonly store: MonitorStore;
  readonly channels: Channels;
  readonly entries: (channel: Channel) => Promise<OutboxPage>;
  readonly mine: (entry: OutboxEntry) => boolean;
  /** ISO time; null: what was just written is not set aside. */
  readonly now: string | null;
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
    ...{ store, channels, now: null },
    entries: async (channel) => {
      const { entries } = await store.outbox({ channel, limit: BACKLOG });
      const own = entries.filter((entry) => lineOf(entry) === written.loadBalancerArn);
      return { entries: entries.length < BACKLOG ? own : [], unreadable: [] };
    },
    mine: ({ notification }) => times.has(notification.at),
  });
}

/**
 * Delivers what waits since an earlier minute: its channel failed, or its sender died. What nobody can read or take goes
 * aside, and comes back once this version can read it.
 */
export async function sweepOutbox(
  store: MonitorStore,
  channels: Channels,
  now: string,
): Promise<DrainReport> {
  const report = await drain({
    ...{ store, channels, now },
    entries: (channel) => store.outbox({ channel, limit: LIMIT }),
    mine: ({ notification }) => Date.parse(now) - Date.parse(notification.at) >= SETTLING_MS,
  });
  const lying: string[] = [];
  for (const entry of await store.aside()) {
    const isBack = entry.because === 'unreadable' && (await store.takeBack(entry));
    if (!isBack) lying.push(entry.at);
  }
  const [oldestAt = null] = lying.sort();
  return { ...report, aside: { count: lying.length, oldestAt } };
}

/** Messages of one load balancer go in their order. */
const lineOf = ({ notification }: OutboxEntry): string => notification.alert.diagnosis.loadBalancerArn;

/**
 * Delivers oldest first; an entry is removed only after its channel took it, so a crash in between sends it twice with
 * the same id, and never loses it. After a failure the later messages of the same load balancer wait on that channel,
 * so that their order is kept; those of others do not. A channel that is down does not hold up the other.
 */
async function drain(order: Drain): Promise<DrainReport> {
  const reports = await Promise.all(CHANNELS.map((channel) => new ChannelDrain(channel, order).run()));
  return {
    delivered: reports.reduce((sum, report) => sum + report.delivered, 0),
    failures: reports.flatMap((report) => report.failures),
    oldestWaitingAt: reports
      .flatMap(({ oldestWaitingAt: at }) => (at === null ? [] : [at]))
      .reduce<string | null>((oldest, at) => (oldest === null || at < oldest ? at : oldest), null),
  };
}

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** One channel while it is emptied. */
class ChannelDrain {
  readonly #failures: string[] = [];
  /** Load balancers of which a message waits: their later ones wait too. */
  readonly #waiting = new Set<string>();
  readonly #tried = new Set<string>();
  readonly #failed: { readonly entry: OutboxEntry; readonly isRefused: boolean }[] = [];
  #delivered = 0;
  #inARow = 0;
  #oldestWaitingAt: string | null = null;
  readonly #channel: Channel;
  readonly #order: Drain;

  constructor(channel: Channel, order: Drain) {
    this.#channel = channel;
    this.#order = order;
  }

  async run(): Promise<DrainReport> {
    const { entries, unreadable } = await this.#order.entries(this.#channel);
    for (const { key, data } of unreadable) await this.#setAside(key, 'unreadable', data);
    for (const entry of entries) {
      await this.#take(entry);
      if (this.#inARow < DOUBT_AFTER) continue;
      const last = this.#another(entries);
      if (last !== undefined) await this.#take(last);
      if (this.#inARow > 0) break;
    }
    await this.#settle();
    return {
      delivered: this.#delivered,
      failures: this.#failures,
      oldestWaitingAt: this.#oldestWaitingAt,
    };
  }

  async #take(entry: OutboxEntry): Promise<void> {
    if (this.#waiting.has(lineOf(entry)) || this.#tried.has(entry.key)) return;
    if (this.#order.mine(entry)) await this.#send(entry);
    else this.#leave(entry);
  }

  /** The first message of another load balancer, in each minute a different one: the oldest and the newest may have failed for the same reason. */
  #another(entries: readonly OutboxEntry[]): OutboxEntry | undefined {
    const open = entries.filter(
      (entry) => !this.#waiting.has(lineOf(entry)) && !this.#tried.has(entry.key) && this.#order.mine(entry),
    );
    const firsts = open.filter(
      (entry, at) => open.findIndex((other) => lineOf(other) === lineOf(entry)) === at,
    );
    const { now } = this.#order;
    return now === null
      ? firsts.at(-1)
      : firsts[Math.floor(Date.parse(now) / 60_000) % Math.max(1, firsts.length)];
  }

  async #send(entry: OutboxEntry): Promise<void> {
    this.#tried.add(entry.key);
    const { store, channels } = this.#order;
    try {
      await channels[this.#channel](entry.notification);
      await store.removeFromOutbox(entry);
      this.#delivered += 1;
      this.#inARow = 0;
    } catch (error) {
      this.#failures.push(`${entry.notification.alert.id} to the ${this.#channel}: ${wordsOf(error)}`);
      const isRefused = error instanceof RefusedError;
      this.#failed.push({ entry, isRefused });
      // A refusal is an answer: the channel is there, and what is behind it may go.
      if (isRefused) return;
      this.#leave(entry);
      this.#inARow += 1;
    }
  }

  #leave(entry: OutboxEntry): void {
    const { at } = entry.notification;
    this.#waiting.add(lineOf(entry));
    if (this.#oldestWaitingAt === null || at < this.#oldestWaitingAt) this.#oldestWaitingAt = at;
  }

  /** What is wrong with a message shows by what the channel took meanwhile; one that took nothing may be set up wrong. */
  async #settle(): Promise<void> {
    const { now } = this.#order;
    const isUp = this.#delivered > 0;
    for (const { entry, isRefused } of this.#failed) {
      const isOld = now !== null && Date.parse(now) - Date.parse(entry.notification.at) >= TRIED_FOR_MS;
      if (now !== null && (isRefused ? isUp || isOld : isUp && isOld))
        await this.#setAside(entry.key, 'refused', JSON.stringify(entry.notification));
      else this.#leave(entry);
    }
  }

  async #setAside(key: string, because: 'unreadable' | 'refused', data: string): Promise<void> {
    try {
      await this.#order.store.setAside({ channel: this.#channel, key }, because, data);
      const why = because === 'refused' ? 'is refused' : 'cannot be read: another version or a hand wrote it';
      this.#failures.push(`${key} for the ${this.#channel} ${why}; it lies aside for two weeks`);
    } catch (error) {
      this.#failures.push(`${key} for the ${this.#channel} could not be set aside: ${wordsOf(error)}`);
    }
  }
}
