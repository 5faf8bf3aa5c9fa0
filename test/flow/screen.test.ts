import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Change } from '../../lambda/model/evidence.ts';
import { settingsSchema } from '../../lambda/model/settings.ts';
import { LEAST_POSTURE_LOOKS, nextPostureBatch } from '../../lambda/screen/posture-schedule.ts';
import { screenChange } from '../../lambda/screen/screen-change.ts';
import type { FailingLoadBalancers } from '../../lambda/screen/screen-region.ts';
import { memoryStore } from '../../lambda/store/memory.store.ts';
import type { ScreenProgress } from '../../lambda/store/monitor-store.ts';
import { minute, SHOP, WEB } from '../alert/looks.ts';
import { FAILING, shopBundle } from '../alert/shop.ts';
import { arnOf, notificationAt, recordAt } from '../store/entries.ts';
import { failing, monitorUnderTest, QUIET } from './monitor-under-test.ts';

const API = arnOf('api');
const reasons = (messages: readonly { loadBalancerArn: string; reason: string }[]): string[] =>
  messages.map(({ loadBalancerArn, reason }) => `${reason} ${loadBalancerArn.split('/')[2]}`);

describe('screening', () => {
  test('asks for a look at who has 502s, once', async () => {
    const monitor = monitorUnderTest({
      readFailing: async () => failing(SHOP, SHOP),
      listed: async () => [],
    });
    const report = await monitor.screenAt(10);
    expect(reasons(monitor.asked)).toEqual(['failing shop']);
    expect(report.regions[0]).toMatchObject({ region: 'eu-central-1', failure: null });
  });

  test('asks everyone by name on the first beat, then after backstopMinutes, or when the quick answer is not complete', async () => {
    const beat = settingsSchema.parse({}).backstopMinutes;
    let quick: FailingLoadBalancers = QUIET;
    const monitor = monitorUnderTest({
      readFailing: async () => quick,
      readFailingByName: async () => failing(API),
    });
    const first = await monitor.screenAt(0);
    expect(first.regions[0]?.sweepReason).toBe('the first screening of this region');
    expect((await monitor.screenAt(1)).regions[0]?.sweepReason).toBeNull();
    expect((await monitor.screenAt(beat)).regions[0]?.sweepReason).toBe(`every ${beat} minutes`);
    quick = { failing: [], complete: false, because: 'CloudWatch cut the answer' };
    expect((await monitor.screenAt(beat + 1)).regions[0]?.sweepReason).toBe('CloudWatch cut the answer');
    expect(reasons(monitor.asked)).toContain('failing api');
  });

  test('looks at an open alert when it is due, also when it fails again, and not in between', async () => {
    const monitor = monitorUnderTest({ readFailing: async () => failing(SHOP), listed: async () => [] });
    await monitor.investigateAt(180, shopBundle({ at: 180, failing: [...FAILING, 178] }));
    await monitor.screenAt(180.5);
    expect(reasons(monitor.asked)).toEqual([]);
    await monitor.screenAt(181);
    expect(reasons(monitor.asked)).toEqual(['active shop']);
  });

  test('a region that fails does not stop the others, and is named', async () => {
    const monitor = monitorUnderTest({
      readFailing: async () => failing(SHOP),
      listed: async () => [],
      enqueue: async (messages) => {
        if (messages.some(({ region }) => region === 'eu-west-1')) throw new Error('the queue refused it');
      },
    });
    const report = await monitor.screenAt(10, ['eu-west-1', 'eu-central-1']);
    expect(report.regions.map(({ region, failure }) => [region, failure])).toEqual([
      ['eu-west-1', 'the queue refused it'],
      ['eu-central-1', null],
    ]);
  });

  test('goes on looking when the outbox or the open alerts cannot be read, and says so', async () => {
    const store = memoryStore();
    const broken = {
      ...store,
      outbox: () => Promise.reject(new Error('the table is throttled')),
      active: () => Promise.reject(new Error('the table is throttled')),
    };
    const monitor = monitorUnderTest({
      store: broken,
      readFailing: async () => failing(SHOP),
      listed: async () => [],
    });
    const report = await monitor.screenAt(10);
    expect(reasons(monitor.asked)).toEqual(['failing shop']);
    expect([...report.failures].sort()).toEqual([
      'the open alerts: the table is throttled',
      'the outbox: the table is throttled',
    ]);
  });

  test('delivers what an investigation left behind', async () => {
    const monitor = monitorUnderTest({ listed: async () => [] });
    await monitor.store.record(recordAt(10, { notifications: [notificationAt(10)] }));
    await monitor.screenAt(13);
    expect(monitor.told()).toEqual(['firing shop']);
  });

  test('repeats the beat where it died before its progress was saved', async () => {
    const store = memoryStore();
    const dies = { ...store, saveScreenProgress: () => Promise.reject(new Error('killed')) };
    await monitorUnderTest({ store: dies }).screenAt(0);
    const again = monitorUnderTest({ store });
    await again.screenAt(1);
    expect(reasons(again.asked)).toEqual(['posture shop']);
  });

  test('looks while the topic takes its time, and tells of what it took', async () => {
    const { store } = monitorUnderTest();
    const patient = monitorUnderTest({ store, topic: () => Promise.reject(new Error('down')) });
    await patient.investigateAt(180, shopBundle({ at: 180, failing: [175, 179] }));
    // The topic answers only after somebody was asked to look.
    let looked = (): void => {};
    const asked = new Promise<void>((resolve) => {
      looked = resolve;
    });
    const monitor = monitorUnderTest({ store, topic: () => asked, enqueue: async () => looked() });
    expect((await monitor.screenAt(190)).delivery).toMatchObject({ delivered: 1, failures: [] });
  });

  test('an empty account is nothing to do and no failure', async () => {
    const monitor = monitorUnderTest({ listed: async () => [] });
    const report = await monitor.screenAt(0);
    expect(monitor.asked).toEqual([]);
    expect(report).toMatchObject({ failures: [], summaries: [], delivery: { delivered: 0, failures: [] } });
  });

  test('looks at a new load balancer within the beat, though the pass is elsewhere', async () => {
    let listed: { arn: string; createdAt: string | null }[] = [{ arn: SHOP, createdAt: null }];
    const monitor = monitorUnderTest({ listed: async () => listed });
    const beat = settingsSchema.parse({}).backstopMinutes;
    await monitor.screenAt(0);
    await monitor.screenAt(beat);
    monitor.asked.length = 0;
    listed = [...listed, { arn: API, createdAt: minute(beat + 5) }];
    await monitor.screenAt(2 * beat);
    expect(reasons(monitor.asked)).toEqual(['posture api']);
  });
});

