/** One node's exchanges with one target, as far as idle times need them; each list sorted. */
export interface StreamTimes {
  /** When requests were sent, failed ones included: each takes a connection. */
  readonly starts: Float64Array;
  /** When answers were complete: each gives a connection back. */
  readonly ends: Float64Array;
}

/** How many values of a sorted list lie between two, neither of these included. */
export const countBetween = (sorted: Float64Array, low: number, high: number): number =>
  Math.max(0, lowerBound(sorted, high) - firstAbove(sorted, low));

/** Whether a value of a sorted list lies between two, these included. */
export const isAnyBetween = (sorted: Float64Array, low: number, high: number): boolean =>
  (sorted[lowerBound(sorted, low)] ?? Number.POSITIVE_INFINITY) <= high;

/** Index of the first value that is above `value`, in a sorted list. */
function firstAbove(sorted: Float64Array, value: number): number {
  let at = lowerBound(sorted, value);
  while (sorted[at] === value) at++;
  return at;
}

/** Index of the first value that is not below `value`, in a sorted list. */
export function lowerBound(sorted: Float64Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Of each start, when the connection had become idle that the next request would have taken right after it, if no other
 * became idle before; NaN where none was left that is remembered.
 */
function nextAfterStarts({ starts, ends }: StreamTimes): Float64Array {
  const next = new Float64Array(starts.length);
  const idle = new Float64Array(ends.length);
  let idleCount = 0;
  let end = 0;
  for (let start = 0; start < starts.length; start++) {
    const sentSeconds = starts[start] ?? Number.NaN;
    for (; end < ends.length && (ends[end] ?? Number.NaN) < sentSeconds; end++)
      idle[idleCount++] = ends[end] ?? Number.NaN;
    if (idleCount > 0) idleCount--;
    next[start] = idleCount > 0 ? (idle[idleCount - 1] ?? Number.NaN) : Number.NaN;
  }
  return next;
}

const known = new WeakMap<StreamTimes, Float64Array>();

/**
 * When the connection that a request took had become idle, if the node takes the one that became idle last (LIFO):
 * then requests and answers nest like brackets, and the answer that pairs with it is the last one that no request
 * between them took. All requests of a stream are paired at once, when the first is asked for.
 *
 * @returns seconds since 1970, NaN where the history holds no such answer
 */
export function idleSinceIfLastInFirstOut(exchanges: StreamTimes, sentSeconds: number): number {
  const { starts, ends } = exchanges;
  const next = known.get(exchanges) ?? nextAfterStarts(exchanges);
  known.set(exchanges, next);
  const start = lowerBound(starts, sentSeconds) - 1;
  const end = lowerBound(ends, sentSeconds) - 1;
  const ended = ends[end] ?? Number.NaN;
  return (starts[start] ?? Number.NEGATIVE_INFINITY) > ended ? (next[start] ?? Number.NaN) : ended;
}
