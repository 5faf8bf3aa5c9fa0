import { describe, expect, test } from 'vitest';
import type { Candidate } from '../../../lambda/access-log/explain/explanation.ts';
import { type Found, settled } from '../../../lambda/access-log/explain/rivals.ts';

const FAILURES = 50;
const left = new Float64Array(FAILURES).fill(1);

/** An explanation that holds for the first so many of the failures. */
function found(kind: Candidate['kind'], gain: number, holdsFor = FAILURES): Found {
  const ratios = Float64Array.from({ length: FAILURES }, (_, at) => (at < holdsFor ? 50 : 0));
  const where = { targetGroupArn: null, target: null, node: null, path: null };
  return {
    candidate: { kind, ratios, searchedNats: 0, statement: () => ({ fact: kind, where, causes: [] }) },
    fit: { share: holdsFor / FAILURES, gainNats: gain },
    gain,
  };
}

const kindOf = (best: Found, ...rivals: readonly Found[]) =>
  settled(best, { all: [best, ...rivals], before: [], left, leastGainNats: 9 }).candidate.kind;

describe('a path that fails', () => {
  const path = found('path', 100);

  test('gives way to an idle time that explains most of it: clients that pause poll one path', () => {
    expect(kindOf(path, found('idle-time', 61))).toBe('idle-time');
  });

  test('stands where the idle time gains clearly less', () => {
    expect(kindOf(path, found('idle-time', 59))).toBe('path');
  });

  test('stands where the idle time is of other failures', () => {
    expect(kindOf(found('path', 100, 10), found('idle-time', 90, 50))).toBe('path');
  });
});

test('the rhythm of a client does not give way to an idle time: it is its rival', () => {
  expect(kindOf(found('client', 100), found('idle-time', 90))).toBe('client');
});

describe('an idle time beside a rhythm that clients were found to have', () => {
  const idleAt = (seconds: number): Found => {
    const { candidate, ...rest } = found('idle-time', 60);
    const estimate = { seconds, low: seconds - 0.01, high: seconds, failures: 30, pValue: 1e-12 };
    const pileUp = { window: { low: seconds - 0.01, width: 0.01 }, hits: 30, pValue: 1e-12 };
    const idle = { group: 0, dispatched: true, place: { pileUp, paired: false }, estimate };
    return { ...rest, candidate: { ...candidate, idle } };
  };
  const rhythm = { ...found('client', 200).candidate, rhythm: { lowSeconds: 2, highSeconds: 2.04 } };
  const isOpen = (seconds: number): boolean => {
    const best = idleAt(seconds);
    const { candidate } = settled(best, { all: [best], before: [rhythm], left, leastGainNats: 9 });
    return candidate.idle?.isOpen === true;
  };

  test.each([2.02, 1.01, 4.04, 6.06])('is open where it is made of the same pauses (%f s)', (seconds) => {
    expect(isOpen(seconds)).toBe(true);
  });

  test.each([5, 1.5, 0.8])('stands where it is of its own (%f s)', (seconds) => {
    expect(isOpen(seconds)).toBe(false);
  });
});
