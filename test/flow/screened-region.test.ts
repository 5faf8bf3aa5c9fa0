import { describe, expect, test } from 'vitest';
import { DeniedError } from '../../lambda/model/failure.ts';
import { settingsSchema } from '../../lambda/model/settings.ts';
import type { FailingLoadBalancers } from '../../lambda/screen/screen-region.ts';
import { minute, SHOP } from '../alert/looks.ts';
import { FAILING, shopBundle } from '../alert/shop.ts';
import { monitorUnderTest, QUIET } from './monitor-under-test.ts';

const HOME = 'eu-central-1';
const DENIED_REGION = 'eu-west-3';
const denied: FailingLoadBalancers = {
  failing: [],
  complete: false,
  because: 'not allowed to call cloudwatch:GetMetricData: explicit deny in a service control policy',
  denied: true,
};

/** A monitor that may not ask in one region, as a service control policy has it. */
function deniedIn(region: string, regions: 'all' | string[]) {
  const asked: string[] = [];
  const monitor = monitorUnderTest({
    settings: { regions },
    readFailing: async (name) => {
      asked.push(name);
      return name === region ? denied : QUIET;
    },
    listed: async (name) => {
      if (name === region) throw new DeniedError('these credentials may not call DescribeLoadBalancers');
      return [{ arn: SHOP, createdAt: null }];
    },
  });
  return { ...monitor, asked };
}

describe('a region that may not be looked at', () => {
  test('is left out where all are watched, and told with the reason', async () => {
    const { screenAt } = deniedIn(DENIED_REGION, 'all');
    const { regions } = await screenAt(0, [HOME, DENIED_REGION]);
    expect(regions).toMatchObject([
      { region: HOME, failure: null, leftOut: null },
      { region: DENIED_REGION, failure: null, leftOut: expect.stringContaining('may not call') },
    ]);
  });

  test('is asked again after an hour, not every minute', async () => {
    const { screenAt, asked } = deniedIn(DENIED_REGION, 'all');
    for (const at of [0, 1, 30, 59]) {
      const { regions } = await screenAt(at, [HOME, DENIED_REGION]);
      expect(regions[1]).toMatchObject({ failure: null, leftOut: expect.any(String) });
    }
    expect(asked.filter((region) => region === DENIED_REGION)).toHaveLength(1);
    await screenAt(60, [HOME, DENIED_REGION]);
    expect(asked.filter((region) => region === DENIED_REGION)).toHaveLength(2);
  });

  test('is a failure where it was named, and where it is the only one', async () => {
    const named = deniedIn(DENIED_REGION, [HOME, DENIED_REGION]);
    const { regions } = await named.screenAt(0, [HOME, DENIED_REGION]);
    expect(regions[1]).toMatchObject({ failure: expect.stringContaining('may not call'), leftOut: null });
    const alone = deniedIn(HOME, 'all');
    for (const at of [0, 1])
      expect((await alone.screenAt(at, [HOME])).regions[0]).toMatchObject({
        failure: expect.any(String),
        leftOut: null,
      });
  });

  test('is watched again once it may be', async () => {
    let may = false;
    const monitor = monitorUnderTest({
      settings: { regions: 'all' },
      readFailing: async (region) => (region === HOME || may ? QUIET : denied),
      listed: async (region) => {
        if (region !== HOME && !may) throw new DeniedError('no');
        return [];
      },
    });
    await monitor.screenAt(0, [HOME, DENIED_REGION]);
    may = true;
    const { regions } = await monitor.screenAt(60, [HOME, DENIED_REGION]);
    expect(regions[1]).toMatchObject({ failure: null, leftOut: null });
    expect((await monitor.store.screenProgress(DENIED_REGION)).deniedAt).toBeNull();
  });
});

test('a region whose metrics may not be read is a failure, never an all-clear', async () => {
  const monitor = monitorUnderTest({
    readFailing: async () => ({ failing: [], complete: false, because: 'throttled' }),
    readFailingByName: async () => ({ failing: [], complete: false, because: 'AWS throttled it' }),
  });
  const { regions } = await monitor.screenAt(0);
  expect(regions[0]?.failure).toContain('AWS throttled it');
});

describe('a region that is no longer watched', () => {
  test('has its alerts closed and its load balancers off the overview', async () => {
    const monitor = monitorUnderTest({ listed: async () => [] });
    await monitor.screenAt(170);
    await monitor.investigateAt(180, shopBundle({ at: 180, failing: [...FAILING, 178] }));
    expect(monitor.told()).toEqual(['firing shop']);
    expect(await monitor.store.fleet()).toHaveLength(1);
    const report = await monitor.screenAt(185, ['us-east-1']);
    expect(report.dropped).toEqual(['eu-central-1 is no longer watched: stopped monitoring 1']);
    expect(await monitor.store.fleet()).toEqual([]);
    expect(await monitor.store.active()).toEqual([]);
    await monitor.screenAt(190, ['us-east-1']);
    expect(monitor.told()).toEqual(['firing shop', 'resolved shop']);
    expect(monitor.delivered[1]?.reason).toBe('eu-central-1 is no longer watched');
    const [incident] = await monitor.store.incidents();
    expect(incident?.resolvedAt).toBe(minute(185));
  });

  test('is closed once', async () => {
    const monitor = monitorUnderTest({ listed: async () => [] });
    await monitor.screenAt(0);
    expect((await monitor.screenAt(5, ['us-east-1'])).dropped).toHaveLength(1);
    expect((await monitor.screenAt(60, ['us-east-1'])).dropped).toEqual([]);
  });
});

test('whether a trail tells of changes is asked at the first beat and once a day', async () => {
  const asked: number[] = [];
  const beat = settingsSchema.parse({}).backstopMinutes;
  let time = 0;
  const monitor = monitorUnderTest({
    listed: async () => [],
    trail: async () => {
      asked.push(time);
      return 'none';
    },
  });
  for (time = 0; time <= 25 * 60; time += beat) await monitor.screenAt(time);
  expect(asked).toEqual([0, 24 * 60]);
  const [{ progress } = { progress: null }] = await monitor.store.screenedRegions();
  expect(progress?.trail).toEqual({ checkedAt: minute(24 * 60), state: 'none' });
});
