import { describe, expect, test } from 'vitest';
import { observedIn } from '../../lambda/diagnose/catalogue.ts';
import { diagnose } from '../../lambda/diagnose/diagnose.ts';
import {
  at,
  baseline,
  bundleWith,
  change,
  type Edit,
  edits,
  failures,
  from,
  gap,
  idleTimeout,
  LOAD_BALANCER_ARN,
} from './bundle.ts';

const IDLE = 'idle_timeout.timeout_seconds';
const raisedAt = (minute: number): Edit =>
  edits(
    idleTimeout(120),
    change(minute, 'ModifyLoadBalancerAttributes', LOAD_BALANCER_ARN, { to: { [IDLE]: '120' } }),
  );
const was60 = baseline({ [LOAD_BALANCER_ARN]: { [IDLE]: '60' } });
const sinceMinute = (minute: number): Edit =>
  failures(
    from(
      minute,
      Array.from({ length: 180 - minute }, () => 1),
    ),
  );
const raised = (...list: readonly Edit[]) =>
  observedIn(bundleWith(...list)).find(({ id }) => id === 'idle-timeout-raised-before');
const chance = (...list: readonly Edit[]): number =>
  diagnose(bundleWith(...list)).hypotheses.find(({ cause }) => cause === 'keepalive-mismatch')?.probability ??
  0;

describe('a change', () => {
  test.each([-2, 0, 1, 2])(
    '%i minutes after the first 502 may be its cause: CloudWatch counts late',
    (minutes) => {
      expect(raised(sinceMinute(90), raisedAt(90 + minutes), was60)?.source).toBe(
        'ModifyLoadBalancerAttributes',
      );
    },
  );

  test.each([3, 5, 30])(
    '%i minutes after the first 502 is not its cause, nor by way of the baseline',
    (minutes) => {
      const late = [sinceMinute(90), raisedAt(90 + minutes), was60];
      expect(raised(...late)).toBeUndefined();
      // As likely as where nothing was raised.
      expect(chance(...late)).toBeCloseTo(chance(sinceMinute(90), idleTimeout(120)), 6);
    },
  );

  test('six hours before the first 502 may be its cause, and longer ago it is forgotten', () => {
    expect(raised(sinceMinute(90), raisedAt(90 - 360))).toBeDefined();
    expect(raised(sinceMinute(90), raisedAt(90 - 361))).toBeUndefined();
  });

  test('that no trail dates is known by the baseline', () => {
    expect(raised(sinceMinute(90), idleTimeout(120), was60)?.source).toBe('baseline');
    expect(raised(sinceMinute(90), idleTimeout(60), was60)).toBeUndefined();
    expect(raised(sinceMinute(90), idleTimeout(30), was60)).toBeUndefined();
  });

  test('with which a background of 502s rose is their cause; one that came into the rise is not', () => {
    const background = Array.from({ length: 180 }, (_, minute) => (minute % 12 === 0 ? 1 : 0));
    const rose = (minute: number): Edit =>
      failures(background.map((count, at) => (at >= minute ? 4 : count) || null));
    expect(raised(rose(100), raisedAt(99))?.fact).toContain('502s rose after it');
    expect(raised(rose(100), raisedAt(125))).toBeUndefined();
  });

  test('is judged by its order alone where the 502s could not be read whole', () => {
    const partly = [sinceMinute(90), raisedAt(88), gap('metrics', { metrics: ['HTTPCode_ELB_502_Count'] })];
    expect(raised(...partly)?.fact).toContain('before the first 502 that is in view');
    expect(at(88)).toContain('10:28');
  });
});
