import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { isRead, type RecordedCall } from '../../bench/fleet/calls.ts';
import type { ReceivedRequest } from '../../bench/fleet/endpoint.ts';
import { figuresOf } from '../../bench/fleet/figures.ts';
import { runScenario } from '../../bench/fleet/scenario.ts';
import { AdaptiveClock } from '../../bench/fleet/simulated-clock.ts';
import {
  type MonitorPlan,
  REGION,
  type SimulatedMonitor,
  startMonitor,
} from '../../bench/fleet/simulated-monitor.ts';
import { MEASURED } from '../../lambda/cost/measured.ts';
import { requestFor } from '../../lambda/investigate/investigation-message.ts';
import { bundleFolder } from '../../lib/built-file.ts';
import { type Moto, startMoto } from '../moto.ts';
import { judge } from '../strict-aws/judge.ts';

/** A bound, not an expectation: the machine may be busy. */
const LIMIT_MS = 600_000;
/** More batches than any of these tests has. */
const MOST_BATCHES = 30;
const LONG_AGO = Date.parse('2026-11-20T09:00:00Z');
const NEVER = Date.parse('2027-01-01T00:00:00Z');
const GROUPS = 3;
/** Never faster than the machine follows: what it is late would turn into timeouts, and those into retries. */
const PACE = { origin: Date.parse('2026-11-20T10:00:00Z'), slowest: 0.25, fastest: 8 };

let moto: Moto;
beforeAll(async () => {
  moto = await startMoto(REGION);
}, LIMIT_MS);
afterAll(async () => {
  await moto?.stop();
});

const bundles = () => ({
  screen: join(bundleFolder('screen'), 'index.mjs'),
  investigate: join(bundleFolder('investigate'), 'index.mjs'),
});

/** Takes requests, and holds them against AWS's rules when the test has ended. */
function judged(): (request: ReceivedRequest) => void {
  const received: ReceivedRequest[] = [];
  onTestFinished(() => judge(moto, received));
  return (request) => received.push(request);
}

