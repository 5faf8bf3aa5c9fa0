import { LONGEST_SECONDS, SHORTEST_SECONDS } from './gap-set.ts';
import { lowerBound } from './pool.ts';

/** Which of the distances back are asked for, in seconds. */
export interface Range {
  readonly shortest: number;
  readonly longest: number;
}

/** All that gap sets keep; a hair more, as they round to microseconds. */
export const ALL_GAPS: Range = { shortest: SHORTEST_SECONDS - 1e-4, longest: LONGEST_SECONDS + 1e-4 };

/** The distances that were asked for last; there can be no more than answers of one sample. */
let distances = new Float64Array(8192);

/**
 * Distances back from `fromSeconds` to the latest answers before the request was sent. Valid until the next call:
 * thousands of requests have thousands each.
 */
export function gapsToAnswers(
  ends: Float64Array,
  sentSeconds: number,
  fromSeconds: number,
  most: number,
  { shortest, longest }: Range,
): Float64Array {
  const last = lowerBound(ends, sentSeconds);
  const from = Math.max(last - most, lowerBound(ends, fromSeconds - longest), 0);
  const to = shortest > 0 ? Math.min(last, lowerBound(ends, fromSeconds - shortest)) : last;
  const count = Math.max(0, to - from);
  if (count > distances.length) distances = new Float64Array(count);
  for (let at = 0; at < count; at++) distances[at] = fromSeconds - (ends[from + at] ?? Number.NaN);
  return distances.subarray(0, count);
}
