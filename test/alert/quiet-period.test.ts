import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  chanceOfLuck,
  LONGEST_QUIET_MINUTES,
  longestPauseMinutes,
  quietOf,
  requiredQuietMinutes,
} from '../../lambda/alert/quiet-period.ts';
import type { OpenIncident } from '../../lambda/model/alert.ts';
import { lookAt, minute } from './looks.ts';

const minutes = (times: readonly number[]): string[] => times.map(minute);

describe('the pauses of a failure', () => {
  test.each([
    [[], 0],
    [[7], 0],
    [[0, 3, 10, 12], 7],
    [[0, 40, 41, 42], 40],
  ])('between %j the longest is %i minutes', (times, longest) => {
    expect(longestPauseMinutes(minutes(times))).toBe(longest);
  });

  test.each([
    ['nothing seen', [], 30, 30],
    ['three pauses are shorter than the least', [0, 9], 30, 30],
    ['three pauses are longer than the least', [0, 11], 30, 33],
    ['rarer than a day allows', [0, 481], 30, LONGEST_QUIET_MINUTES],
    ['a least that is longer than a day', [0, 1], 2_000, LONGEST_QUIET_MINUTES],
  ])('ask for quiet: %s', (_, times, least, required) => {
    expect(requiredQuietMinutes(minutes(times), least)).toBe(required);
  });

  test('a day is the longest that is asked for', () => {
    expect(LONGEST_QUIET_MINUTES).toBe(1440);
  });
});

describe('the chance that a failure stayed away by luck', () => {
  test.each([
    ['no pause was seen', [0], 30, null],
    ['nothing was seen', [], 30, null],
    ['both in one minute', [5, 5], 30, null],
    ['three mean pauses of 10 minutes', [0, 4, 20], 30, Math.exp(-3)],
    ['no time at all', [0, 10], 0, 1],
  ])('%s', (_, times, quiet, chance) => {
    const sent = chanceOfLuck(minutes(times), quiet);
    if (chance === null) expect(sent).toBeNull();
    else expect(sent).toBeCloseTo(chance, 12);
  });

  test('falls as the quiet goes on, and never leaves 0 to 1', () => {
    const gaps = fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(
        gaps,
        fc.integer({ min: 0, max: 500 }),
        fc.integer({ min: 1, max: 500 }),
        (gap, quiet, more) => {
          let at = 0;
          const times = minutes([0, ...gap.map((one) => (at += one))]);
          const now = chanceOfLuck(times, quiet) ?? Number.NaN;
          const later = chanceOfLuck(times, quiet + more) ?? Number.NaN;
          expect(now).toBeGreaterThanOrEqual(later);
          expect(now).toBeLessThanOrEqual(1);
          expect(later).toBeGreaterThanOrEqual(0);
        },
      ),
    );
  });
});

describe('how long an incident has been quiet', () => {
  const incident = (parts: Partial<OpenIncident> = {}): OpenIncident => ({
    id: 'shop@1',
    openedAt: minute(101),
    failingMinutes: [minute(100)],
    watchedFrom: minute(0),
    watchedUntil: minute(180),
    returns: 0,
    announced: null,
    ...parts,
  });
  const quiet = (now: number, parts: Partial<OpenIncident> = {}, requestsUntil: number | null = now) =>
    quietOf(incident(parts), lookAt({ at: now, requestsUntil }), 30, minute(now));

  test.each([
    ['one minute before the end', 129, false, 'quiet for 29 of the 30 minutes required'],
    ['at the end', 130, true, 'no 502 for 30 minutes with traffic (30 required)'],
  ])('%s', (_, now, over, reason) => {
    expect(quiet(now)).toMatchObject({ over, reason, required: 30, minutes: now - 100 });
  });

  test('counts from the opening where no failing minute is known', () => {
    expect(quiet(111, { failingMinutes: [] }).minutes).toBe(10);
  });

  test('counts from where it was watched again, if that is later', () => {
    expect(quiet(130, { watchedFrom: minute(120) })).toMatchObject({ minutes: 10, over: false });
  });

  test('counts to the newest request: a clock that is ahead proves nothing', () => {
    expect(quiet(140, {}, 110)).toMatchObject({ minutes: 10, over: false });
    expect(quiet(140, {}, 150)).toMatchObject({ minutes: 40, over: true });
    expect(quiet(140, {}, 90).minutes).toBe(0);
    expect(quiet(90, {}, 150).minutes).toBe(0);
  });

  test('asks for whole minutes, never fewer than the pauses ask for', () => {
    const times = ['2026-11-23T00:00:00.000Z', '2026-11-23T00:10:10.000Z'];
    expect(quiet(60, { failingMinutes: times }).required).toBe(31);
  });

  test('says whole minutes, rounded down', () => {
    expect(quiet(100.99 + 9).reason).toBe('quiet for 9 of the 30 minutes required');
    expect(quiet(100 + 30.99).reason).toBe('no 502 for 30 minutes with traffic (30 required)');
  });

  test.each([
    [100 + 1439, false, 0],
    [100 + 1440, true, 1440],
  ])('without requests it is over after a day: at minute %i %j', (now, over, counted) => {
    const sent = quiet(now, {}, null);
    expect(sent).toMatchObject({ over, minutes: counted, required: 30 });
    expect(sent.reason).toBe(
      over
        ? 'no 502 for a day, perhaps because there were no requests'
        : 'quiet for 0 of the 30 minutes required',
    );
  });
});
