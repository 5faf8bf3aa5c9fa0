import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  checkRecurringSilence,
  instantIn,
  timeZoneNamed,
  windowAt,
  windowsFrom,
  windowsOpenAt,
} from '../../lambda/alert/recurring-silence.ts';
import { recurrenceText } from '../../lambda/alert/render/recurrence-text.ts';
import { silenceInForce, silenceReason } from '../../lambda/alert/silence.ts';
import { type RecurringSilence, recurringSilenceSchema } from '../../lambda/model/record.ts';
import { shopBundle } from './shop.ts';

const MINUTE_MS = 60_000;

function recurring(cron: string, durationMinutes = 120, timeZone = 'Europe/Berlin'): RecurringSilence {
  const recurrence = { cron, timeZone, durationMinutes };
  return {
    at: '2026-01-01T00:00:00.000Z',
    until: '2028-01-01T00:00:00.000Z',
    by: 'dana',
    reason: 'backup',
    recurrence,
  };
}

/** The fields of a local time as a clock on the wall in the zone shows them. */
const wallClocks = new Map<string, Intl.DateTimeFormat>();
function wallClock(timeMs: number, timeZone: string) {
  const format =
    wallClocks.get(timeZone) ??
    new Intl.DateTimeFormat('en-GB', {
      timeZone,
      weekday: 'short',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    });
  wallClocks.set(timeZone, format);
  const parts = new Map(format.formatToParts(timeMs).map(({ type, value }) => [type, value]));
  const weekday = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'].indexOf(parts.get('weekday') ?? '');
  return { weekday, hour: Number(parts.get('hour')), minute: Number(parts.get('minute')) };
}

const instant = (from: string, to: string) =>
  fc.integer({ min: Date.parse(from), max: Date.parse(to) }).map((ms) => new Date(ms).toISOString());
// Lord Howe shifts by half an hour, St. John's stands half an hour off, Casablanca shifts around Ramadan.
const ZONES = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
  'America/St_Johns',
  'Africa/Casablanca',
  'Asia/Kolkata',
] as const;

