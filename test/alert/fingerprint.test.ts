import { describe, expect, test } from 'vitest';
import {
  driftFingerprints,
  plainName,
  postureFingerprints,
  postureSeverity,
  wasAnnouncedIn,
} from '../../lambda/alert/fingerprint.ts';
import type { Mismatch } from '../../lambda/model/diagnosis.ts';
import { idleTimeoutDrift, lookAt, SHOP, WEB } from './looks.ts';

const { diagnosis } = lookAt({ at: 1 });
const mismatch = (patch: Partial<Mismatch> = {}): Mismatch => ({
  ...{ targetGroupArn: WEB, idleTimeoutSeconds: 60, keepAliveSeconds: 5, source: 'tag' },
  ...{ detail: '', marginSeconds: -55, ...patch },
});
const posture = (...mismatches: Mismatch[]) => postureFingerprints({ ...diagnosis, mismatches });
const drift = (current: string) => driftFingerprints({ ...diagnosis, drift: [idleTimeoutDrift(current)] });

describe('the same mismatch', () => {
  test('is the same whatever an estimate of the keep-alive says within it', () => {
    expect(posture(mismatch({ keepAliveSeconds: 5.01, marginSeconds: -54.99 }))).toEqual(posture(mismatch()));
  });

  test.each<readonly [string, Partial<Mismatch>]>([
    ['of another group', { targetGroupArn: `${WEB}2` }],
    ['of another idle timeout', { idleTimeoutSeconds: 120 }],
    ['that is thin by now', { marginSeconds: 1 }],
    ['that rests on a default by now', { assumed: true }],
  ])('is another one %s', (_, patch) => {
    expect(posture(mismatch(patch))).not.toEqual(posture(mismatch()));
  });

  test('says what it is', () => {
    expect(posture(mismatch({ marginSeconds: 1 }))).toEqual([`${WEB} thin of 60`]);
    expect(posture(mismatch({ assumed: true }))).toEqual([`${WEB} short of 60 by default`]);
  });

  test('is short where the two are equal: they race too', () => {
    expect(posture(mismatch({ marginSeconds: 0 }))).toEqual(posture(mismatch()));
  });

  test('does not depend on the order of the groups', () => {
    const other = mismatch({ targetGroupArn: `${WEB}2` });
    expect(posture(other, mismatch())).toEqual(posture(mismatch(), other));
  });
});

describe('a mismatch by default', () => {
  const [certain = ''] = posture(mismatch());
  const [assumed = ''] = posture(mismatch({ assumed: true }));

  test.each([
    ['is news where nothing was announced', [], assumed, false],
    ['is none after itself', [assumed], assumed, true],
    ['is none after the certain one', [certain], assumed, true],
    ['that became certain is news', [assumed], certain, false],
  ])('%s', (_, announced, line, expected) => {
    expect(wasAnnouncedIn(announced, line)).toBe(expected);
  });

  test('informs alone, and warns beside a certain one', () => {
    expect(postureSeverity([assumed])).toBe('info');
    expect(postureSeverity([assumed, certain])).toBe('warning');
    expect(postureSeverity([certain])).toBe('warning');
  });
});

describe('a line of a drift', () => {
  test('says what was and what is', () => {
    expect(drift('120')).toEqual([`${SHOP} idle_timeout.timeout_seconds 60>120`]);
    const [entry] = [{ ...idleTimeoutDrift('120'), baseline: null, current: null }];
    expect(driftFingerprints({ ...diagnosis, drift: [entry] })).toEqual([
      `${SHOP} idle_timeout.timeout_seconds >`,
    ]);
  });

  test('is kept as its beginning and a checksum where it is long, so that long values still differ', () => {
    const long = (end: string) => drift(`${'x'.repeat(300)}${end}`);
    expect(long('a')[0]).toHaveLength(209);
    expect(long('a')).toEqual(long('a'));
    expect(long('a')).not.toEqual(long('b'));
    const fits = 200 - (drift('')[0]?.length ?? 0);
    expect(drift('x'.repeat(fits))[0]).toMatch(/x$/);
    expect(drift('x'.repeat(fits + 1))[0]).toMatch(/x#[0-9a-f]{8}$/);
  });
});

test.each([
  [SHOP, 'shop'],
  [WEB, 'web'],
  ['shop', 'shop'],
])('the name in %s is %s', (arn, name) => {
  expect(plainName(arn)).toBe(name);
});
