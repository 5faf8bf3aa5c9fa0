import { describe, expect, test } from 'vitest';
import { type Channels, deliverWritten, sweepOutbox } from '../../lambda/deliver/outbox.ts';
import { RefusedError } from '../../lambda/deliver/refused.ts';
import type { Notification } from '../../lambda/model/alert.ts';
import { memoryStore } from '../../lambda/store/memory.store.ts';
import type { Channel, MonitorStore } from '../../lambda/store/monitor-store.ts';
import { minute, SHOP } from '../alert/looks.ts';
import { arnOf, notificationAt, recordAt } from '../store/entries.ts';

/** Channels that remember what they took, and fail as told. */
function channelsThat(fails: (channel: Channel, notification: Notification) => boolean) {
  const sent: string[] = [];
  const tried: string[] = [];
  const send = (channel: Channel) => async (notification: Notification) => {
    const line = `${channel} ${notification.alert.diagnosis.loadBalancerArn.split('/')[2]} ${notification.alert.event}`;
    tried.push(line);
    if (fails(channel, notification)) throw new Error('the endpoint is down');
    sent.push(line);
  };
  const channels: Channels = { topic: send('topic'), bus: send('bus') };
  return { channels, sent, tried };
}

const write = (
  store: MonitorStore,
  at: number,
  notifications: readonly Notification[],
  readRevision = 0,
  name = 'shop',
) => store.record(recordAt(at, { notifications, readRevision }, name));

const LATE = minute(60);

