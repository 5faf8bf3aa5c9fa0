import fc from 'fast-check';
import { type Channels, deliverWritten, sweepOutbox } from '../../lambda/deliver/outbox.ts';
import { RefusedError } from '../../lambda/deliver/refused.ts';
import type { Notification } from '../../lambda/model/alert.ts';
import { memoryStore } from '../../lambda/store/memory.store.ts';
import { CHANNELS, type MonitorStore, type UnreadableEntry } from '../../lambda/store/monitor-store.ts';
import { minute } from '../../test/alert/looks.ts';
import { arnOf, notificationAt, recordAt } from '../../test/store/entries.ts';
import type { Attack, Effort, Outcome } from './attack.ts';

const NAMES = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l'] as const;

/** What happens in one minute. */
interface Minute {
  /** Load balancers with something to tell. */
  readonly told: readonly (typeof NAMES)[number][];
  readonly topicIsDown: boolean;
  readonly busIsDown: boolean;
  /** The process dies between the channel's answer and the removal. */
  readonly dies: boolean;
  /** Entries of another version that come in. */
  readonly poison: number;
}

const anyMinute: fc.Arbitrary<Minute> = fc.record({
  told: fc.uniqueArray(fc.constantFrom(...NAMES), { maxLength: 5 }),
  topicIsDown: fc.boolean(),
  busIsDown: fc.boolean(),
  dies: fc.integer({ min: 0, max: 9 }).map((chance) => chance === 0),
  poison: fc.oneof(fc.constant(0), fc.constant(0), fc.nat(120)),
});

const anyWorld = fc.record({
  minutes: fc.array(anyMinute, { minLength: 3, maxLength: 25 }),
  /** Load balancers whose messages the bus refuses for good, and those it fails on without a reason. */
  refused: fc.uniqueArray(fc.constantFrom(...NAMES), { maxLength: 4 }),
  failing: fc.uniqueArray(fc.constantFrom(...NAMES), { maxLength: 4 }),
});
type World = typeof anyWorld extends fc.Arbitrary<infer T> ? T : never;

/** The memory with entries that nobody can read before all others. */
function poisoned(store: MonitorStore): MonitorStore & { add(count: number, at: string): void } {
  const unreadable: UnreadableEntry[] = [];
  return {
    ...store,
    add: (count, at) => {
      for (let index = 0; index < count; index++)
        unreadable.push({ key: `${at}#poison-${unreadable.length}`, channel: 'topic', data: '{}' });
    },
    outbox: async (query) => {
      const page = await store.outbox(query);
      return { ...page, unreadable: unreadable.filter(({ channel }) => channel === query.channel) };
    },
    setAside: async (entry, because, data) => {
      const at = unreadable.findIndex(({ key }) => key === entry.key);
      if (at >= 0) unreadable.splice(at, 1);
      await store.setAside(entry, because, data);
    },
  };
}

const nameOf = ({ alert }: Notification): string => alert.diagnosis.loadBalancerArn.split('/')[2] ?? '';

async function live({ minutes, refused, failing }: World): Promise<readonly string[]> {
  const store = poisoned(memoryStore());
  const written: string[] = [];
  const taken = new Map<string, string[]>(CHANNELS.map((channel) => [channel, []]));
  let now: Minute | null = null;
  const channel = (name: 'topic' | 'bus') => async (notification: Notification) => {
    if (now && (name === 'topic' ? now.topicIsDown : now.busIsDown)) throw new Error('down');
    const isOf = (names: readonly string[]) => name === 'bus' && names.includes(nameOf(notification));
    if (isOf(refused)) throw new RefusedError('MalformedDetail');
    if (isOf(failing)) throw new Error('no reason given');
    taken.get(name)?.push(notification.alert.id);
  };
  const channels: Channels = { topic: channel('topic'), bus: channel('bus') };
  const mortal: MonitorStore = {
    ...store,
    removeFromOutbox: async (entry) =>
      now?.dies ? Promise.reject(new Error('killed')) : store.removeFromOutbox(entry),
  };
  const revisions = new Map<string, number>();
  let at = 0;
  for (now of minutes) {
    at += 3;
    store.add(now.poison, minute(at));
    for (const [index, name] of now.told.entries()) {
      const readRevision = revisions.get(name) ?? 0;
      revisions.set(name, readRevision + 1);
      const notifications = [notificationAt(at + index / 100, name)];
      await store.record(recordAt(at, { notifications, readRevision }, name));
      written.push(...notifications.map(({ alert }) => alert.id));
      await deliverWritten(mortal, channels, { loadBalancerArn: arnOf(name), notifications });
    }
    await sweepOutbox(mortal, channels, minute(at + 2));
  }
  // Then nothing fails any more but what never will be taken.
  now = null;
  for (let later = 0; later < 20; later++) await sweepOutbox(store, channels, minute(at + 100 + later));
  return wrongOf({ written, taken, refused: [...refused, ...failing], store });
}

async function wrongOf(world: {
  readonly written: readonly string[];
  readonly taken: ReadonlyMap<string, readonly string[]>;
  readonly refused: readonly string[];
  readonly store: MonitorStore;
}): Promise<readonly string[]> {
  const { written, taken, refused, store } = world;
  const wrong: string[] = [];
  const isRefused = (id: string): boolean => refused.includes(id.split('/')[1] ?? '');
  const aside = await store.aside();
  for (const channel of CHANNELS) {
    const got = taken.get(channel) ?? [];
    const firsts = [...new Set(got)];
    for (const id of written) {
      const lost =
        channel === 'bus' && isRefused(id) ? !aside.some(({ data }) => data.includes(id)) : !got.includes(id);
      // What was written last may wait for the hour after which it goes aside.
      if (lost && !(channel === 'bus' && isRefused(id) && (await isWaiting(store, id))))
        wrong.push(`${id} is lost on the ${channel}`);
    }
    for (const name of NAMES) {
      const own = firsts.filter((id) => id.startsWith(`app/${name}/`));
      const order = written.filter((id) => own.includes(id));
      if (own.join() !== order.join())
        wrong.push(`the messages of ${name} came in disorder on the ${channel}`);
    }
  }
  if ((await store.outbox({ channel: 'topic', limit: 1 })).unreadable.length > 0)
    wrong.push('poison stayed in the outbox');
  return wrong;
}

const isWaiting = async (store: MonitorStore, id: string): Promise<boolean> =>
  (await store.outbox({ channel: 'bus', limit: 1000 })).entries.some(
    ({ notification }) => notification.alert.id === id,
  );

async function attack({ runs, seed }: Effort): Promise<Outcome> {
  const wrong: string[] = [];
  const worlds = fc.sample(anyWorld, { numRuns: runs, seed });
  for (const world of worlds) {
    const [first] = await live(world);
    if (first) wrong.push(first);
  }
  return { tried: worlds.length, wrong };
}

/** Channels that are down, flap, refuse or fail for good, processes that die, and poison: nothing is lost, hidden or reordered. */
export const outboxAttack: Attack = { name: 'outbox', attack };
