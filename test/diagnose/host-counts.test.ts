import { describe, expect, test } from 'vitest';
import { observedIn, weightOf } from '../../lambda/diagnose/catalogue.ts';
import { steadyTargets } from '../../lambda/diagnose/observations/steady-targets.ts';
import { unhealthyHostCount } from '../../lambda/diagnose/observations/unhealthy-host-count.ts';
import {
  bundleWith,
  change,
  counts,
  during,
  type Edit,
  edits,
  everyNth,
  failures,
  from,
  gap,
  group,
  groupArn,
  health,
  LOAD_BALANCER_ARN,
  lambdaGroup,
  MINUTES,
  type Minutes,
  silent,
  unhealthyHosts,
  withoutGroup,
} from './bundle.ts';

const few = failures(everyNth(9, 2));
const hosts = (name: string, statistic: string, values: Minutes): Edit =>
  counts(name, values, { group: 'web', statistic });
const forwarded = (...arns: readonly string[]): Edit =>
  edits(
    ...arns.map((arn, index) =>
      change(60 + index, 'ModifyListener', LOAD_BALANCER_ARN, { to: { forward: `${arn}=1` } }),
    ),
  );

describe('the targets did not change', () => {
  test.each<readonly [is: boolean, where: string, edit: Edit]>([
    [true, 'the same three are healthy all the time', few],
    [true, 'one is not used', edits(few, health('unused', 'Target.NotInUse', 1))],
    [true, 'attributes are changed', edits(few, change(60, 'ModifyTargetGroupAttributes', groupArn('web')))],
    [false, 'there are no 502s', edits()],
    [false, 'there is no group', edits(few, withoutGroup('web'))],
    [false, 'there are functions only', edits(few, withoutGroup('web'), lambdaGroup('fn'))],
    [false, 'a group has no target', edits(few, group('web', { targets: [] }))],
    [false, 'nobody counted the healthy ones', edits(few, silent('HealthyHostCount'))],
    ...['unhealthy', 'initial', 'draining'].map(
      (state) => [false, `one is ${state}`, edits(few, health(state, null, 1))] as const,
    ),
    [false, 'one was lost', edits(few, hosts('HealthyHostCount', 'Minimum', during(90, 93, 2, 3)))],
    [
      false,
      'one came for less than a minute',
      edits(few, hosts('HealthyHostCount', 'Maximum', during(90, 91, 4, 3))),
    ],
    [false, 'one was unhealthy', edits(few, hosts('UnHealthyHostCount', 'Maximum', during(90, 93, 1, 0)))],
    ...['RegisterTargets', 'DeregisterTargets'].map(
      (event) => [false, `the trail has ${event}`, edits(few, change(60, event, groupArn('web')))] as const,
    ),
    [false, 'requests went to other targets', edits(few, forwarded(groupArn('web')))],
  ])('%s where %s', (is, _, edit) => {
    expect(steadyTargets.read(bundleWith(edit)).map(({ id }) => id)).toEqual(is ? ['no-target-change'] : []);
  });

  test.each<readonly [is: boolean, what: string, edit: Edit]>([
    [true, 'nothing', edits()],
    [true, 'the listeners', gap('listeners')],
    [false, 'the target groups', gap('target-groups')],
    [false, 'the health of a group', gap('target-health')],
    [false, 'part of the host counts', gap('metrics', { metrics: ['HealthyHostCount'] })],
  ])('is said, %s, where %s could not be read', (is, _, edit) => {
    const ids = observedIn(bundleWith(few, edit)).map(({ id }) => id);
    expect(ids.includes('no-target-change')).toBe(is);
  });

  test('speaks against what changes them', () => {
    const weights = (['deployment', 'target-crash', 'keepalive-mismatch'] as const).map((cause) =>
      weightOf('no-target-change', cause),
    );
    expect(weights).toEqual([-0.8, -0.4, 0]);
  });
});

describe('502s around a change of the number of unhealthy hosts', () => {
  const strength = (edit: Edit, changedAt = 90): number | null => {
    const bundle = bundleWith(edit, unhealthyHosts(during(changedAt, MINUTES, 1, 0)));
    const [found] = unhealthyHostCount.read(bundle);
    return found?.strength ?? null;
  };
  /** So many in the minute of the change, and so many an hour before. */
  const split = (near: number, far: number): Edit =>
    failures(everyNth(1, 0).map((_, minute) => (minute === 90 ? near : minute === 30 ? far : null)));

  test('count by how unlikely they are, three nats in full', () => {
    // Eleven of 180 minutes lie within five minutes of the change.
    expect(strength(failures(from(90, [4])))).toBeCloseTo(Math.log(0.85 / (11 / 180)) / 3, 9);
    expect(strength(split(7, 8))).toBeCloseTo(0.5 / 3, 2);
  });

  test('are nothing below half a nat, or where nothing changed', () => {
    expect(strength(split(6, 7))).toBeNull();
    expect(strength(split(1, 9))).toBeNull();
    expect(strength(failures(from(90, [4])), MINUTES)).toBeNull();
  });

  test.each([
    [90, true],
    [94, true],
    [95, false],
  ])('that ended in minute 90: a change in minute %i may show them: %s', (minute, isShown) => {
    expect(strength(failures(from(90, [4])), minute) !== null).toBe(isShown);
  });
});
