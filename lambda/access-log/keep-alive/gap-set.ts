import { lowerBound } from './pool.ts';
import { SortedNumbers } from './sorted-numbers.ts';
import { SortedPairs } from './sorted-pairs.ts';

/** Keep-alives outside of this range are not looked for. */
export const SHORTEST_SECONDS = 0.3;
/** See {@link SHORTEST_SECONDS}; 4000 s is also the longest idle timeout that a load balancer can have. */
export const LONGEST_SECONDS = 4000;

/** Used again for each set, as large as the largest was: a new one each time would be garbage by the megabyte. */
const pairs = new SortedPairs();
const numbers = new SortedNumbers();

/** Distances back to earlier answers, of many requests together. */
export interface GapSet {
  /** Seconds, ascending. */
  readonly gaps: Float64Array;
  /** How many requests, or groups of simultaneous requests, they belong to. */
  readonly ownerCount: number;
}

/** Distances of which each is known to belong to one. */
export interface OwnedGapSet extends GapSet {
  /** Number of the request, or of the group, that each gap belongs to. */
  readonly owners: Uint16Array;
}

/** One request: its distances in any order, and its owner. */
export interface OwnedGaps {
  readonly owner: number;
  readonly gaps: Float64Array;
}

/** Writes those gaps of a request, in microseconds, that are in the range; says how many numbers there are then. */
function write(gaps: Float64Array, microseconds: Uint32Array, before: number): number {
  let count = before;
  for (let at = 0; at < gaps.length; at++) {
    const gap = gaps[at] ?? Number.NaN;
    if (gap >= SHORTEST_SECONDS && gap <= LONGEST_SECONDS) microseconds[count++] = Math.round(gap * 1e6);
  }
  return count;
}

function secondsOf(microseconds: Uint32Array, count: number): Float64Array {
  const seconds = new Float64Array(count);
  for (let at = 0; at < count; at++) seconds[at] = (microseconds[at] ?? 0) / 1e6;
  return seconds;
}

/**
 * Sorts gaps together. Gaps are kept to the microsecond; those outside of the range are left out.
 *
 * @param ownerCount - owners are numbered from 0 to below it, at most 65536
 */
export function ownedGapSet(requests: Iterable<OwnedGaps>, ownerCount: number): OwnedGapSet {
  let count = 0;
  for (const { owner, gaps } of requests) {
    pairs.makeRoomFor(count + gaps.length);
    const before = count;
    count = write(gaps, pairs.keys, before);
    pairs.values.fill(owner, before, count);
  }
  pairs.sort(count);
  return { gaps: secondsOf(pairs.keys, count), owners: pairs.values.slice(0, count), ownerCount };
}

/** The same of gaps of requests of which it does not matter whose each is. */
export function gapSet(requests: Iterable<Float64Array>, ownerCount: number): GapSet {
  let count = 0;
  for (const gaps of requests) {
    numbers.makeRoomFor(count + gaps.length);
    count = write(gaps, numbers.numbers, count);
  }
  numbers.sort(count);
  return { gaps: secondsOf(numbers.numbers, count), ownerCount };
}

/** How many gaps lie in a range, its lower end included. */
export function countBetween(set: GapSet, low: number, high: number): number {
  return lowerBound(set.gaps, high) - lowerBound(set.gaps, low);
}

/** How many gaps of each owner lie in a range. */
export function countPerOwner(set: OwnedGapSet, low: number, high: number): Uint16Array {
  const counts = new Uint16Array(set.ownerCount);
  const end = lowerBound(set.gaps, high);
  for (let at = lowerBound(set.gaps, low); at < end; at++) {
    const owner = set.owners[at] ?? 0;
    counts[owner] = (counts[owner] ?? 0) + 1;
  }
  return counts;
}