async function monitorOf(plan: Omit<MonitorPlan, 'groupsEach'>): Promise<SimulatedMonitor> {
  const clock = new AdaptiveClock(PACE);
  onTestFinished(() => clock.stop());
  const monitor = await startMonitor({ ...plan, groupsEach: GROUPS, received: judged() }, bundles(), clock);
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
const units = (calls: readonly RecordedCall[], kind: 'readUnits' | 'writeUnits'): number =>
  calls.reduce((sum, call) => sum + call[kind], 0);
/** What `lambda/cost/measured.ts` holds of a look. */
type Look = Readonly<Record<keyof typeof MEASURED.activeLook, number>>;
const lookOf = (calls: readonly RecordedCall[], looks: number): Look => ({
  metricsRequested: metrics(calls) / looks,
  elbCalls: count(calls, /^elasticloadbalancing:/) / looks,
  readUnits: units(calls, 'readUnits') / looks,
  writeUnits: units(calls, 'writeUnits') / looks,
});
/** Asks for one more look at some load balancers. */
function ask(monitor: SimulatedMonitor, loadBalancers: number, reason: 'posture' | 'active'): void {
  for (const { arn } of monitor.fleet.loadBalancers.slice(0, loadBalancers)) {
    const at = new Date(monitor.now()).toISOString();
    const body = JSON.stringify(requestFor(arn, REGION, reason, at));
    monitor.queue.send({ body, group: arn, deduplicationId: `${arn} ${at}` }, monitor.now());
  }
}
/** Calls and metrics exactly; the units of the table as near as the bill needs them, for items grow by a word. */
function expectLook(calls: readonly RecordedCall[], looks: number, counted: Look): void {
  const { metricsRequested, elbCalls, readUnits, writeUnits } = lookOf(calls, looks);
  expect({ metricsRequested, elbCalls }).toEqual({
    metricsRequested: counted.metricsRequested,
    elbCalls: counted.elbCalls,
  });
  expect(Math.abs(readUnits / counted.readUnits - 1)).toBeLessThan(0.15);
  expect(Math.abs(writeUnits / counted.writeUnits - 1)).toBeLessThan(0.15);
}
const firing = (monitor: SimulatedMonitor): number =>
  monitor.endpoint.published.filter(({ attributes }) => attributes['event'] === 'firing').length;

describe('call budgets', { timeout: LIMIT_MS }, () => {
  test.each([10, 1_000])(
    'a quiet minute over %i load balancers is one query and a few table reads',
    async (size) => {
      const monitor = await monitorOf({ loadBalancers: size, failing: 0, failingFrom: NEVER });
      // Two beats ask by name and come to everyone for the first time; their looks wait for the minutes after them.
      for (let time = 0; time < 55; time++) await monitor.screen();
      const calls = await callsOf(monitor, () => monitor.screen());
      expect(monitor.state.errors).toEqual([]);
      expect({
        getMetricDataCalls: count(calls, /^cloudwatch:/),
        metricsAnalyzed: metrics(calls),
        elbCalls: count(calls, /^elasticloadbalancing:/),
        readUnits: units(calls, 'readUnits'),
      }).toEqual(MEASURED.screening);
      const reads = count(calls, /^dynamodb:(GetItem|Query)$/);
      expect(count(calls, /./)).toBe(MEASURED.screening.getMetricDataCalls + reads);
    },
  );

  test('a look at ten quiet configurations shares calls', async () => {
    const monitor = await monitorOf({ loadBalancers: 10, failing: 0, failingFrom: NEVER });
    await monitor.screen();
    // The first one learns what is normal; the bill is about those that follow every day.
    await investigateAll(monitor);
    ask(monitor, 10, 'posture');
    const calls = await callsOf(monitor, () => investigateAll(monitor));
    expect(monitor.state.errors).toEqual([]);
    expectLook(calls, 10, MEASURED.postureLook);
    expect(count(calls, /DescribeTargetHealth/)).toBe(0);
  });

  test('an investigation needs 6 calls and 3 for each target group at most, the first and every later one', async () => {
    const monitor = await monitorOf({ loadBalancers: 1, failing: 1, failingFrom: LONG_AGO });
    await monitor.screen();
    const opening = await callsOf(monitor, () => investigateAll(monitor));
    ask(monitor, 1, 'active');
    const later = await callsOf(monitor, () => investigateAll(monitor));
    expect(monitor.state.errors).toEqual([]);
    for (const calls of [opening, later])
      expect(calls.filter(isRead).length).toBeLessThanOrEqual(6 + 3 * GROUPS);
    expectLook(opening, 1, MEASURED.openingLook);
    expectLook(later, 1, MEASURED.activeLook);
    expect(firing(monitor)).toBe(1);
  });

  test('200 in trouble at once are all diagnosed within three minutes under the real bucket, and told once', async () => {
    const result = await runScenario(
      {
        ...{ loadBalancers: 220, groupsEach: GROUPS, failing: 200 },
        ...{ quietMinutes: 0, failingMinutes: 10, untilAllAnnounced: true },
      },
      bundles(),
      judged(),
    );
    const { secondsToLast, readsPerLook, ...figures } = figuresOf(result);
    expect(figures).toMatchObject({ missed: 0, wrong: 0, twice: 0, lost: 0, failures: 0 });
    expect(secondsToLast).toBeLessThanOrEqual(180);
    expect(readsPerLook).toBeLessThanOrEqual(6 + 3 * GROUPS);
  });

  test('what is asked for again while it waits, or after it was answered, needs no second look', async () => {
    const monitor = await monitorOf({ loadBalancers: 20, failing: 12, failingFrom: LONG_AGO });
    await monitor.screen();
    await investigateAll(monitor);
    const calls = await callsOf(monitor, async () => {
      await monitor.screen();
      await investigateAll(monitor);
    });
    expect(monitor.state.errors).toEqual([]);
    expect(monitor.queue.deadLetters).toEqual([]);
    expect(monitor.table.firstSeen('ACTIVE').size).toBe(12);
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
      ...{ loadBalancers: 20, failing: 1, failingFrom: LONG_AGO },
      listedAfterMs: 10 * 3_600_000,
    });
    await monitor.screen();
    await investigateAll(monitor);
    expect(monitor.table.firstSeen('ACTIVE').size).toBe(1);
  });
});
