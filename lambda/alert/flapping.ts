import type { Flapping } from '../model/alert.ts';
import { minutesBetween } from './look.ts';

/** A warning that comes back within this time is the same one; a line announced within this time is no news. */
const DAY_MINUTES = 24 * 60;

/** As for an incident: over once it has stayed away three times as long as it ever did before coming back. */
const PAUSES = 3;

/** Only this many of the newest lines are remembered, so that no configuration can fill the state. */
const MOST_LINES = 40;

const NEVER: Flapping = { announced: [], goneSince: null, closedSince: null, longestPauseMinutes: 0 };

/** What is remembered now: nothing about a warning that was closed more than a day ago. */
export function flappingAt(before: Flapping | undefined, now: string): Flapping {
  const { closedSince, ...known } = before ?? NEVER;
  if (closedSince !== null && minutesBetween(closedSince, now) > DAY_MINUTES) return NEVER;
  return {
    ...known,
    closedSince,
    announced: known.announced.filter(({ at }) => minutesBetween(at, now) <= DAY_MINUTES),
  };
}

/** The warning applies: if it was away, that pause counts. */
export function present(flapping: Flapping, now: string): Flapping {
  const since = flapping.goneSince ?? flapping.closedSince;
  if (since === null) return flapping;
  const pause = Math.max(flapping.longestPauseMinutes, minutesBetween(since, now));
  return {
    ...flapping,
    goneSince: null,
    closedSince: null,
    longestPauseMinutes: Math.min(pause, DAY_MINUTES),
  };
}

/** The warning does not apply: since when, and whether that is long enough to announce. */
export function absent(
  flapping: Flapping,
  now: string,
): { readonly flapping: Flapping; readonly isOver: boolean; readonly waitMinutes: number } {
  const since = flapping.goneSince ?? now;
  const waitMinutes = Math.min(DAY_MINUTES, PAUSES * flapping.longestPauseMinutes);
  const isOver = minutesBetween(since, now) >= waitMinutes;
  return {
    flapping: isOver
      ? { ...flapping, goneSince: null, closedSince: since }
      : { ...flapping, goneSince: since },
    isOver,
    waitMinutes,
  };
}

/** Whether a line was announced within a day. */
export const wasAnnounced = ({ announced }: Flapping, line: string): boolean =>
  announced.some((entry) => entry.line === line);

/** Remembers lines as announced now. */
export function withAnnounced(flapping: Flapping, lines: readonly string[], now: string): Flapping {
  const others = flapping.announced.filter(({ line }) => !lines.includes(line));
  return {
    ...flapping,
    announced: [...others, ...lines.map((line) => ({ line, at: now }))].slice(-MOST_LINES),
  };
}
