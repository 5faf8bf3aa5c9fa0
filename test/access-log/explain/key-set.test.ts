import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bestKeySet, chooseNats } from '../../../lambda/access-log/explain/key-set.ts';
import { viewOf } from '../requests.ts';

/** A view with so many failures; their keys are given beside it. */
const viewWith = (failures: number) =>
  viewOf(
    Array.from({ length: failures }, (_, at) => ({ sent: at * 10, took: 0.001, failed: 'cut' as const })),
  );

/** The best set of keys among failures with these keys, each key with its share of all requests. */
function best(
  keys: readonly number[],
  shares: Readonly<Record<number, number>>,
  distinct: number,
  fewest = 3,
) {
  return bestKeySet(viewWith(keys.length), new Float64Array(keys.length).fill(1), {
    keyOf: (_, at) => keys[at],
    shareOf: (key) => shares[key] ?? 0.001,
    distinct,
    fewest,
  });
}

const times = (count: number, key: number): number[] => Array.from({ length: count }, () => key);

describe('the number of ways to choose', () => {
  test('is that of combinations', () => {
    expect(chooseNats(10, 0)).toBe(0);
    expect(chooseNats(10, 1)).toBeCloseTo(Math.log(10), 9);
    expect(chooseNats(10, 3)).toBeCloseTo(Math.log(120), 9);
    expect(chooseNats(5, 5)).toBeCloseTo(0, 9);
  });
});

describe('the best set of keys', () => {
  test('is the key that has all failures and few requests', () => {
    const set = best(times(20, 7), { 7: 0.01 }, 100);
    expect([...(set?.keys ?? [])]).toEqual([7]);
    expect([...(set?.ratios ?? [])]).toEqual(times(20, 100));
    expect(set?.searchedNats).toBeCloseTo(Math.log(100), 6);
  });

  test('is several keys where each has far more than its share, and none that has just its share', () => {
    const keys = [...times(10, 1), ...times(10, 2), ...times(8, 3)];
    const set = best(keys, { 1: 0.01, 2: 0.01, 3: 0.3 }, 50);
    expect([...(set?.keys ?? [])].sort()).toEqual([1, 2]);
    expect(set?.ratios.slice(20)).toEqual(new Float64Array(8));
  });

  test('is none where failures are spread as requests are', () => {
    const keys = Array.from({ length: 40 }, (_, at) => at % 4);
    expect(best(keys, { 0: 0.25, 1: 0.25, 2: 0.25, 3: 0.25 }, 4)).toBeNull();
  });

  test('is none where keys have fewer failures than it takes', () => {
    expect(best([1, 1, 2, 2, 3, 3], { 1: 0.001, 2: 0.001, 3: 0.001 }, 10)).toBeNull();
    expect(best([1, 1, 2, 2, 3, 3], { 1: 0.001, 2: 0.001, 3: 0.001 }, 10, 2)?.keys.size).toBe(3);
  });

  test('is paid for by the number of keys there are to choose from', () => {
    const keys = [...times(4, 1), ...Array.from({ length: 36 }, (_, at) => 100 + at)];
    expect(best(keys, { 1: 0.01 }, 20)?.keys.size).toBe(1);
    expect(best(keys, { 1: 0.01 }, 1_000_000)).toBeNull();
  });

  test('does not look at failures without a key, or that are explained', () => {
    const view = viewWith(20);
    const weights = new Float64Array(20).fill(1).fill(0, 0, 10);
    const keys = { shareOf: () => 0.01, distinct: 10, fewest: 3 };
    expect(bestKeySet(view, weights, { ...keys, keyOf: (_, at) => (at < 10 ? 5 : undefined) })).toBeNull();
    // Two are left of the key, and eight are explained.
    expect(
      bestKeySet(view, weights, { ...keys, keyOf: (_, at) => (at >= 2 && at < 12 ? 5 : undefined) }),
    ).toBeNull();
    const set = bestKeySet(view, weights, { ...keys, keyOf: (_, at) => (at < 10 ? 5 : 6) });
    expect([...(set?.keys ?? [])]).toEqual([6]);
  });

  test('has ratios that chance pays back: weighted by the shares they are one', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 10, maxLength: 60 }),
        fc.array(fc.double({ min: 0.001, max: 0.15, noNaN: true }), { minLength: 6, maxLength: 6 }),
        (keys, shares) => {
          const set = best(keys, { ...shares }, 6);
          if (set === null) return;
          const ratioOf = new Map(keys.map((key, at) => [key, set.ratios[at] ?? 0]));
          const paid = [...set.keys].reduce(
            (sum, key) => sum + (shares[key] ?? 0) * (ratioOf.get(key) ?? 0),
            0,
          );
          expect(paid).toBeCloseTo(1, 6);
          for (const [key, ratio] of ratioOf) expect(ratio > 0).toBe(set.keys.has(key));
        },
      ),
      { numRuns: 60 },
    );
  });
});
