/** One node's exchanges with one target, as far as idle times need them; each list sorted. */
export interface StreamTimes {
  /** When requests were sent, failed ones included: each takes a connection. */
  readonly starts: Float64Array;
  /** When answers were complete: each gives a connection back. */
  readonly ends: Float64Array;
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
 * When the connection that a request took had become idle, if the node takes the one that became idle last (LIFO):
 * then requests and answers nest like brackets, and walking back from the request finds the answer that pairs
 * with it.
 *
 * @returns seconds since 1970, NaN where the history holds no such answer
 */
export function idleSinceIfLastInFirstOut(exchanges: StreamTimes, sentSeconds: number): number {
  const { starts, ends } = exchanges;
  let start = lowerBound(starts, sentSeconds) - 1;
  let end = lowerBound(ends, sentSeconds) - 1;
  let taken = 0;
  while (end >= 0) {
    const ended = ends[end] ?? 0;
    if (start >= 0 && (starts[start] ?? 0) > ended) {
      taken++;
      start--;
    } else if (taken === 0) {
      return ended;
    } else {
      taken--;
      end--;
    }
  }
  return Number.NaN;
}