describe('a window of a recurring silence', () => {
  test.each([
    ['2026-12-05T00:59:59.999Z', null],
    ['2026-12-05T01:00:00.000Z', '2026-12-05T03:00:00.000Z'],
    ['2026-12-05T02:59:59.999Z', '2026-12-05T03:00:00.000Z'],
    ['2026-12-05T03:00:00.000Z', null],
    ['2026-12-04T01:30:00.000Z', null],
    // In summer the same time on the wall is an hour earlier.
    ['2026-07-04T00:00:00.000Z', '2026-07-04T02:00:00.000Z'],
  ])('every Saturday 02:00 in Berlin, at %s', (now, until) => {
    expect(windowAt(recurring('0 2 * * 6'), now)?.until ?? null).toBe(until);
  });

  test.each([
    [
      'the clocks skip its begin: right after the gap',
      '30 2 * * *',
      '2027-03-28T01:00:00.000Z',
      '2027-03-28T03:00:00.000Z',
    ],
    [
      'its begin comes twice: the first time',
      '30 2 * * *',
      '2026-10-25T00:30:00.000Z',
      '2026-10-25T02:30:00.000Z',
    ],
    [
      'the clocks go forward within it: it lasts as long',
      '30 1 * * *',
      '2027-03-28T00:30:00.000Z',
      '2027-03-28T02:30:00.000Z',
    ],
    [
      'the clocks go back within it: it lasts as long',
      '0 1 * * *',
      '2026-10-24T23:00:00.000Z',
      '2026-10-25T01:00:00.000Z',
    ],
    [
      'of a list of hours, the clocks skip one: right after the gap',
      '30 2,14 * * *',
      '2027-03-28T01:00:00.000Z',
      '2027-03-28T03:00:00.000Z',
    ],
  ])('where %s', (_, cron, from, until) => {
    expect(windowAt(recurring(cron), from)).toEqual({ from, until });
    expect(windowAt(recurring(cron), new Date(Date.parse(from) - 1).toISOString())).toBeNull();
    expect(windowAt(recurring(cron), until)).toBeNull();
  });

  test('at a time that the clocks repeat opens once only', () => {
    const short = recurring('30 2 * * *', 30);
    expect(windowAt(short, '2026-10-25T00:45:00.000Z')).not.toBeNull();
    expect(windowAt(short, '2026-10-25T01:45:00.000Z')).toBeNull();
  });

  test('that began before the silence was asked for is open', () => {
    const asked = { ...recurring('0 2 * * 6'), at: '2026-12-05T02:00:00.000Z' };
    expect(windowAt(asked, '2026-12-05T02:00:00.000Z')).not.toBeNull();
  });

  test('ends with the silence', () => {
    const ending = { ...recurring('0 2 * * 6'), until: '2026-12-05T01:30:00.000Z' };
    expect(windowAt(ending, '2026-12-05T01:29:00.000Z')?.until).toBe('2026-12-05T01:30:00.000Z');
    expect(windowAt(ending, '2026-12-05T01:30:00.000Z')).toBeNull();
    expect(windowsFrom(ending, '2026-12-05T01:30:00.000Z', 3)).toEqual([]);
  });

  test('does not begin when the silence is over, nor later, and no more are told than are asked for', () => {
    const ending = { ...recurring('0 2 * * 6'), until: '2026-12-12T01:00:00.000Z' };
    const before = '2026-12-01T00:00:00.000Z';
    expect(windowsFrom(ending, before, 3).map(({ from }) => from)).toEqual(['2026-12-05T01:00:00.000Z']);
    expect(windowsFrom(recurring('0 2 * * 6'), before, 3)).toHaveLength(3);
  });

  test('that the next one overlaps or follows at once is one with it', () => {
    const window = { from: '2026-12-05T01:00:00.000Z', until: '2026-12-05T05:00:00.000Z' };
    expect(windowAt(recurring('0 2,3,4 * * 6'), '2026-12-05T01:30:00.000Z')).toEqual(window);
    expect(windowAt(recurring('0 2,4 * * 6'), '2026-12-05T01:30:00.000Z')).toEqual(window);
  });

  test('is open exactly when the clock on the wall says so, in every zone and whatever the clocks do', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...ZONES),
        // Hours that no zone of the list skips or repeats; the table above has those.
        fc.integer({ min: 5, max: 22 }),
        fc.integer({ min: 0, max: 59 }),
        fc.integer({ min: 0, max: 6 }),
        fc.integer({ min: 1, max: 6 * 60 }),
        instant('2026-02-01T00:00:00Z', '2027-12-01T00:00:00Z'),
        (timeZone, hour, minute, weekday, durationMinutes, now) => {
          const silence = recurring(`${minute} ${hour} * * ${weekday}`, durationMinutes, timeZone);
          const nowMinute = Math.floor(Date.parse(now) / MINUTE_MS) * MINUTE_MS;
          const begins = Array.from(
            { length: durationMinutes + 1 },
            (_, back) => nowMinute - back * MINUTE_MS,
          ).find((timeMs) => {
            const clock = wallClock(timeMs, timeZone);
            return clock.hour === hour && clock.minute === minute && clock.weekday === weekday;
          });
          const until = begins === undefined ? 0 : begins + durationMinutes * MINUTE_MS;
          const expected = until > Date.parse(now) ? new Date(until).toISOString() : null;
          expect(windowAt(silence, now)?.until ?? null).toBe(expected);
        },
      ),
      { numRuns: 200 },
    );
  });

  test('in the nights when the clocks change opens once, for its whole length', () => {
    const nights = [
      '2026-03-29',
      '2026-10-25',
      '2027-03-28',
      '2027-10-31',
      '2026-04-05',
      '2026-10-04',
      '2026-03-08',
      '2026-11-01',
    ];
    fc.assert(
      fc.property(
        fc.constantFrom(...ZONES),
        fc.constantFrom(...nights),
        fc.integer({ min: 0, max: 23 }),
        fc.integer({ min: 0, max: 59 }),
        (timeZone, night, hour, minute) => {
          const silence = recurring(`${minute} ${hour} * * *`, 90, timeZone);
          const dayBefore = new Date(Date.parse(night) - 86_400_000).toISOString();
          const windows = windowsFrom(silence, dayBefore, 4);
          for (const { from, until } of windows)
            expect(Date.parse(until) - Date.parse(from)).toBe(90 * MINUTE_MS);
          const pauses = windows
            .slice(1)
            .map(({ from }, index) => Date.parse(from) - Date.parse(windows[index]?.from ?? ''));
          for (const pause of pauses) expect(Math.abs(pause / 3_600_000 - 24)).toBeLessThanOrEqual(2);
        },
      ),
    );
  });

  test('ends at the same time, whenever within it is asked', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('0 2 * * *', '*/30 2-5 * * *', '0 1,2,4 * * *', '15 3 1-7 * 6'),
        fc.integer({ min: 1, max: 600 }),
        instant('2026-10-20T00:00:00Z', '2026-11-01T00:00:00Z'),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (cron, durationMinutes, now, share) => {
          const silence = recurring(cron, durationMinutes);
          const window = windowAt(silence, now);
          if (window === null) return;
          const rest = Date.parse(window.until) - Date.parse(now);
          const later = new Date(Date.parse(now) + Math.floor(rest * share)).toISOString();
          expect(windowAt(silence, later)?.until).toBe(window.until);
          expect(windowAt(silence, window.until)).toBeNull();
        },
      ),
    );
  });

  test('of a recurrence that cannot be read holds nothing back', () => {
    const broken = [recurring('every day'), recurring('0 2 * * 6', 120, 'Europe/Nowhere')];
    expect(windowsOpenAt(broken, '2026-12-05T01:30:00.000Z')).toEqual([]);
    expect(broken.flatMap((one) => windowsFrom(one, '2026-12-05T01:30:00.000Z', 3))).toEqual([]);
  });
});

