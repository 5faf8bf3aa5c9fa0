import { Cron } from 'croner';
import { InputError } from '../model/failure.ts';
import { nearNames } from '../model/near-names.ts';
import type { Recurrence, RecurringSilence } from '../model/record.ts';
import { lasts, type OpenWindow } from './silence.ts';

// Loaded with import() by those who have a recurring silence to evaluate: no cold start reads the library for nothing.

/** A stretch of time in which nothing is announced; ISO times. */
export interface SilenceWindow {
  readonly from: string;
  readonly until: string;
}

/** No window, with those that follow without a pause, may be longer than a silence that does not recur. */
const LONGEST_WINDOW_MS = 30 * 86_400_000;
/** Windows that follow without a pause are one; so many are joined, which takes some 50 ms. */
const MOST_JOINED = 500;
/** Windows that are looked at before a recurrence is accepted: those of a year and more, day by day. */
const MOST_CHECKED = 400;

/**
 * Times that the clocks skip or repeat are read as Vixie cron reads them: a window whose time is skipped begins right
 * after the gap, and one whose time comes twice begins the first time only, unless the hour or the minute is `*` or a
 * step (https://github.com/Hexagon/croner, "Pattern").
 */
const patternOf = ({ cron, timeZone }: Pick<Recurrence, 'cron' | 'timeZone'>): Cron =>
  new Cron(cron, { timezone: timeZone, mode: '5-part', fixedTimeRule: 'no-wildcard' });

const durationMs = ({ durationMinutes }: Recurrence): number => durationMinutes * 60_000;

/** The windows that are open at a time; a recurrence that cannot be read holds nothing back. */
export function windowsOpenAt(silences: readonly RecurringSilence[], now: string): readonly OpenWindow[] {
  return silences.flatMap((silence) => {
    const window = windowAt(silence, now);
    return window === null ? [] : [{ ...silence, until: window.until }];
  });
}

/**
 * The window of a recurring silence that is open at a time, with the windows that follow it without a pause. One that
 * began before the silence was asked for counts: whoever asks within the window wants silence now.
 *
 * @returns null where none is open, the silence is over, or its recurrence cannot be read
 */
export function windowAt(silence: RecurringSilence, now: string): SilenceWindow | null {
  const [window] = windowsFrom(silence, now, 1);
  return window !== undefined && Date.parse(window.from) <= Date.parse(now) ? window : null;
}

/** The windows that are open at a time or begin after it, in their order, at most so many. */
export function windowsFrom(silence: RecurringSilence, now: string, most: number): readonly SilenceWindow[] {
  if (!lasts(silence, now)) return [];
  try {
    return [...joinedWindows(silence, now, most)].map(({ from, until }) => ({ from, until }));
  } catch {
    return [];
  }
}

interface JoinedWindow extends SilenceWindow {
  /** How many windows follow one another without a pause, at most `MOST_JOINED`. */
  readonly windows: number;
}

function* joinedWindows(silence: RecurringSilence, now: string, most: number): Iterable<JoinedWindow> {
  const pattern = patternOf(silence.recurrence);
  const length = durationMs(silence.recurrence);
  const end = Date.parse(silence.until);
  let begin = pattern.nextRun(new Date(Date.parse(now) - length));
  for (let count = 0; count < most && begin !== null && begin.getTime() < end; count++) {
    const from = begin.toISOString();
    let [until, windows] = [begin.getTime() + length, 1];
    begin = pattern.nextRun(begin);
    while (begin !== null && begin.getTime() <= until && windows < MOST_JOINED) {
      [until, windows] = [begin.getTime() + length, windows + 1];
      begin = pattern.nextRun(begin);
    }
    yield { from, until: new Date(Math.min(until, end)).toISOString(), windows };
  }
}

/**
 * Checks what a person asked for before it is stored.
 *
 * @throws InputError where the expression is none, or its windows never begin or leave no pause
 */
