import { describe, expect, test } from 'vitest';
import { FAILING, shopBundle } from '../alert/shop.ts';
import { arnOf } from '../store/entries.ts';
import { monitorUnderTest, renamed } from './monitor-under-test.ts';

const NAMES = Array.from({ length: 200 }, (_, index) => `n${String(index).padStart(3, '0')}`);

async function breakAll(monitor: ReturnType<typeof monitorUnderTest>, names: readonly string[], at: number) {
  for (const name of names) {
    const bundle = renamed(shopBundle({ at, failing: FAILING }), name);
    await monitor.investigateAt(at, bundle, arnOf(name));
  }
}

describe('one change that breaks 200 load balancers', () => {
  test('is ten alerts and one summary, a record for each, and a summary when all are over', async () => {
    const monitor = monitorUnderTest();
    await breakAll(monitor, NAMES, 180);
    expect(monitor.told()).toEqual(NAMES.slice(0, 10).map((name) => `firing ${name}`));
    for (const at of [181, 182, 183, 184, 186]) await monitor.screenAt(at);
    expect(monitor.told().slice(10)).toEqual(['firing 190']);
    expect(await monitor.store.incidents()).toHaveLength(200);
    expect(monitor.delivered[10]?.group?.names).toHaveLength(20);
    expect(monitor.delivered[10]?.alert.dedupKey).toMatch(/^fleet\/eu-central-1\/keepalive-mismatch@/);

    for (const at of [200, 210]) {
      for (const name of NAMES) {
        const bundle = renamed(shopBundle({ at, failing: FAILING, idleTimeoutSeconds: 60 }), name);
        await monitor.investigateAt(at, bundle, arnOf(name));
      }
    }
    for (const at of [214, 216, 218]) await monitor.screenAt(at);
    const ends = monitor.told().slice(11);
    expect(ends.filter((line) => line.startsWith('resolved'))).toEqual([
      ...NAMES.slice(0, 10).map((name) => `resolved ${name}`),
      'resolved 190',
    ]);
    const opened = monitor.delivered
      .filter(({ alert }) => alert.event === 'firing')
      .map(({ alert }) => alert.dedupKey);
    const closed = monitor.delivered
      .filter(({ alert }) => alert.event === 'resolved')
      .map(({ alert }) => alert.dedupKey);
    expect([...closed].sort()).toEqual([...opened].sort());
  });

  test('is not over while one of them still fails, nor while nobody could look', async () => {
    const monitor = monitorUnderTest();
    await breakAll(monitor, NAMES.slice(0, 15), 180);
    for (const at of [184, 186]) await monitor.screenAt(at);
    expect(monitor.told().at(-1)).toBe('firing 5');
    for (const at of [200, 300, 400]) await monitor.screenAt(at);
    expect(monitor.told().filter((line) => line === 'resolved 5')).toEqual([]);
  });

  test('tells of those that join later in one further message', async () => {
    const monitor = monitorUnderTest();
    await breakAll(monitor, NAMES.slice(0, 15), 180);
    for (const at of [184, 186]) await monitor.screenAt(at);
    await breakAll(monitor, NAMES.slice(15, 40), 187);
    for (const at of [188, 190, 196, 199, 201]) await monitor.screenAt(at);
    expect(monitor.told().slice(10)).toEqual(['firing 5', 'updated 30']);
  });

  test('ten load balancers that fail alike are told one by one', async () => {
    const monitor = monitorUnderTest();
    await breakAll(monitor, NAMES.slice(0, 10), 180);
    for (const at of [184, 186]) await monitor.screenAt(at);
    expect(monitor.delivered).toHaveLength(10);
  });
});
