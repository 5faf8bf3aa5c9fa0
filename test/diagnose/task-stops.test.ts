import { describe, expect, test } from 'vitest';
import {
  crashesNearFailures,
  failuresApartFromCrashes,
  failuresInEcsHistory,
  stopsOfFailedTargets,
} from '../../lambda/diagnose/workload/crashes.ts';
import { targetStopsOf } from '../../lambda/diagnose/workload/target-stops.ts';
import {
  accessLog,
  at,
  bundleWith,
  during,
  type Edit,
  edits,
  failingRequests,
  failures,
  loggedGroup,
  MINUTES,
  requests,
} from './bundle.ts';
import { deployed, OUT_OF_MEMORY, SPOT, stopped } from './workload.ts';

test.each([
  ['15 minutes after its deployment began is of a rollout that fails', 145, 'rollout'],
  ['16 minutes after it had stayed up, and ended by itself', 146, 'exit'],
] as const)('a new task that exits with an error %s', (_, minute, reason) => {
  const bundle = bundleWith(deployed(130, 170), stopped(minute, { exitCode: 1 }));
  expect(targetStopsOf(bundle).map((stop) => stop.reason)).toEqual([reason]);
});

/** So many failures in minutes of the window. */
const failed = (counts: Readonly<Record<number, number>>): Edit =>
  failures(Array.from({ length: MINUTES }, (_, minute) => counts[minute] ?? null));
const killed = (...minutes: readonly number[]): Edit =>
  edits(...minutes.map((minute) => stopped(minute, OUT_OF_MEMORY)));

describe('crashes', () => {
  test.each<readonly [string, Edit, readonly [crashes: number, strength: number] | null]>([
    ['where failures and crash are at one time', edits(failed({ 150: 4 }), killed(150)), [1, 0.944]],
    ['where it exited', edits(failed({ 150: 4 }), stopped(150, { exitCode: 139 })), [1, 0.944]],
    ['not where AWS took it back', edits(failed({ 150: 4 }), stopped(150, SPOT)), null],
    ['where nothing stopped', failed({ 150: 4 }), null],
    ['where nothing failed', killed(150), null],
    [
      'noticed a quarter of a minute after the failing minute',
      edits(failed({ 150: 4 }), killed(151.08)),
      [1, 0.944],
    ],
    [
      'as late as the last failure and the clocks',
      edits(failed({ 150: 4 }), killed(151 + 5 / 60)),
      [1, 0.944],
    ],
    ['not after the last failure and the clocks', edits(failed({ 150: 4 }), killed(151.09)), null],
    ['a minute and a quarter later', edits(failed({ 150: 9, 160: 1 }), killed(151.25)), [1, 1]],
    ['not later than that', edits(failed({ 150: 9, 160: 1 }), killed(151.26)), null],
    ['a minute and a half before', edits(failed({ 150: 4 }), killed(148.5)), [1, 0.944]],
    ['not before that', edits(failed({ 150: 4 }), killed(148.49)), null],
    ['near half of the failures', edits(failed({ 150: 4, 170: 4 }), killed(150)), [1, 0.5]],
    ['not near less than half', edits(failed({ 150: 4, 170: 5 }), killed(150)), null],
    ['those near failures, of all', edits(failed({ 150: 4 }), killed(130, 150, 150.5)), [2, 0.849]],
    // Where nearly all requests come at the time of the crash, it says little that failures do.
    ['in the rush', edits(requests(during(149, 152, 600, 10)), failed({ 150: 4 }), killed(150)), [1, 0.5]],
    [
      'where nearly all requests come',
      edits(requests(during(149, 152, 60_000, 10)), failed({ 150: 4 }), killed(150)),
      [1, 0.5],
    ],
    [
      'not in the rush, with half of the failures',
      edits(requests(during(149, 152, 600, 10)), failed({ 150: 4, 170: 4 }), killed(150)),
      null,
    ],
    [
      'of which the log has half of the failures',
      edits(
        failed({ 150: 4, 170: 4 }),
        accessLog(loggedGroup(8)),
        ...[failingRequests('10.0.1.10:8080', 150, 150), failingRequests('10.0.2.10:8080', 150, 170)],
        killed(150),
      ),
      [1, 1],
    ],
    [
      'of which the log has less',
      edits(
        failed({ 150: 4, 170: 4 }),
        accessLog(loggedGroup(8)),
        ...[failingRequests('10.0.1.10:8080', 150), failingRequests('10.0.2.10:8080', 150, 170)],
        killed(150),
      ),
      [1, 0.5],
    ],
    [
      'with half of the failures before what ECS remembers',
      edits(failed({ 60: 4, 150: 4 }), killed(150)),
      [1, 0.944],
    ],
    ['with most of them before', edits(failed({ 60: 12, 150: 4 }), killed(150)), [1, 0.472]],
  ])('%s', (_, evidence, expected) => {
    const bundle = bundleWith(evidence);
    const crashes = crashesNearFailures(bundle);
    expect(crashes && [crashes.stops.length, Math.round(crashes.strength * 1000) / 1000]).toEqual(
      expected && [expected[0], expect.closeTo(expected[1], 3)],
    );
    expect(crashesNearFailures(bundle)).toBe(crashes);
  });

  test('have their failures, and a rollout is asked about the others', () => {
    const apart = (evidence: Edit) => [...failuresApartFromCrashes(bundleWith(evidence)).failures.keys()];
    expect(apart(edits(failed({ 150: 9, 160: 1 }), killed(150)))).toEqual([at(160)]);
    expect(apart(failed({ 150: 9, 160: 1 }))).toEqual([at(150), at(160)]);
  });
});

