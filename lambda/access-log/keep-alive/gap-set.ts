import { lowerBound } from './pool.ts';

/** Keep-alives outside of this range are not looked for. */
export const SHORTEST_SECONDS = 0.3;
export const LONGEST_SECONDS = 4000;

const OWNERS = 16_384;

/** Used again for each set, as large as the largest was: a new one each time would be garbage by the megabyte. */
let packed = new Float64Array(4096);

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
  readonly gaps: ArrayLike<number> & Iterable<number>;
}

/**
 * Sorts gaps together. Gaps are kept to the microsecond; those outside of the range are left out.
 *
 * @param ownerCount - owners are numbered from 0 to below it, at most 16384
 */
export function gapSet(requests: Iterable<OwnedGaps>, ownerCount: number): GapSet {
  let count = 0;
  for (const { owner, gaps } of requests) {
    // Gap and owner in one number, so that the native sort of numbers orders both.
    for (const gap of gaps) {
      if (!(gap >= SHORTEST_SECONDS && gap <= LONGEST_SECONDS)) continue;
      if (count === packed.length) {
        const longer = new Float64Array(count * 2);
        longer.set(packed);
        packed = longer;
      }
      packed[count++] = Math.round(gap * 1e6) * OWNERS + owner;
    }
  }
  const sorted = packed.subarray(0, count).sort();
  const gaps = new Float64Array(sorted.length);
  const owners = new Uint16Array(sorted.length);
  for (let at = 0; at < sorted.length; at++) {
    const value = sorted[at] ?? 0;
    const microseconds = Math.floor(value / OWNERS);
    gaps[at] = microseconds / 1e6;
    owners[at] = value - microseconds * OWNERS;
  }
  return { gaps, owners, ownerCount };
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