describe('a sweep of the outbox', () => {
  test('sends each notification once on each channel, oldest first, and empties the outbox', async () => {
    const store = memoryStore();
    await write(store, 10, [notificationAt(10), notificationAt(10, 'shop', 'resolved')]);
    const { channels, sent } = channelsThat(() => false);
    expect(await sweepOutbox(store, channels, LATE)).toEqual({
      delivered: 4,
      failures: [],
      oldestWaitingAt: null,
      aside: { count: 0, oldestAt: null },
    });
    expect(sent.filter((line) => line.startsWith('topic'))).toEqual([
      'topic shop firing',
      'topic shop resolved',
    ]);
    expect(await sweepOutbox(store, channels, LATE)).toMatchObject({ delivered: 0, failures: [] });
  });

  test('keeps the order of a load balancer: after a failure its later messages wait, others go on', async () => {
    const store = memoryStore();
    await write(store, 10, [notificationAt(10)]);
    await write(store, 20, [notificationAt(20, 'shop', 'resolved')], 1);
    await write(store, 15, [notificationAt(15, 'api')], 0, 'api');
    let down = true;
    const { channels, sent } = channelsThat(
      (channel, { alert }) => down && channel === 'topic' && alert.diagnosis.loadBalancerArn === SHOP,
    );
    const report = await sweepOutbox(store, channels, LATE);
    expect(report.failures).toEqual([
      expect.stringMatching(/^app\/shop\/.*#firing@.* to the topic: the endpoint is down$/),
    ]);
    expect(report.oldestWaitingAt).toBe(minute(10));
    expect(sent.filter((line) => line.startsWith('topic'))).toEqual(['topic api firing']);
    down = false;
    await sweepOutbox(store, channels, LATE);
    expect(sent.filter((line) => line.startsWith('topic shop'))).toEqual([
      'topic shop firing',
      'topic shop resolved',
    ]);
  });

  test('does not send again on the channel that took it when the other one fails', async () => {
    const store = memoryStore();
    await write(store, 10, [notificationAt(10)]);
    const { channels, sent } = channelsThat((channel) => channel === 'topic');
    await sweepOutbox(store, channels, LATE);
    await sweepOutbox(store, channels, LATE);
    expect(sent).toEqual(['bus shop firing']);
  });

  test('a channel that is down for long does not starve the other, and is tried three times a sweep at most', async () => {
    const store = memoryStore();
    for (let index = 0; index < 120; index++) {
      const name = `n${index}`;
      await write(store, 10 + index / 60, [notificationAt(10 + index / 60, name)], 0, name);
    }
    const { channels, sent, tried } = channelsThat((channel) => channel === 'topic');
    for (let sweep = 0; sweep < 3; sweep++) await sweepOutbox(store, channels, LATE);
    expect(sent.filter((line) => line.startsWith('bus'))).toHaveLength(120);
    expect(tried.filter((line) => line.startsWith('topic'))).toHaveLength(9);
  });

  test('sends again with the same id where it died before the entry was removed', async () => {
    const store = memoryStore();
    await write(store, 10, [notificationAt(10)]);
    const ids: string[] = [];
    const channels: Channels = {
      topic: async ({ alert }) => void ids.push(alert.id),
      bus: async () => {},
    };
    const dies: MonitorStore = {
      ...store,
      removeFromOutbox: async () => Promise.reject(new Error('killed')),
    };
    await sweepOutbox(dies, channels, LATE);
    await sweepOutbox(store, channels, LATE);
    expect(ids).toHaveLength(2);
    expect(new Set(ids).size).toBe(1);
  });

  test('leaves what was just written to its writer', async () => {
    const store = memoryStore();
    await write(store, 10, [notificationAt(10)]);
    const { channels, sent } = channelsThat(() => false);
    await sweepOutbox(store, channels, minute(11));
    expect(sent).toEqual([]);
    await sweepOutbox(store, channels, minute(12));
    expect(sent).toHaveLength(2);
  });
});

describe('a message that its channel refuses', () => {
  const refusing = (...names: readonly string[]) => {
    const { channels, sent } = channelsThat(() => false);
    const bus: Channels['bus'] = async (notification) => {
      const { loadBalancerArn } = notification.alert.diagnosis;
      if (names.some((name) => loadBalancerArn === arnOf(name))) throw new RefusedError('MalformedDetail');
      await channels.bus(notification);
    };
    return { channels: { ...channels, bus }, sent };
  };

  test('goes aside while others are taken, holds up none of them, and is counted', async () => {
    const store = memoryStore();
    const names = ['bad1', 'bad2', 'bad3', 'good'];
    for (const [at, name] of names.entries())
      await write(store, 10 + at, [notificationAt(10 + at, name)], 0, name);
    const { channels, sent } = refusing('bad1', 'bad2', 'bad3');
    const report = await sweepOutbox(store, channels, LATE);
    expect(sent.filter((line) => line.startsWith('bus'))).toEqual(['bus good firing']);
    expect(report.aside).toEqual({ count: 3, oldestAt: minute(10) });
    expect(report.failures.filter((line) => line.includes('lies aside'))).toHaveLength(3);
    expect((await store.outbox({ channel: 'bus', limit: 9 })).entries).toEqual([]);
    const later = await sweepOutbox(store, channels, minute(90));
    expect(later).toMatchObject({ failures: [], aside: { count: 3, oldestAt: minute(10) } });
  });

  test('waits for an hour where its channel takes nothing else: it may be set up wrong', async () => {
    const store = memoryStore();
    await write(store, 10, [notificationAt(10, 'bad')], 0, 'bad');
    const { channels } = refusing('bad');
    const early = await sweepOutbox(store, channels, minute(69));
    expect(early).toMatchObject({ oldestWaitingAt: minute(10), aside: { count: 0 } });
    const late = await sweepOutbox(store, channels, minute(70));
    expect(late).toMatchObject({ oldestWaitingAt: null, aside: { count: 1, oldestAt: minute(10) } });
  });

  test('in any other words holds up no other either, and goes aside after an hour', async () => {
    const store = memoryStore();
    const names = ['bad1', 'bad2', 'bad3', 'bad4', 'good', 'better'];
    for (const [at, name] of names.entries())
      await write(store, 10 + at, [notificationAt(10 + at, name)], 0, name);
    const { channels, sent } = channelsThat((channel, { alert }) => {
      const name = alert.diagnosis.loadBalancerArn.split('/')[2] ?? '';
      return channel === 'bus' && name.startsWith('bad');
    });
    await sweepOutbox(store, channels, minute(30));
    expect(sent.filter((line) => line.startsWith('bus')).sort()).toEqual([
      'bus better firing',
      'bus good firing',
    ]);
    await write(store, 70, [notificationAt(70, 'next')], 0, 'next');
    const report = await sweepOutbox(store, channels, minute(80));
    expect(report.aside?.count).toBe(4);
  });
});

describe('the delivery of what an investigation wrote', () => {
  test('sends its own at once, and nothing of other load balancers', async () => {
    const store = memoryStore();
    await write(store, 10, [notificationAt(10)]);
    await write(store, 10, [notificationAt(10, 'api')], 0, 'api');
    const { channels, sent } = channelsThat(() => false);
    await deliverWritten(store, channels, {
      loadBalancerArn: arnOf('api'),
      notifications: [notificationAt(10, 'api')],
    });
    expect([...sent].sort()).toEqual(['bus api firing', 'topic api firing']);
  });

  test('leaves everything to the sweep where an older message waits, so that none overtakes it', async () => {
    const store = memoryStore();
    await write(store, 10, [notificationAt(10)]);
    await write(store, 20, [notificationAt(20, 'shop', 'resolved')], 1);
    const { channels, sent } = channelsThat(() => false);
    await deliverWritten(store, channels, {
      loadBalancerArn: SHOP,
      notifications: [notificationAt(20, 'shop', 'resolved')],
    });
    expect(sent).toEqual([]);
    await sweepOutbox(store, channels, LATE);
    expect(sent.filter((line) => line.startsWith('topic'))).toEqual([
      'topic shop firing',
      'topic shop resolved',
    ]);
  });

  test('reads nothing where nothing was written, and no more than a backlog where very many wait', async () => {
    const store = memoryStore();
    for (let index = 0; index < 300; index++) {
      const name = `n${index}`;
      await write(store, 10 + index / 60, [notificationAt(10 + index / 60, name)], 0, name);
    }
    const read: number[] = [];
    const counting: MonitorStore = {
      ...store,
      outbox: async (query) => {
        const page = await store.outbox(query);
        read.push(page.entries.length);
        return page;
      },
    };
    const { channels, sent } = channelsThat(() => false);
    await deliverWritten(counting, channels, { loadBalancerArn: arnOf('n0'), notifications: [] });
    expect(read).toEqual([]);
    await deliverWritten(counting, channels, {
      loadBalancerArn: arnOf('n0'),
      notifications: [notificationAt(10, 'n0')],
    });
    expect(sent).toEqual([]);
    expect(Math.max(...read)).toBeLessThanOrEqual(100);
    for (let sweep = 0; sweep < 6; sweep++) await sweepOutbox(store, channels, LATE);
    expect(sent).toHaveLength(600);
  });
});
