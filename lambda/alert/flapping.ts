import type { Flapping } from '../model/alert.ts';
import { minutesBetween } from './look.ts';

/** What came back within so long is the same; what was told within so long is no news. */
const DAY_MINUTES = 24 * 60;

/** As of an incident: over when it stayed away three times as long as it ever did before it came back. */
const PAUSES = 3;

/** Newest lines that are remembered, so that no configuration can fill the state. */
const MOST_LINES = 40;

const NEVER: Flapping = { told: [], goneSince: null, closedSince: null, longestPauseMinutes: 0 };

/** What is remembered at a time: nothing of a warning that was closed more than a day ago. */
export function flappingAt(before: Flapping | undefined, now: string): Flapping {
  const { closedSince, ...known } = before ?? NEVER;
  if (closedSince !== null && minutesBetween(closedSince, now) > DAY_MINUTES) return NEVER;
  return {
    ...known,
    closedSince,
    told: known.told.filter(({ at }) => minutesBetween(at, now) <= DAY_MINUTES),
  };
}

/** It is there: where it was away, that pause counts. */
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

/** It is away: since when, and whether that is long enough to be told. */
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

/** Whether a line was told lately. */
export const wasAnnounced = ({ told }: Flapping, line: string): boolean =>
  told.some((entry) => entry.line === line);

/** Remembers lines as told now. */
export function withAnnounced(flapping: Flapping, lines: readonly string[], now: string): Flapping {
  const others = flapping.told.filter(({ line }) => !lines.includes(line));
  return { ...flapping, told: [...others, ...lines.map((line) => ({ line, at: now }))].slice(-MOST_LINES) };
}
