import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { isRead, type RecordedCall } from '../../bench/fleet/calls.ts';
import { AdaptiveClock } from '../../bench/fleet/simulated-clock.ts';
import {
  type MonitorPlan,
  type SimulatedMonitor,
  startMonitor,
} from '../../bench/fleet/simulated-monitor.ts';
import { MEASURED } from '../../lambda/cost/measured.ts';
import { bundleFunction } from '../../scripts/bundle.mjs';

/** A bound, not an expectation: the machine may be busy. */
const LIMIT_MS = 180_000;
/** More batches than any of these tests has. */
const MOST_BATCHES = 30;
const LONG_AGO = Date.parse('2026-11-20T09:00:00Z');
const NEVER = Date.parse('2027-01-01T00:00:00Z');
const GROUPS = 3;
/** Never faster than the machine follows: what it is late would turn into timeouts, and those into retries. */
const PACE = { origin: Date.parse('2026-11-20T10:00:00Z'), slowest: 0.25, fastest: 8 };

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'alb502-fleet-'));
  for (const name of ['screen', 'investigate']) await bundleFunction(name, join(folder, name));
}, LIMIT_MS);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function monitorOf(plan: Omit<MonitorPlan, 'groupsEach'>): Promise<SimulatedMonitor> {
  const clock = new AdaptiveClock(PACE);
  onTestFinished(() => clock.stop());
  const bundles = {
    screen: join(folder, 'screen/index.mjs'),
    investigate: join(folder, 'investigate/index.mjs'),
  };
  const monitor = await startMonitor({ ...plan, groupsEach: GROUPS }, bundles, clock);
  onTestFinished(() => monitor.stop());
  return monitor;
}

/** Investigates until the queue is empty, on both processes side by side. */
async function investigateAll(monitor: SimulatedMonitor): Promise<void> {
  await Promise.all(
    [0, 1].map(async (process) => {
      for (let batch = 0; batch < MOST_BATCHES; batch++)
        if ((await monitor.investigate(process)) === 0) return;
    }),
  );
}

/** The calls that something makes. */
async function callsOf(
  monitor: SimulatedMonitor,
  work: () => Promise<void>,
): Promise<readonly RecordedCall[]> {
  const before = monitor.endpoint.log.calls.length;
  await work();
  return monitor.endpoint.log.calls.slice(before);
}

const count = (calls: readonly RecordedCall[], pattern: RegExp): number =>
  calls.filter(({ api }) => pattern.test(api)).length;
const metrics = (calls: readonly RecordedCall[]): number =>
  calls.reduce((sum, { billedMetrics }) => sum + billedMetrics, 0);
const firing = (monitor: SimulatedMonitor): number =>
  monitor.endpoint.published.filter(({ attributes }) => attributes['event'] === 'firing').length;

describe('call budgets', { timeout: LIMIT_MS }, () => {
  test.each([10, 1_000])(
    'a quiet minute over %i load balancers is one query and a few table reads',
    async (size) => {
      const monitor = await monitorOf({ loadBalancers: size, troubled: 0, troubledFrom: NEVER });
      // The first one asks by name, and posture looks of a large fleet wait for the minutes after it.
      for (let beat = 0; beat < 3; beat++) await monitor.screen();
      const calls = await callsOf(monitor, () => monitor.screen());
      expect(monitor.state.errors).toEqual([]);
      expect({
        getMetricDataCalls: count(calls, /^cloudwatch:/),
        metricsAnalyzed: metrics(calls),
        tableReads: count(calls, /^dynamodb:(GetItem|Query)$/),
        elbCalls: count(calls, /^elasticloadbalancing:/),
      }).toEqual(MEASURED.screening);
      expect(count(calls, /./)).toBe(MEASURED.screening.getMetricDataCalls + MEASURED.screening.tableReads);
    },
  );

  test('a look at ten quiet configurations shares calls', async () => {
    const monitor = await monitorOf({ loadBalancers: 10, troubled: 0, troubledFrom: NEVER });
    await monitor.screen();
    const calls = await callsOf(monitor, () => investigateAll(monitor));
    expect(monitor.state.errors).toEqual([]);
    expect(metrics(calls) / 10).toBe(MEASURED.postureLook.metricsRequested);
    expect(count(calls, /^elasticloadbalancing:/) / 10).toBeCloseTo(MEASURED.postureLook.elbCalls, 0);
    expect(count(calls, /DescribeTargetHealth/)).toBe(0);
  });

  test('an investigation needs 6 calls and 3 for each target group at most', async () => {
    const monitor = await monitorOf({ loadBalancers: 1, troubled: 1, troubledFrom: LONG_AGO });
    await monitor.screen();
    const calls = await callsOf(monitor, () => investigateAll(monitor));
    expect(monitor.state.errors).toEqual([]);
    expect(calls.filter(isRead).length).toBeLessThanOrEqual(6 + 3 * GROUPS);
    expect(metrics(calls)).toBe(MEASURED.troubleLook.metricsRequested);
    expect(count(calls, /^elasticloadbalancing:/)).toBe(MEASURED.troubleLook.elbCalls);
    expect(firing(monitor)).toBe(1);
  });

  test('thirty in trouble at once are all diagnosed under the real bucket, none lost to it and none told twice', async () => {
    const monitor = await monitorOf({ loadBalancers: 60, troubled: 30, troubledFrom: LONG_AGO });
    await monitor.screen();
    await investigateAll(monitor);
    // What is asked for again while it waits, or after it was answered, needs no second look.
    const calls = await callsOf(monitor, async () => {
      await monitor.screen();
      await investigateAll(monitor);
    });
    expect(monitor.state.errors).toEqual([]);
    expect(monitor.queue.deadLetters).toEqual([]);
    expect(monitor.table.firstSeen('ACTIVE').size).toBe(30);
    expect(
      calls.filter(({ about }) => about.length > 0).every(({ caller }) => caller === 'investigate'),
    ).toBe(true);
    const told = monitor.endpoint.published.flatMap(({ attributes }) =>
      attributes['event'] === 'firing' ? [attributes['loadBalancer']] : [],
    );
    expect(new Set(told).size).toBe(told.length);
  });

  test('a first 502 that CloudWatch lists late is found by name', async () => {
    const monitor = await monitorOf({
      ...{ loadBalancers: 20, troubled: 1, troubledFrom: LONG_AGO },
      listedAfterMs: 10 * 3_600_000,
    });
    await monitor.screen();
    await investigateAll(monitor);
    expect(monitor.table.firstSeen('ACTIVE').size).toBe(1);
  });
});
