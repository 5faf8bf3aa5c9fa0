import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { randomFrom } from '../../lab/worlds/access-log/random.ts';
import { binomialTail, type CountedPeriod, rateRiseAt } from '../../lambda/diagnose/changes/change-point.ts';

const MINUTE_MS = 60_000;
const MINUTES = 180;

const series = (count: (minute: number) => number, exposure = 1): CountedPeriod[] =>
  Array.from({ length: MINUTES }, (_, minute) => ({
    atMs: minute * MINUTE_MS,
    failures: count(minute),
    exposure,
  }));

const random = randomFrom(20_261_123);
function poisson(mean: number): number {
  let count = 0;
  for (let product = random.next(); product > Math.exp(-mean) && count < 500; product *= random.next())
    count += 1;
  return count;
}

/** Faults that begin anywhere, last for a while and have nothing to do with any change. */
function bursts(mean: number, length: number, size: number): CountedPeriod[] {
  const counts = Array.from({ length: MINUTES }, () => 0);
  for (let burst = poisson(mean); burst > 0; burst--) {
    const start = random.whole(MINUTES + length) - length;
    for (let minute = Math.max(0, start); minute < Math.min(MINUTES, start + length); minute++)
      counts[minute] = (counts[minute] ?? 0) + poisson(size / length);
  }
  return series((minute) => counts[minute] ?? 0);
}

/** The larger of both chances: what a finding goes by. */
function chanceAt(minutes: readonly CountedPeriod[], changeMs: number): number | null {
  const rise = rateRiseAt(minutes, changeMs);
  return rise && Math.max(rise.chanceIfSteady, rise.chanceIfUnrelated);
}

const somewhere = (): number => (1 + random.whole(MINUTES - 1)) * MINUTE_MS + random.whole(MINUTE_MS);

const SERIES = 1500;

describe('where no change of configuration has anything to do with the 502s', () => {
  const still: ReadonlyArray<readonly [string, () => CountedPeriod[]]> = [
    ['rare single failures', () => series(() => poisson(0.02))],
    ['steady failures', () => series(() => poisson(1))],
    ['many failures', () => series(() => poisson(10))],
    ['one short burst', () => bursts(1, 1, 10)],
    ['some bursts', () => bursts(5, 5, 20)],
    ['an hour of failures', () => bursts(1, 60, 120)],
    ['failures that begin and stay', () => bursts(1, MINUTES, 300)],
    ['spells of half an hour', () => bursts(3, 30, 10)],
  ];

  test.each(still)('%s are blamed on it no more often than stated', (_, make) => {
    const chances = Array.from({ length: SERIES }, () => chanceAt(make(), somewhere())).filter(
      (chance) => chance !== null,
    );
    expect(chances.length).toBeGreaterThan(SERIES / 2);
    for (const level of [0.01, 0.05, 0.2]) {
      const blamed = chances.filter((chance) => chance <= level).length / chances.length;
      // Three standard errors of the measured share.
      expect(blamed).toBeLessThanOrEqual(level + 3 * Math.sqrt((level * (1 - level)) / chances.length));
    }
  });
});

describe('where a change began the 502s', () => {
  test.each([
    [0, 0.35, 40, 0.9],
    [0, 2, 20, 0.95],
    [0.1, 1, 60, 0.9],
    [1, 2, 90, 0.6],
  ])('%f a minute before and %f after for %i minutes is seen', (before, after, length, share) => {
    const change = (MINUTES - length) * MINUTE_MS;
    const rises = Array.from({ length: 400 }, () =>
      rateRiseAt(
        series((minute) => poisson(minute < MINUTES - length ? before : after)),
        change,
      ),
    );
    const seen = rises.filter(
      (rise) => rise && Math.max(rise.chanceIfSteady, rise.chanceIfUnrelated) <= 0.05,
    );
    expect(seen.length / rises.length).toBeGreaterThanOrEqual(share);
    const covered = rises.filter(
      (rise) => rise && rise.began.earliestMs <= change && rise.began.latestMs >= change,
    );
    expect(covered.length / rises.length).toBeGreaterThanOrEqual(0.93);
  });

  test('the figures are those of the two sides', () => {
    const rise = rateRiseAt(
      series((minute) => (minute >= 96 && minute % 6 === 0 ? 1 : 0)),
      95.5 * MINUTE_MS,
    );
    expect(rise?.before).toEqual({ failures: 0, minutes: 95 });
    expect(rise?.after).toEqual({ failures: 14, minutes: 85 });
    expect(rise?.chanceIfSteady).toBeCloseTo((85 / 180) ** 14, 6);
  });
});

