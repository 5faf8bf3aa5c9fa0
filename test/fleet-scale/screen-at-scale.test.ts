import { afterEach, describe, expect, test, vi } from 'vitest';
import type { InvestigationMessage } from '../../lambda/investigate/investigation-message.ts';
import type { AlertState } from '../../lambda/model/alert.ts';
import { settingsSchema } from '../../lambda/model/settings.ts';
import { dueLooks, nextLookAfter, postureLooks } from '../../lambda/screen/look-schedule.ts';
import { screen } from '../../lambda/screen/screen.ts';
import type { FailingLoadBalancers, ScreenPorts } from '../../lambda/screen/screen-region.ts';
import { memoryStore } from '../../lambda/store/memory.store.ts';

type AlertPhase = AlertState['phase'];
const settings = settingsSchema.parse({});
const START = Date.parse('2026-11-20T10:00:00Z');
const QUIET: FailingLoadBalancers = { failing: [], complete: true, because: null };

const arnOf = (index: number): string =>
  `arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/lb-${String(index).padStart(5, '0')}/0123456789abcdef`;
const arns = (count: number): readonly string[] => Array.from({ length: count }, (_, index) => arnOf(index));

interface Fleet {
  readonly ports: ScreenPorts;
  readonly asked: InvestigationMessage[];
  readonly byName: string[];
  minute: number;
  failing: FailingLoadBalancers;
}

function fleetOf(size: number): Fleet {
  const asked: InvestigationMessage[] = [];
  const byName: string[] = [];
  const fleet: Fleet = {
    ...{ asked, byName, minute: 0, failing: QUIET },
    ports: {
      now: () => new Date(START + fleet.minute * 60_000).toISOString(),
      readFailing: async () => fleet.failing,
      listLoadBalancers: async () =>
        arns(size).map((arn) => ({ arn, createdAt: '2025-01-01T00:00:00.000Z' })),
      readFailingByName: async () => {
        byName.push(fleet.ports.now());
        return QUIET;
      },
      enqueue: async (messages) => {
        asked.push(...messages);
      },
      store: memoryStore(),
      channels: { topic: async () => {}, bus: async () => {} },
      dashboardUrl: null,
    },
  };
  return fleet;
}

afterEach(() => {
  vi.useRealTimers();
});

describe('looks at quiet load balancers', () => {
  test('are at most 20 a minute, and reach every one of 5,000 within the interval, each once', async () => {
    const fleet = fleetOf(5_000);
    let most = 0;
    for (; fleet.minute < settings.postureHours * 60; fleet.minute++) {
      const before = fleet.asked.length;
      await screen(['eu-central-1'], fleet.ports, settings);
      most = Math.max(most, fleet.asked.length - before);
    }
    expect(most).toBeLessThanOrEqual(20);
    expect(fleet.asked.every(({ reason }) => reason === 'posture')).toBe(true);
    expect(fleet.asked).toHaveLength(5_000);
    expect(new Set(fleet.asked.map(({ loadBalancerArn }) => loadBalancerArn)).size).toBe(5_000);
  });

  test('wait while many are in trouble, and are not forgotten', () => {
    const pending = arns(30);
    expect(postureLooks(pending, new Set(arns(21)))).toEqual({ looks: [], rest: pending });
    expect(postureLooks(pending, new Set())).toEqual({
      looks: pending.slice(0, 20),
      rest: pending.slice(20),
    });
  });
});

describe('looks at open alerts', () => {
  const active = arns(60).map((loadBalancerArn) => ({
    ...{ loadBalancerArn, region: 'eu-central-1', nextLookAt: '2026-11-20T09:59:00.000Z' },
  }));
  const NOW = '2026-11-20T10:00:00.000Z';

  test.each([
    [0, 40],
    [30, 10],
    [200, 5],
    [Number.POSITIVE_INFINITY, 5],
  ])('yield to %d that wait for their first: %d', (waiting, expected) => {
    expect(dueLooks(active, waiting, NOW)).toHaveLength(expected);
  });
});

