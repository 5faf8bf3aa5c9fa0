import { inTextOrder } from '../../model/text-order.ts';

const MINUTE_MS = 60_000;

/** Failing minutes whose surroundings are read at most, those with most 502s first, then the newest. */
export const MOST_MINUTES_READ = 12;
/** A crash is logged before the requests it breaks have failed, and its signs may be written a while after. */
const BEFORE_MS = 30_000;
const AFTER_MS = 90_000;

/** A stretch of time, in epoch milliseconds. */
export interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
}

/** What a target would have logged about a failing minute; CloudWatch names a minute by its start. */
export function stretchAround(minute: string): Stretch {
  const start = Date.parse(minute);
  return { fromMs: start - BEFORE_MS, toMs: start + AFTER_MS };
}

/**
 * The stretches of the targets' logs to read, oldest first and none overlapping another.
 *
 * @param failures - 502s by minute
 */
export function backendLogWindows(failures: ReadonlyMap<string, number>): readonly Stretch[] {
  const minutes = [...failures]
    .sort(([left, count], [right, other]) => other - count || inTextOrder(right, left))
    .slice(0, MOST_MINUTES_READ)
    .map(([minute]) => stretchAround(minute))
    .sort((left, right) => left.fromMs - right.fromMs);
  const merged: Stretch[] = [];
  for (const stretch of minutes) {
    const last = merged.at(-1);
    // Reading a quiet minute between two costs less than another call.
    if (last && stretch.fromMs - last.toMs <= MINUTE_MS)
      merged[merged.length - 1] = { fromMs: last.fromMs, toMs: Math.max(last.toMs, stretch.toMs) };
    else merged.push(stretch);
  }
  return merged;
}
