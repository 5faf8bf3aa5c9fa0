import { describe, expect, test } from 'vitest';
import { updateReason } from '../../lambda/alert/update.ts';
import type { OpenIncident } from '../../lambda/model/alert.ts';
import { lookAt, minute, policyOf } from './looks.ts';

/** What was announced ten minutes before, of a load balancer alone or as one of many. */
const announced = (
  verdict: 'undetermined' | 'target-crash',
  grouped: boolean,
): NonNullable<OpenIncident['announced']> => ({
  at: minute(10),
  verdict,
  severity: 'warning',
  probability: 0.5,
  changes: 0,
  grouped,
});

const reasonOf = (before: OpenIncident['announced'], severity: 'warning' | 'critical' = 'warning') =>
  updateReason(
    lookAt({ at: 20, failing: [12, 13], verdict: 'keepalive-mismatch', severity }),
    before,
    policyOf(),
    minute(20),
  )?.reason ?? null;

describe('a cause that is found after the first message', () => {
  test('is news of a load balancer that was told of alone', () => {
    expect(reasonOf(announced('undetermined', false))).toBe(
      'the verdict changed from undetermined to keepalive-mismatch',
    );
  });

  test('is none of one of many that were told of together: hundreds would page one after the other', () => {
    expect(reasonOf(announced('undetermined', true))).toBeNull();
  });

  test('is news all the same where another one had been named, or the failure became worse', () => {
    expect(reasonOf(announced('target-crash', true))).toBe(
      'the verdict changed from target-crash to keepalive-mismatch',
    );
    expect(reasonOf(announced('undetermined', true), 'critical')).toBe(
      'the severity rose from warning to critical',
    );
  });
});

describe('an announced incident', () => {
  const before = (patch: Partial<NonNullable<OpenIncident['announced']>> = {}) => ({
    ...announced('target-crash', false),
    ...patch,
  });
  const updateAt = (
    time: number,
    patch: Parameters<typeof before>[0] = {},
    sight: Partial<Parameters<typeof lookAt>[0]> = {},
  ) =>
    updateReason(
      lookAt({ at: time, failing: [time - 1], verdict: 'target-crash', ...sight }),
      before(patch),
      policyOf({ repeatHours: 4 }),
      minute(time),
    );

  test('that nobody announced, or that sees no 502 now, is no update', () => {
    const look = lookAt({ at: 600, failing: [599], verdict: 'tls-failure' });
    expect(updateReason(look, null, policyOf(), minute(600))).toBeNull();
    expect(updateAt(600, {}, { failing: [], verdict: 'tls-failure' })).toBeNull();
  });

  test('is repeated after the hours of the setting, not a minute before', () => {
    expect(updateAt(249)).toBeNull();
    expect(updateAt(250)).toEqual({ reason: 'still failing 4 hours after the last message', changed: false });
  });

  test('is worse only where the severity rose', () => {
    const rose = { reason: 'the severity rose from warning to critical', changed: false };
    expect(updateAt(11, {}, { severity: 'critical' })).toEqual(rose);
    expect(updateAt(11, { severity: 'critical' }, { severity: 'warning' })).toBeNull();
    expect(updateAt(11, { severity: 'critical' }, { severity: 'critical' })).toBeNull();
  });

  test.each([
    ['tls-failure', true],
    ['target-crash', false],
    ['undetermined', false],
    [null, false],
  ] as const)('announced as target-crash and seen as %s: an update: %j', (verdict, expected) => {
    expect(updateAt(11, {}, { verdict })?.changed ?? false).toBe(expected);
  });

  test.each([
    [1, 10],
    [2, 20],
    [3, 40],
    [4, 80],
  ])('after %d changes of verdict waits %d minutes before the next', (changes, wait) => {
    const isUpdate = (time: number) =>
      updateAt(time, { changes }, { verdict: 'tls-failure' })?.changed ?? false;
    expect(isUpdate(10 + wait - 1)).toBe(false);
    expect(isUpdate(10 + wait)).toBe(true);
  });
});