describe('the silence in force', () => {
  const now = '2026-12-05T01:30:00.000Z';
  const bundle = shopBundle({ at: 30 });
  const windows = windowsOpenAt([recurring('0 2 * * 6')], now);

  test('of a window says when it ends, how it recurs, who asked and why', () => {
    const inForce = silenceInForce(bundle, null, now, windows);
    expect(inForce && silenceReason(inForce)).toBe(
      'silenced by dana until 2026-12-05T03:00:00.000Z, every Saturday 02:00 for 2 h Europe/Berlin (backup)',
    );
  });

  test('is the one that ends last, of a window and a silence that does not recur', () => {
    const asked = (until: string) => ({ at: now, until, by: 'kim', reason: null });
    expect(silenceInForce(bundle, asked('2026-12-05T02:59:00.000Z'), now, windows)?.by).toBe('dana');
    expect(silenceInForce(bundle, asked('2026-12-05T03:01:00.000Z'), now, windows)).toEqual({
      ...{ until: '2026-12-05T03:01:00.000Z', by: 'kim', reason: null },
    });
  });
});

describe('what is asked for', () => {
  const now = '2026-11-29T08:00:00.000Z';

  test.each([
    ['0 2 * *', 60, /"0 2 \* \*" has 4 fields; expected five fields: minute, hour, .* such as "0 2 \* \* 6"/],
    ['0 0 2 ? * SAT', 60, /has 6 fields/],
    ['', 60, /has no fields/],
    ['  ', 60, /has no fields/],
    ['@weekly', 60, /has 1 field;/],
    ['61 2 * * 6', 60, /"61 2 \* \* 6" is not a cron expression: Invalid value for minute: 61; expected/],
    ['0 2 * * BAD', 60, /is not a cron expression/],
    ['0 2 31 2 *', 60, /no window of "0 2 31 2 \*" begins before 2028-01-01T00:00:00.000Z; give a later end/],
    ['0 * * * *', 60, /run into each other from \S+ to \S+, and at most 30 days/],
    ['* * * * *', 1, /run into each other/],
    ['0 0 * * *', 1500, /run into each other/],
    ['0 0 1 1 *', 30 * 1440 + 1, /at most 30 days/],
  ])('"%s" for %i minutes is refused', (cron, minutes, complaint) => {
    expect(() => checkRecurringSilence(recurring(cron, minutes), now)).toThrow(complaint);
  });

  test.each([
    ['0 2 * * 6', 120],
    ['0 2 * * SAT#1', 120],
    ['0 22 * * FRI', 3420],
    ['*/15 2-4 * * *', 15],
    ['0 0 L * *', 1440],
    ['0 * * * *', 59],
    ['0 0 1 1 *', 30 * 1440],
    [' 0  2 * * 6 ', 120],
  ])('"%s" for %i minutes is taken', (cron, minutes) => {
    expect(() => checkRecurringSilence(recurring(cron, minutes), now)).not.toThrow();
  });

  test('a zone is spelled as the database has it; one that is none is refused with those that are near', () => {
    expect(timeZoneNamed('europe/berlin')).toBe('Europe/Berlin');
    expect(timeZoneNamed('utc')).toBe('UTC');
    expect(timeZoneNamed('US/Eastern')).toBe('US/Eastern');
    expect(() => timeZoneNamed('Europe/Berln')).toThrow(
      /"Europe\/Berln" is not a time zone; .*did you mean Europe\/Berlin/,
    );
    expect(() => timeZoneNamed('Qqqqqqqqq')).toThrow(
      '"Qqqqqqqqq" is not a time zone; give a name such as UTC or Europe/Berlin',
    );
    expect(() => timeZoneNamed('Qqqqqqqqq')).not.toThrow(/did you mean/);
    expect(() => timeZoneNamed('+02:00')).toThrow(/is not a time zone/);
    expect(() => timeZoneNamed('')).toThrow(/is not a time zone/);
  });

  test.each([
    ['2027-03-01', '2027-02-28T23:00:00.000Z'],
    ['2027-07-01', '2027-06-30T22:00:00.000Z'],
    ['2027-03-01T06:00', '2027-03-01T05:00:00.000Z'],
    ['2027-03-01T06:00:30', '2027-03-01T05:00:30.000Z'],
    [' 2027-03-01T06:00\n', '2027-03-01T05:00:00.000Z'],
    ['2027-03-01T06:00Z', '2027-03-01T06:00:00.000Z'],
    ['2027-03-01T06:00:30+02:00', '2027-03-01T04:00:30.000Z'],
  ])('the end %s in Berlin is %s', (text, iso) => {
    expect(instantIn('Europe/Berlin', text)).toBe(iso);
  });

  test.each([
    '2027-02-30',
    '2027-13-01',
    'tomorrow',
    '',
    '2027-03-01T25:00',
    '2027-03-01T25:00Z',
    '03/01/2027',
    'x2027-03-01',
    '2027-03-01x',
  ])('the end "%s" is refused', (text) => {
    expect(() => instantIn('Europe/Berlin', text)).toThrow(
      /is not a date or time; give one such as 2027-03-01/,
    );
  });

  test('a record of another version or hand is checked when it is read', () => {
    expect(recurringSilenceSchema.safeParse({ until: now }).success).toBe(false);
    expect(recurringSilenceSchema.safeParse(recurring('0 2 * * 6', 0)).success).toBe(false);
  });
});