export function checkRecurringSilence(silence: RecurringSilence, now: string): void {
  const { recurrence, until } = silence;
  checkExpression(recurrence);
  let any = false;
  for (const window of joinedWindows(silence, now, MOST_CHECKED)) {
    any = true;
    const lengthMs = Date.parse(window.until) - Date.parse(window.from);
    if (window.windows === MOST_JOINED || lengthMs > LONGEST_WINDOW_MS)
      throw new InputError(
        `the windows of "${recurrence.cron}" run into each other from ${window.from} to ${window.until}, and at most 30 days and ${MOST_JOINED} windows may go without a pause; shorten the duration, or let them begin less often`,
      );
  }
  if (!any)
    throw new InputError(`no window of "${recurrence.cron}" begins before ${until}; give a later end`);
}

/** EventBridge's form has six fields and counts the days of the week from 1; read as five it would mean another time. */
function checkExpression(recurrence: Recurrence): void {
  const { cron } = recurrence;
  const expected =
    'expected five fields: minute, hour, day of month, month, day of week (0 or SUN to 6 or SAT), such as "0 2 * * 6"';
  const fields = cron.trim().split(/\s+/);
  if (fields.length !== 5)
    throw new InputError(
      `"${cron}" has ${cron.trim() === '' ? 'no fields' : `${fields.length} field${fields.length === 1 ? '' : 's'}`}; ${expected}`,
    );
  try {
    patternOf(recurrence);
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message.replace(/^CronPattern: /, '') : String(cause);
    throw new InputError(`"${cron}" is not a cron expression: ${detail}; ${expected}`, { cause });
  }
}

/**
 * A name of the IANA time zone database as it is spelled there.
 *
 * @throws InputError for a name that is none, with those that are near
 */
export function timeZoneNamed(name: string): string {
  const known = ['UTC', ...Intl.supportedValuesOf('timeZone')];
  const same = known.find((zone) => zone.toLowerCase() === name.toLowerCase());
  if (same !== undefined) return same;
  if (/^[A-Za-z]/.test(name) && isTimeZone(name)) return name;
  const near = nearNames(name, known);
  throw new InputError(
    `"${name}" is not a time zone; give a name such as UTC or Europe/Berlin${near.length === 0 ? '' : `; did you mean ${near.join(', ')}?`}`,
  );
}

/** Also former names, such as `Asia/Calcutta`, which are in no list. */
function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/**
 * The instant of a date (`2027-03-01`, its first moment) or local time (`2027-03-01T06:00`) in a time zone, or of a
 * time with its own offset (`2027-03-01T06:00Z`).
 *
 * @throws InputError for anything else
 */
export function instantIn(timeZone: string, text: string): string {
  const instant = parsedInstant(timeZone, text.trim());
  if (instant === null)
    throw new InputError(
      `"${text}" is not a date or time; give one such as 2027-03-01, 2027-03-01T06:00 or 2027-03-01T06:00Z`,
    );
  return instant.toISOString();
}

function parsedInstant(timeZone: string, text: string): Date | null {
  const [, date, time = 'T00:00', offset] =
    /^(\d{4}-\d{2}-\d{2})(T\d{2}:\d{2}(?::\d{2})?)?(Z|[+-]\d{2}:\d{2})?$/.exec(text) ?? [];
  // A day that does not exist would be counted on into the next month.
  if (date === undefined || Number.isNaN(Date.parse(date)) || !sameDay(date)) return null;
  if (offset !== undefined) return validDate(new Date(`${date}${time}${offset}`));
  try {
    return validDate(new Cron(`${date}${time}`, { timezone: timeZone }).getOnce());
  } catch {
    return null;
  }
}

const sameDay = (date: string): boolean => new Date(date).toISOString().startsWith(date);

const validDate = (date: Date | null): Date | null =>
  date === null || Number.isNaN(date.getTime()) ? null : date;
