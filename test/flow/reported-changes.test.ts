import { describe, expect, test } from 'vitest';
import { initialState } from '../../lambda/alert/decide.ts';
import { nextBaseline } from '../../lambda/investigate/next-baseline.ts';
import { reportedChanges, withReportedChanges } from '../../lambda/investigate/reported-changes.ts';
import type { AlertState } from '../../lambda/model/alert.ts';
import type { Drift } from '../../lambda/model/diagnosis.ts';
import type { Change } from '../../lambda/model/evidence.ts';
import {
  at,
  baseline,
  bundleWith,
  failures,
  from,
  gap,
  groupArn,
  idleTimeout,
  LOAD_BALANCER_ARN,
  MINUTES,
} from '../diagnose/bundle.ts';

const IDLE = 'idle_timeout.timeout_seconds';
const NOW = at(MINUTES);

const changed = (minute: number, value = '300'): Change => ({
  at: at(minute),
  eventName: 'ModifyLoadBalancerAttributes',
  resourceArn: LOAD_BALANCER_ARN,
  principal: 'arn:aws:iam::123456789012:user/kim',
  sourceIpAddress: null,
  userAgent: null,
  from: null,
  to: { [IDLE]: value },
});

describe('changes that events told of', () => {
  test('are remembered once each, oldest first, for two days', () => {
    const old = changed(-3 * 24 * 60);
    const first = reportedChanges([old, changed(20)], changed(10), NOW);
    expect(first).toEqual([changed(10), changed(20)]);
    expect(reportedChanges(first, changed(10), NOW)).toEqual(first);
    expect(reportedChanges(first, null, NOW)).toEqual(first);
  });

  test('are bounded, the newest kept', () => {
    const many = Array.from({ length: 100 }, (_, minute) => changed(minute));
    const kept = reportedChanges(many, null, NOW);
    expect(kept.length).toBeLessThanOrEqual(20);
    expect(kept.at(-1)).toEqual(changed(99));
  });

  test('join what the trail shows, without doubles', () => {
    const bundle = { ...bundleWith(), changes: [changed(10)] };
    expect(withReportedChanges(bundle, [changed(10), changed(20)]).changes).toEqual([
      changed(10),
      changed(20),
    ]);
    expect(withReportedChanges(bundle, [changed(10)])).toBe(bundle);
  });
});

describe('the next baseline', () => {
  const was60 = baseline({ [LOAD_BALANCER_ARN]: { [IDLE]: '60' }, [groupArn('web')]: {} });
  const stored = bundleWith(was60).baseline;
  const drift = (patch: Partial<Drift>): Drift => ({
    ...{ resourceArn: LOAD_BALANCER_ARN, key: IDLE, baseline: '60', current: '300' },
    ...{ changedAt: at(-12 * 60), changedBy: 'arn:aws:iam::123456789012:role/deploy', expected: true },
    ...patch,
  });
  const state: AlertState = initialState(NOW);
  const quiet = bundleWith(was60, idleTimeout(300));

  test('is what an expected changer made, once no 502 followed for hours', () => {
    const next = nextBaseline(quiet, stored, [drift({})], state);
    expect(next?.resources[LOAD_BALANCER_ARN]).toEqual({ [IDLE]: '300' });
  });

  test.each([
    ['the change is fresh', drift({ changedAt: at(100) }), quiet, state],
    ['nobody expected it', drift({ expected: false }), quiet, state],
    ['nobody knows who made it', drift({ changedAt: null }), quiet, state],
    ['502s are there', drift({}), bundleWith(was60, failures(from(50, [1]))), state],
    ['502s could not be counted', drift({}), bundleWith(was60, gap('metrics')), state],
    [
      'an incident ended since',
      drift({}),
      quiet,
      {
        ...state,
        ended: {
          ...{ id: 'i', openedAt: at(-600), endedAt: at(-500), failingMinutes: [], returns: 0 },
          verdict: null,
        },
      },
    ],
  ] as const)('stays as it is where %s', (_, entry, bundle, before) =>
    expect(nextBaseline(bundle, stored, [entry], before)).toBeNull(),
  );

  test('is learned where nothing was, and of a group that is new', () => {
    expect(nextBaseline(quiet, null, [], state)?.origin).toBe('learned');
    const lacksGroup = stored && { ...stored, resources: { [LOAD_BALANCER_ARN]: { [IDLE]: '60' } } };
    const next = nextBaseline(quiet, lacksGroup, [], state);
    expect(Object.keys(next?.resources ?? {})).toEqual([LOAD_BALANCER_ARN, groupArn('web')]);
    expect(next?.resources[LOAD_BALANCER_ARN]).toEqual({ [IDLE]: '60' });
  });
});
