import type { OpenIncident } from '../model/alert.ts';
import { type Look, later, minutesBetween } from './look.ts';

const MINUTE_MS = 60_000;

/** A failure counts as over only after staying away for this many times its longest pause. */
const PAUSES = 3;

/** However rare a failure is, its incident does not stay open longer than a day of silence. */
export const LONGEST_QUIET_MINUTES = 24 * 60;

/** The longest pause between failing minutes, in minutes; 0 where there are fewer than two. */
export function longestPauseMinutes(failingMinutes: readonly string[]): number {
  let longest = 0;
  failingMinutes.forEach((time, index) => {
    const before = failingMinutes[index - 1];
    if (before !== undefined)
      longest = Math.max(longest, (Date.parse(time) - Date.parse(before)) / MINUTE_MS);
  });
  return longest;
}

/**
 * How long a failure must stay away before it counts as over, in minutes: a fault that strikes every 40 minutes
 * is not gone after 5.
 *
 * @param failingMinutes - ISO times, oldest first
 * @param leastMinutes - the shortest wait, from the settings
 */
export function requiredQuietMinutes(failingMinutes: readonly string[], leastMinutes: number): number {
  return Math.min(
    LONGEST_QUIET_MINUTES,
    Math.max(leastMinutes, PAUSES * longestPauseMinutes(failingMinutes)),
  );
}

/**
 * The chance that a failure that is still there would stay away this long by luck: exp(-t/m), with the mean pause m
 * between failing minutes (failures taken as a Poisson process). null if no pause was seen.
 */
export function chanceOfLuck(failingMinutes: readonly string[], quietMinutes: number): number | null {
  const first = failingMinutes[0];
  const last = failingMinutes.at(-1);
  if (first === undefined || last === undefined || failingMinutes.length < 2) return null;
  const meanPause = (Date.parse(last) - Date.parse(first)) / MINUTE_MS / (failingMinutes.length - 1);
  return meanPause <= 0 ? null : Math.exp(-quietMinutes / meanPause);
}

/** How long a failure stayed away, and whether that is long enough. */
export interface Quiet {
  /** Minutes that were watched, had traffic, and had no 502; never below 0. */
  readonly minutes: number;
  /** How many are required. */
  readonly required: number;
  readonly over: boolean;
  readonly reason: string;
}

/**
 * How long the failure of an incident has stayed away. Only time watched without a break counts, and only up to the
 * newest request: without requests nothing can fail, and a clock ahead of the metrics proves nothing. Without any
 * requests, the incident is closed after a day.
 */
export function quietOf(incident: OpenIncident, look: Look, leastMinutes: number, now: string): Quiet {
  const last = incident.failingMinutes.at(-1) ?? incident.openedAt;
  const from = later(last, incident.watchedFrom);
  const required = Math.ceil(requiredQuietMinutes(incident.failingMinutes, leastMinutes));
  const untilNow = Math.max(0, minutesBetween(from, now));
  const untilRequest = look.requestsUntil === null ? 0 : minutesBetween(from, look.requestsUntil);
  const minutes = Math.max(0, Math.min(untilNow, untilRequest));
  if (minutes >= required)
    return {
      minutes,
      required,
      over: true,
      reason: `no 502 for ${Math.floor(minutes)} minutes with traffic (${required} required)`,
    };
  if (untilNow >= LONGEST_QUIET_MINUTES)
    return {
      minutes: untilNow,
      required,
      over: true,
      reason: 'no 502 for a day, perhaps because there were no requests',
    };
  return {
    minutes,
    required,
    over: false,
    reason: `quiet for ${Math.floor(minutes)} of the ${required} minutes required`,
  };
}
