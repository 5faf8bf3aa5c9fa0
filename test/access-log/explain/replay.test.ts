import { describe, expect, test } from 'vitest';
import { replay } from '../../../lambda/access-log/explain/replay.ts';

/** Exchanges by hand: when each was sent, and when its answer was complete; null where it failed. */
function exchanges(...list: readonly (readonly [sent: number, end: number | null])[]) {
  return {
    starts: Float64Array.from(list, ([sent]) => sent),
    ends: Float64Array.from(list, ([, end]) => end ?? Number.NaN),
    paths: new Int32Array(list.length),
    clients: new Int32Array(list.length),
  };
}

/** A failure first: what a pool holds before the first one is not known. */
const FAILED = [0, null] as const;

describe('exchanges that are played through a pool', () => {
  test('have no count before a connection was seen from its beginning', () => {
    const { requests, ages } = replay(exchanges([0, 1], [2, 3], [4, 5]), 'last-in-first-out');
    expect([...requests]).toEqual([0, 0, 0]);
    expect([...ages].every(Number.isNaN)).toBe(true);
  });

  test('count on where one connection is enough', () => {
    const { requests, ages } = replay(exchanges(FAILED, [10, 11], [12, 13], [14, 15]), 'last-in-first-out');
    expect([...requests]).toEqual([0, 1, 2, 3]);
    expect([...ages].slice(1)).toEqual([0, 2, 4]);
  });

  test('begin anew after a failure', () => {
    const { requests, ages } = replay(exchanges(FAILED, [10, 11], [12, null], [14, 15]), 'last-in-first-out');
    expect([...requests]).toEqual([0, 1, 2, 1]);
    expect(ages[3]).toBe(0);
  });

  test('do not know more of a connection that was there before a failure', () => {
    // The first one is at work while another fails, and is taken again after that.
    const { requests, ages } = replay(
      exchanges([10, 20], [11, null], [21, 22], [23, 24]),
      'last-in-first-out',
    );
    expect([...requests]).toEqual([0, 0, 0, 0]);
    expect([...ages].every(Number.isNaN)).toBe(true);
  });

  test.each([
    ['when its answer is complete', [10, 11], [11.001, 12], 2],
    ['but not at that very moment', [10, 11], [11, 12], 1],
    ['after a minute', [10, 11], [71, 72], 2],
    ['but not after more', [10, 11], [71.001, 72], 1],
    // Clocks may differ.
    ['when it was sent, if its answer is told to be earlier', [10, 9], [12, 13], 2],
  ] as const)('take a connection again %s', (_, first, second, count) => {
    for (const order of ['last-in-first-out', 'first-in-first-out'] as const)
      expect([...replay(exchanges(FAILED, first, second), order).requests]).toEqual([0, 1, count]);
  });

  // Two at once; the one that was opened first is idle first.
  const two = exchanges(FAILED, [10, 12], [11, 13], [14, 15], [16, 17]);

  test('take the connection that became idle last, in one order', () => {
    const { requests, ages } = replay(two, 'last-in-first-out');
    expect([...requests]).toEqual([0, 1, 1, 2, 3]);
    expect([ages[3], ages[4]]).toEqual([3, 5]);
  });

  test('and the one that became idle first, in the other', () => {
    const { requests, ages } = replay(two, 'first-in-first-out');
    expect([...requests]).toEqual([0, 1, 1, 2, 2]);
    expect([ages[3], ages[4]]).toEqual([4, 5]);
  });

  test('open another connection while the first is at work', () => {
    const { requests } = replay(exchanges(FAILED, [10, 20], [11, 21], [12, 22]), 'last-in-first-out');
    expect([...requests]).toEqual([0, 1, 1, 1]);
  });

  test('forget a connection that was idle for longer than a node keeps one', () => {
    const { requests, ages } = replay(exchanges(FAILED, [10, 11], [80, 81], [82, 83]), 'first-in-first-out');
    expect([...requests]).toEqual([0, 1, 1, 2]);
    expect(ages[2]).toBe(0);
  });

  test('are played in the order in which they were sent, whatever the order of their lines', () => {
    const { requests } = replay(exchanges(FAILED, [12, 13], [10, 11], [14, 15]), 'last-in-first-out');
    expect([...requests]).toEqual([0, 2, 1, 3]);
  });

  test('leave no trace in what is played after them', () => {
    const long = exchanges(FAILED, ...Array.from({ length: 50 }, (_, at) => [10 + at, 200 + at] as const));
    expect([...replay(long, 'last-in-first-out').requests].slice(1)).toEqual(Array(50).fill(1));
    // What failed gives no connection back.
    const short = exchanges(FAILED, [10, 11], [12, null], [14, 15]);
    expect([...replay(short, 'last-in-first-out').requests]).toEqual([0, 1, 2, 1]);
  });
});
