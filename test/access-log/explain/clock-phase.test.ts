import { describe, expect, test } from 'vitest';
import { CLOCK_PERIODS_SECONDS, windowsOf } from '../../../lambda/access-log/explain/clock-phase.ts';
import { isByTheClock } from '../../../lambda/access-log/explain/clock-times.ts';

describe('windows over times', () => {
  const upTo = (wide: number) => (_low: number, width: number) => width <= wide;
  const ofCount = (most: number) => (_low: number, _width: number, count: number) => count <= most;

  test('hold what lies within a width, from each time on', () => {
    expect([...windowsOf([1, 2, 2, 6], null, upTo(4))]).toEqual([
      { low: 1, width: 1, count: 3 },
      { low: 2, width: 4, count: 3 },
      { low: 2, width: 4, count: 2 },
      { low: 6, width: 0, count: 1 },
    ]);
  });

  test('hold so many at most', () => {
    expect([...windowsOf([1, 2, 4, 9], null, ofCount(2))].map(({ width }) => width)).toEqual([1, 2, 5, 0]);
  });

  test('go on round a turn, and hold each time once', () => {
    const windows = [...windowsOf([10, 50, 58], 60, upTo(12))];
    expect(windows.at(1)).toEqual({ low: 50, width: 8, count: 2 });
    expect(windows.at(2)).toEqual({ low: 58, width: 12, count: 2 });
    expect([...windowsOf([10, 50], 60, upTo(1000))].map(({ count }) => count)).toEqual([2, 2]);
  });

  test('are none where there is no time', () => {
    expect([...windowsOf([], 60, upTo(1))]).toEqual([]);
  });
});

describe('times that a clock begins', () => {
  const NOON = Date.parse('2026-03-01T12:00:00.000Z') / 1000;
  /** One time in each period of so many seconds, a few seconds after the same phase. */
  const each = (period: number, count: number) =>
    Array.from({ length: count }, (_, turn) => NOON + 3 * turn * period + 420 + ((7 * turn) % 5));

  test.each(CLOCK_PERIODS_SECONDS.filter((period) => period >= 600))('each %i s', (period) => {
    expect(isByTheClock(each(period, 6))).toBe(true);
  });

  test.each([
    ['two are too few', each(3600, 2)],
    [
      'five minutes are no part of an hour that is looked at',
      each(300, 6).map((at, turn) => at + turn * 1777),
    ],
    ['thirteen minutes are no part of an hour', each(780, 12)],
    ['times within one occasion are one', Array.from({ length: 20 }, (_, at) => NOON + 5 * at)],
  ])('not where %s', (_, times) => {
    expect(isByTheClock(times)).toBe(false);
  });
});
