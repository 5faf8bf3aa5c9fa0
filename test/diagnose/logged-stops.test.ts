import { describe, expect, test } from 'vitest';
import {
  chancesGivenShift,
  chancesGivenStops,
  loggedStops,
} from '../../lambda/diagnose/workload/logged-stops.ts';
import type { NamedCause } from '../../lambda/model/cause.ts';
import {
  accessLog,
  bundleWith,
  change,
  type Edit,
  edits,
  failingRequests,
  failures,
  from,
  group,
  groupArn,
  LOAD_BALANCER_ARN,
  loggedGroup,
} from './bundle.ts';
import { deployed, OUT_OF_MEMORY, SCHEDULED, SPOT, stopped, UNHEALTHY } from './workload.ts';

/** Four requests that failed on one target at minute 150. */
const failed = edits(
  failures(from(150, [4])),
  accessLog(loggedGroup(4)),
  failingRequests('10.0.1.10:8080', 150, 150, 150.2, 150.4),
);
const scheduled = edits(
  deployed(149, 152),
  stopped(150, { ...SCHEDULED, taskDefinition: 'shop:41', exitCode: 143 }),
);

describe('failed requests on a target as it stopped', () => {
  test.each<readonly [string, Edit, number, number]>([
    ['are of a crash', stopped(150, OUT_OF_MEMORY), 1, 0],
    ['are of an exit', stopped(150, { exitCode: 139 }), 1, 0],
    ['are of a rollout', scheduled, 0, 1],
    ['are of an interruption', stopped(150, SPOT), 0, 1],
    ['are of the crash where both are logged', edits(scheduled, stopped(150, OUT_OF_MEMORY)), 1, 0],
    [
      'are of none where another target stopped',
      stopped(150, { ...OUT_OF_MEMORY, target: '10.0.2.10:8080' }),
      0,
      0,
    ],
    ['are of none where it stopped two minutes before', stopped(147.4, OUT_OF_MEMORY), 0, 0],
    ['are of none where it stopped two minutes after', stopped(152.6, OUT_OF_MEMORY), 0, 0],
    ['are of neither where it was unhealthy', stopped(150, UNHEALTHY), 0, 0],
    ['are of none where its address is not known', stopped(150, { ...OUT_OF_MEMORY, target: null }), 0, 0],
  ])('%s', (_, evidence, crashed, planned) => {
    expect(loggedStops(bundleWith(failed, evidence))).toEqual({ crashed, planned });
  });

  test('are counted by their share', () => {
    const half = edits(failed, failingRequests('10.0.2.10:8080', 150, 150), stopped(150, OUT_OF_MEMORY));
    const { crashed } = loggedStops(bundleWith(half));
    expect(crashed).toBeGreaterThan(0);
    expect(loggedStops(bundleWith(failed))).toEqual({ crashed: 0, planned: 0 });
  });
});

const guess = new Map<NamedCause, number>([
  ['deployment', 0.9],
  ['deregistration-delay-elapsed', 0.04],
  ['target-crash', 0.02],
]);

describe('what the log guesses of targets that stopped', () => {
  const chancesOf = (evidence: Edit, kind: Parameters<typeof chancesGivenStops>[1] = 'deregistration') =>
    chancesGivenStops(bundleWith(failed, evidence), kind, guess);

  test('is a crash where ECS tells one', () => {
    const chances = chancesOf(stopped(150, OUT_OF_MEMORY));
    expect(chances.get('target-crash')).toBeCloseTo(0.96, 9);
    expect(chances.get('deployment')).toBeCloseTo(0, 9);
  });

  test('is a rollout where ECS tells one, whose delay may be over too early', () => {
    const chances = chancesOf(scheduled);
    expect(chances.get('deployment')).toBeCloseTo(0.92, 9);
    expect(chances.get('target-crash')).toBeCloseTo(0, 9);
    expect(chances.get('deregistration-delay-elapsed')).toBeCloseTo(0.04, 9);
  });

  test('stays where ECS tells nothing, and where it is about something else', () => {
    expect(chancesOf((bundle) => bundle)).toEqual(guess);
    expect(chancesOf(stopped(150, OUT_OF_MEMORY), 'idle-time')).toEqual(guess);
  });

  test('never adds up to more than it did', () => {
    for (const evidence of [stopped(150, OUT_OF_MEMORY), scheduled])
      expect([...chancesOf(evidence).values()].reduce((sum, chance) => sum + chance, 0)).toBeCloseTo(0.96, 9);
  });
});

describe('failures that keep to one group', () => {
  const listener = LOAD_BALANCER_ARN.replace(':loadbalancer/', ':listener/');
  const shifted = (minute: number, name: string) =>
    change(minute, 'ModifyListener', `${listener}/0123456789abcdef`, {
      to: { forward: `${groupArn(name)}=100` },
    });
  const where = { targetGroupArn: groupArn('green'), target: null, node: null, path: null };
  const own = new Map<NamedCause, number>([['malformed-response', 0.2]]);
  const chancesOf = (evidence: Edit, kind: 'target' | 'path' = 'target') =>
    chancesGivenShift(bundleWith(failed, group('green'), evidence), { kind, where }, own).get('deployment') ??
    0;

  test('may be of the shift that brought the traffic there', () => {
    expect(chancesOf(shifted(149, 'green'))).toBeCloseTo(0.4, 9);
  });

  test.each<readonly [string, Edit, 'target' | 'path']>([
    ['but not where traffic was shifted elsewhere', shifted(149, 'web'), 'target'],
    ['nor where it was shifted after the last failure', shifted(175, 'green'), 'target'],
    ['nor where they keep to a path', shifted(149, 'green'), 'path'],
  ])('%s', (_, evidence, kind) => expect(chancesOf(evidence, kind)).toBe(0));
});