test.each([
  ['0 2 * * 6', 120, 'every Saturday 02:00 for 2 h UTC'],
  ['0 2 * * 7', 120, 'every Sunday 02:00 for 2 h UTC'],
  ['0 2 * * sat,SUN', 90, 'every Saturday and Sunday 02:00 for 1 h 30 min UTC'],
  ['5 22 * * 1-5', 30, 'every day from Monday to Friday 22:05 for 30 min UTC'],
  ['0 2,14 * * *', 1440, 'every day 02:00 and 14:00 for 1 d UTC'],
  ['0 3 1 * *', 60, 'on day 1 of every month 03:00 for 1 h UTC'],
  ['*/30 2 * * 6', 20, 'by cron "*/30 2 * * 6" for 20 min UTC'],
  ['0 2 1-7 * 6', 60, 'by cron "0 2 1-7 * 6" for 1 h UTC'],
  ['0 2 * 3 6', 60, 'by cron "0 2 * 3 6" for 1 h UTC'],
  [' 0  2 12 * * ', 60, 'on day 12 of every month 02:00 for 1 h UTC'],
  ['0 2 1,15 * *', 60, 'by cron "0 2 1,15 * *" for 1 h UTC'],
  ['0 2 12 * 1', 60, 'by cron "0 2 12 * 1" for 1 h UTC'],
  ['5-10 2 * * *', 60, 'by cron "5-10 2 * * *" for 1 h UTC'],
  ['0 2,4-6 * * *', 60, 'by cron "0 2,4-6 * * *" for 1 h UTC'],
  ['0 */3 * * *', 60, 'by cron "0 */3 * * *" for 1 h UTC'],
  ['0 2 * * 1,3-5', 60, 'by cron "0 2 * * 1,3-5" for 1 h UTC'],
  ['0 2 * * 6#1-5', 60, 'by cron "0 2 * * 6#1-5" for 1 h UTC'],
  ['0 2 * * 1,2,3', 2165, 'every Monday, Tuesday and Wednesday 02:00 for 1 d 12 h 5 min UTC'],
  ['0 2 * * 6#1', 60, 'by cron "0 2 * * 6#1" for 1 h UTC'],
])('"%s" for %i minutes is told as %s', (cron, durationMinutes, text) => {
  expect(recurrenceText({ cron, durationMinutes, timeZone: 'UTC' })).toBe(text);
});
