import { lowerBound } from './pool.ts';
import { SortedPairs } from './sorted-pairs.ts';

/** Keep-alives outside of this range are not looked for. */
export const SHORTEST_SECONDS = 0.3;
/** See {@link SHORTEST_SECONDS}; 4000 s is also the longest idle timeout that a load balancer can have. */
export const LONGEST_SECONDS = 4000;

/** Used again for each set, as large as the largest was: a new one each time would be garbage by the megabyte. */
const pairs = new SortedPairs();

/** Distances back to earlier answers, of many requests together: sorted, each with its owner. */
export interface GapSet {
  /** Seconds, ascending. */
  readonly gaps: Float64Array;
  /** Number of the request, or of the group of simultaneous requests, that each gap belongs to. */
  readonly owners: Uint16Array;
  readonly ownerCount: number;
}

/** One request: its distances in any order, and its owner. */
export interface OwnedGaps {
  readonly owner: number;
  readonly gaps: ArrayLike<number>;
}

/**
 * Sorts gaps together. Gaps are kept to the microsecond; those outside of the range are left out.
 *
 * @param ownerCount - owners are numbered from 0 to below it, at most 65536
 */
export function gapSet(requests: Iterable<OwnedGaps>, ownerCount: number): GapSet {
  let count = 0;
  for (const { owner, gaps } of requests)
    for (let at = 0; at < gaps.length; at++) {
      const gap = gaps[at] ?? Number.NaN;
      if (!(gap >= SHORTEST_SECONDS && gap <= LONGEST_SECONDS)) continue;
      if (count === pairs.keys.length) pairs.makeRoom();
      pairs.keys[count] = Math.round(gap * 1e6);
      pairs.values[count++] = owner;
    }
  pairs.sort(count);
  const gaps = new Float64Array(count);
  for (let at = 0; at < count; at++) gaps[at] = (pairs.keys[at] ?? 0) / 1e6;
  return { gaps, owners: pairs.values.slice(0, count), ownerCount };
}

/** How many gaps lie in a range, its lower end included. */
export function countBetween(set: GapSet, low: number, high: number): number {
  return lowerBound(set.gaps, high) - lowerBound(set.gaps, low);
}

/** How many gaps of each owner lie in a range. */
export function countPerOwner(set: GapSet, low: number, high: number): Uint16Array {
  const counts = new Uint16Array(set.ownerCount);
  const end = lowerBound(set.gaps, high);
  for (let at = lowerBound(set.gaps, low); at < end; at++) {
    const owner = set.owners[at] ?? 0;
    counts[owner] = (counts[owner] ?? 0) + 1;
  }
  return counts;
}