describe('the next look at an open alert', () => {
  const NOW = '2026-11-20T10:00:00.000Z';
  const minutesUntil = (phase: AlertPhase, firingFor: number, over: Partial<typeof settings> = {}) =>
    (Date.parse(
      nextLookAfter(
        { phase, since: new Date(Date.parse(NOW) - firingFor * 60_000).toISOString() },
        { ...settings, ...over },
        NOW,
      ),
    ) -
      Date.parse(NOW)) /
    60_000;

  test.each([
    ['firing', 0, {}, 1],
    ['firing', 59, {}, 1],
    ['firing', 60, {}, 5],
    ['firing', 59, { activeMinutes: 3 }, 3],
    ['firing', 60, { activeLaterMinutes: 1 }, 1],
    ['firing', 60, { activeMinutes: 10, activeLaterMinutes: 5 }, 10],
    // One that waits to fire must not wait longer for lack of a look.
    ['pending', 0, { activeMinutes: 30 }, 1],
    ['resolving', 0, { resolveAfterMinutes: 30 }, 5],
    ['resolving', 0, { resolveAfterMinutes: 12 }, 2],
    ['resolving', 0, { resolveAfterMinutes: 1 }, 1],
    ['resolving', 0, { activeMinutes: 10 }, 10],
  ] as const)(
    'of one that is %s for %d minutes with %o comes after %d',
    (phase, firingFor, over, expected) => {
      expect(minutesUntil(phase, firingFor, over)).toBe(expected);
    },
  );
});

describe('failing', () => {
  test('of many is asked for in one message each, which says how many there are', async () => {
    const fleet = fleetOf(300);
    fleet.failing = { ...QUIET, failing: arns(200).map((arn) => ({ arn })) };
    await screen(['eu-central-1'], fleet.ports, settings);
    const failing = fleet.asked.filter(({ reason }) => reason === 'failing');
    expect(failing).toHaveLength(200);
    expect(new Set(failing.map(({ concurrentLooks }) => concurrentLooks))).toEqual(new Set([200]));
  });

  test('that fills an answer is asked for by name every five minutes, not every minute', async () => {
    const fleet = fleetOf(1_000);
    fleet.failing = {
      failing: arns(500).map((arn) => ({ arn })),
      complete: false,
      because: 'full',
      cut: true,
    };
    for (; fleet.minute < 11; fleet.minute++) await screen(['eu-central-1'], fleet.ports, settings);
    expect(fleet.byName).toHaveLength(3);
  });

  test('of which an empty answer says nothing is asked for by name once in a window, so that none stays unseen', async () => {
    const fleet = fleetOf(10);
    fleet.failing = { failing: [], complete: false, because: 'no result', empty: true };
    const { screenWindowMinutes } = settings;
    for (; fleet.minute <= 2 * screenWindowMinutes; fleet.minute++)
      await screen(['eu-central-1'], fleet.ports, settings);
    expect(fleet.byName).toHaveLength(3);
  });

  test('that could not be read is asked for by name at once', async () => {
    const fleet = fleetOf(10);
    fleet.failing = { failing: [], complete: false, because: 'not grouped' };
    for (; fleet.minute < 3; fleet.minute++) await screen(['eu-central-1'], fleet.ports, settings);
    expect(fleet.byName).toHaveLength(3);
  });
});

describe('regions', () => {
  test('that hang or fail do not stop the others', async () => {
    vi.useFakeTimers();
    const fleet = fleetOf(5);
    const ports: ScreenPorts = {
      ...fleet.ports,
      readFailing: async (region) => {
        if (region === 'us-east-1') return new Promise<FailingLoadBalancers>(() => {});
        if (region === 'us-west-2') throw new Error('access denied');
        return QUIET;
      },
    };
    const running = screen(['us-east-1', 'us-west-2', 'eu-central-1'], ports, settings);
    await vi.advanceTimersByTimeAsync(40_000);
    const { regions } = await running;
    expect(regions.map(({ region, failure }) => [region, failure])).toEqual([
      ['us-east-1', 'no answer within 35 seconds'],
      ['us-west-2', 'access denied'],
      ['eu-central-1', null],
    ]);
    expect(fleet.asked).toHaveLength(5);
  });
});
