import { thousands } from '../../model/thousands.ts';
/** A share as whole percent; a share above none and below one percent is `under 1 %`. */
export function percent(share: number): string {
  if (share > 0 && share < 0.01) return 'under 1 %';
  return `${Math.round(share * 100)} %`;
}

/** Seconds to three digits, as people write them. */
export const seconds = (value: number): string => `${Number(value.toPrecision(value < 1 ? 2 : 3))} s`;

/** How long something lasted, rounded up, as people say it: `2.94 s`, `20 min`, `4 h`. */
export function lasting(value: number): string {
  const minutes = Math.ceil(value / 60);
  if (value < 120) return seconds(value);
  return minutes < 120 ? `${minutes} min` : `${Number((minutes / 60).toPrecision(2))} h`;
}

/** A period of a clock, of whole minutes: `minute`, `10 min`, `hour`. */
export const period = (minutes: number): string =>
  minutes === 60 ? 'hour' : minutes === 1 ? 'minute' : `${minutes} min`;

/** `14:03:07` of a time in seconds since 1970, in UTC; with its date where `dated`. */
const clockTime = (at: number, dated: boolean): string =>
  new Date(at * 1000)
    .toISOString()
    .slice(dated ? 0 : 11, 19)
    .replace('T', ' ');

/** When the first and the last line of a log ended, seconds since 1970. */
interface LogTimes {
  readonly firstLineSeconds: number;
  readonly lastLineSeconds: number;
}

/** More times than this nobody reads. */
const MOST_TIMES = 3;

/**
 * The first of some times, in their order: `14:03:07 UTC`, `14:03:07, 14:20:00 and 15:00:00 UTC`. With dates where the
 * log that they are of has more than one.
 */
export function clockTimes(
  times: readonly number[],
  { firstLineSeconds, lastLineSeconds }: LogTimes,
): string {
  const day = (at: number): number => Math.floor(at / 86_400);
  const shown = [...times]
    .sort((one, other) => one - other)
    .slice(0, MOST_TIMES)
    .map((at) => clockTime(at, day(firstLineSeconds) !== day(lastLineSeconds)));
  const last = shown.pop() ?? '';
  return `${shown.length === 0 ? '' : `${shown.join(', ')} and `}${last} UTC`;
}

/** When the first of several were: `at 14:03:07 and 14:20:00 UTC`, `the first three at ...` where there are more. */
export const atTimes = (times: readonly number[], log: LogTimes): string =>
  `${times.length > MOST_TIMES ? 'the first three ' : ''}at ${clockTimes(times, log)}`;

/** `1 client`, `3 clients`. */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`;

/** How often chance alone would do something: nobody reads an exponent. */
export function rarity(chance: number): string {
  if (chance < 1e-6) return 'less than once in a million times';
  if (chance < 1e-3) return 'less than once in a thousand times';
  return `about once in ${thousands(Math.max(1, Math.round(1 / chance)))} times`;
}