describe('what ECS remembers', () => {
  const minutes = Object.fromEntries([60, 97, 98, 99, 119, 120, 170].map((minute) => [minute, 1]));
  test.each<readonly [string, Edit, number, readonly number[]]>([
    ['is an hour', edits(), 120, [120, 170]],
    [
      'is more where an older task is told of, and what failed just before it',
      killed(100.5),
      98.5,
      [98, 99, 119, 120, 170],
    ],
    [
      'is as much where its end alone is told',
      stopped(100, { stoppingAt: null }),
      98.5,
      [98, 99, 119, 120, 170],
    ],
    [
      'is an hour where no time of a task is told',
      stopped(100, { stoppingAt: null, stoppedAt: null }),
      120,
      [120, 170],
    ],
    ['is no more where the task is younger', killed(140), 120, [120, 170]],
    ['is no more than the window', killed(-20), 0, [60, 97, 98, 99, 119, 120, 170]],
  ])('%s', (_, evidence, begin, expected) => {
    const { counts, window } = failuresInEcsHistory(bundleWith(failed(minutes), evidence));
    expect(window).toEqual({ start: at(begin), end: at(MINUTES) });
    expect([...counts.failures.keys()]).toEqual(expected.map((minute) => at(minute)));
    expect(counts.requests.size).toBe(MINUTES - Math.floor(begin));
  });
});

describe('stops of targets on which requests failed', () => {
  const [first, second, unknown] = ['10.0.1.10:8080', '10.0.2.10:8080', null].map((target) =>
    stopped(150, { ...OUT_OF_MEMORY, target }),
  );
  const three = edits(...[first, second, unknown].flatMap((one) => one ?? []));
  const logged = (counts: readonly number[], leftOut: readonly string[] = []): Edit =>
    edits(
      accessLog(
        loggedGroup(
          counts.reduce((sum, count) => sum + count, 0),
          {
            targets: counts.map((elb502, at) => ({
              ...{ target: `10.0.${at + 1}.10:8080`, requests: 900, elb502, keepAlive: null },
            })),
          },
        ),
      ),
      (bundle) =>
        bundle.accessLog === null
          ? bundle
          : { ...bundle, accessLog: { ...bundle.accessLog, leftOut: [...leftOut] } },
    );
  test.each<readonly [string, Edit, number]>([
    ['are all where no log was read', edits(), 3],
    ['are those that the log names, and those whose target is not known', logged([4, 0, 0]), 2],
    ['are none of others', logged([0, 0, 4]), 1],
    ['are all where the log has no failure', logged([0, 0, 0]), 3],
    ['are all where the log was not read whole', logged([4, 0, 0], ['part of the log']), 3],
  ])('%s', (_, evidence, count) => {
    const bundle = bundleWith(three, evidence);
    expect(stopsOfFailedTargets(bundle, targetStopsOf(bundle))).toHaveLength(count);
  });
});