describe('the check of quiet configurations', () => {
  const settings = settingsSchema.parse({});

  test('comes to every load balancer once within its interval, however many there are', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 6000 }),
        fc.integer({ min: 0, max: 4 }),
        fc.boolean(),
        (count, missed, firstPassDone) => {
          const arns = Array.from({ length: count }, (_, index) => `arn${String(index).padStart(5, '0')}`);
          let progress: Pick<ScreenProgress, 'passStartedAt' | 'passAfterArn' | 'firstPassDone'> = {
            ...{ passStartedAt: null, passAfterArn: null, firstPassDone },
          };
          const seen: string[] = [];
          const beats = (settings.postureHours * 60) / settings.backstopMinutes;
          for (let beat = 0; beat < beats; beat++) {
            // Some beats are missed, at most two of five.
            if (beat % 5 < Math.min(missed, 2)) continue;
            const { batch, ...next } = nextPostureBatch(
              arns,
              progress,
              settings,
              minute(beat * settings.backstopMinutes),
            );
            seen.push(...batch);
            progress = next;
          }
          expect(seen).toEqual(arns);
        },
      ),
      { numRuns: 40 },
    );
  });

  test('is through 1,200 load balancers within the first hour, no faster than they are looked at', () => {
    const arns = Array.from({ length: 1_200 }, (_, index) => `arn${String(index).padStart(5, '0')}`);
    const { batch, ...progress } = nextPostureBatch(
      arns,
      { passStartedAt: null, passAfterArn: null },
      settings,
      minute(0),
    );
    expect(batch).toHaveLength(20 * settings.backstopMinutes);
    const next = nextPostureBatch(arns, progress, settings, minute(settings.backstopMinutes));
    expect([...batch, ...next.batch]).toEqual(arns);
    expect(next).toMatchObject({ firstPassDone: true, passAfterArn: null });
  });

  test('puts no more into one item of the table than fits, however slow the beat', () => {
    const arn = 'arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/'.padEnd(130, 'x');
    const arns = Array.from({ length: 5_000 }, (_, index) => `${arn}${String(index).padStart(5, '0')}`);
    const slow = { ...settings, backstopMinutes: 1440, postureHours: 168 };
    const { batch } = nextPostureBatch(arns, { passStartedAt: null, passAfterArn: null }, slow, minute(0));
    expect(JSON.stringify(batch).length).toBeLessThan(400_000);
  });

  test('goes on where it stood when load balancers come and go', () => {
    const arns = Array.from({ length: 60 }, (_, index) => `arn${String(index).padStart(3, '0')}`);
    const never = { passStartedAt: null, passAfterArn: null, firstPassDone: true };
    const first = nextPostureBatch(arns, never, settings, minute(0));
    expect(first.batch).toHaveLength(LEAST_POSTURE_LOOKS);
    const changed = arns
      .filter((arn) => arn !== first.passAfterArn)
      .concat('arn024b')
      .sort();
    const second = nextPostureBatch(changed, first, settings, minute(15));
    expect(second.batch[0]).toBe('arn024b');
  });
});

describe('a change that was reported', () => {
  const change = (resourceArn: string): Change => ({
    ...{ at: minute(5), eventName: 'ModifyLoadBalancerAttributes', resourceArn, principal: 'dana' },
    ...{ sourceIpAddress: null, userAgent: null, from: null, to: { 'idle_timeout.timeout_seconds': '300' } },
  });
  const asked = async (resourceArn: string, owners: readonly string[] = []) => {
    const messages = await screenChange(change(resourceArn), {
      now: () => minute(6),
      loadBalancersOf: async () => owners,
      enqueue: async () => {},
    });
    return reasons(messages);
  };
  const listener = SHOP.replace(':loadbalancer/', ':listener/');

  test.each([
    ['a load balancer', SHOP, ['change shop']],
    ['a listener', `${listener}/0123456789abcdef`, ['change shop']],
    ['a rule', `${listener.replace(':listener/', ':listener-rule/')}/01/23`, ['change shop']],
    ['a network load balancer', SHOP.replace('/app/', '/net/'), []],
    ['a trust store', 'arn:aws:elasticloadbalancing:eu-central-1:123456789012:truststore/x/1', []],
    ['nothing that is an ARN', 'shop', []],
  ])('of %s asks for the right look', async (_, arn, expected) => {
    expect(await asked(arn)).toEqual(expected);
  });

  test('of a target group asks for a look at each application load balancer it serves', async () => {
    expect(await asked(WEB, [SHOP, API, SHOP.replace('/app/', '/net/')])).toEqual([
      'change shop',
      'change api',
    ]);
    expect(await asked(WEB)).toEqual([]);
  });
});