describe('the test of a rise', () => {
  const counts = fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 2, maxLength: 200 });

  test('gives chances, an interval in order, and every failure on one of the sides', () => {
    fc.assert(
      fc.property(counts, fc.double({ min: 0, max: 1, noNaN: true }), (list, part) => {
        const minutes = list.map((failures, index) => ({ atMs: index * MINUTE_MS, failures, exposure: 1 }));
        const rise = rateRiseAt(minutes, part * list.length * MINUTE_MS);
        if (rise === null) return;
        for (const chance of [rise.chanceIfSteady, rise.chanceIfUnrelated]) {
          expect(chance).toBeGreaterThanOrEqual(0);
          expect(chance).toBeLessThanOrEqual(1);
        }
        expect(rise.began.earliestMs).toBeLessThanOrEqual(rise.began.latestMs);
        expect(rise.before.failures + rise.after.failures).toBe(list.reduce((sum, count) => sum + count, 0));
        expect(rise.before.minutes + rise.after.minutes).toBe(list.length);
      }),
    );
  });

  test('says nothing without failures, or where the change lies outside', () => {
    expect(
      rateRiseAt(
        series(() => 0),
        50 * MINUTE_MS,
      ),
    ).toBeNull();
    expect(
      rateRiseAt(
        series(() => 1),
        -1,
      ),
    ).toBeNull();
    expect(
      rateRiseAt(
        series(() => 1),
        MINUTES * MINUTE_MS,
      ),
    ).toBeNull();
    expect(rateRiseAt([], 0)).toBeNull();
  });

  test('counts longer periods in minutes', () => {
    const hours = [0, 0, 0, 5, 7].map((failures, hour) => ({
      atMs: hour * 60 * MINUTE_MS,
      failures,
      exposure: 1,
    }));
    const rise = rateRiseAt(hours, 3.5 * 60 * MINUTE_MS, 60 * MINUTE_MS);
    expect(rise?.before).toEqual({ failures: 0, minutes: 180 });
    expect(rise?.after).toEqual({ failures: 12, minutes: 120 });
  });

  test('takes a fall for no rise', () => {
    const rise = rateRiseAt(
      series((minute) => (minute < 90 ? 2 : 0)),
      90 * MINUTE_MS,
    );
    expect(rise?.chanceIfSteady).toBe(1);
  });

  test('is not misled by traffic that grew', () => {
    const minutes = series((minute) => poisson(minute < 90 ? 0.2 : 2)).map((one, minute) => ({
      ...one,
      exposure: minute < 90 ? 100 : 1000,
    }));
    expect(rateRiseAt(minutes, 90 * MINUTE_MS)?.chanceIfSteady).toBeGreaterThan(0.01);
  });

  test('takes a day of a million failures in its stride', () => {
    const day = Array.from({ length: 1440 }, (_, minute) => ({
      atMs: minute * MINUTE_MS,
      failures: minute < 700 ? 10 : 2000,
      exposure: 1,
    }));
    expect(rateRiseAt(day, 700 * MINUTE_MS)?.chanceIfSteady).toBeLessThan(1e-6);
  });
});

test.each([
  [0, 5, 0.3, 1],
  [5, 5, 0.5, 1 / 32],
  [1, 3, 0.5, 7 / 8],
  [2, 4, 0.25, 67 / 256],
  [6, 5, 0.5, 0],
  [1000, 1000, 0.5, 0],
])(
  'at least %i of %i at a share of %f has the chance of the binomial distribution',
  (k, n, share, chance) => {
    expect(binomialTail(k, n, share)).toBeCloseTo(chance, 10);
  },
);
