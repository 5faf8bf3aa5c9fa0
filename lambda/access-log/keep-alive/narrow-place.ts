import { BAND, bandAround, hitsIn, type Window } from './chance.ts';
import { LONGEST_SECONDS, type OwnedGapSet, SHORTEST_SECONDS } from './gap-set.ts';
import { lowerBound } from './pool.ts';
import type { FailureSample } from './sample.ts';
import { gapsFor, momentsOf } from './sample-gaps.ts';
import { type PileUp, pileUpAt } from './scan.ts';

/** Seconds, the narrowest first; none is wider than a round trip. */
const WIDTHS = [0.004, 0.008, 0.016, 0.032, 0.064];
/** It is where a pile-up was found, so little is asked of it. */
const LARGEST_P_VALUE = 1e-3;

/** The window of a width that begins in a range and has most failures; the middle one of several. */
function fullest(failures: OwnedGapSet, { low, width: range }: Window, width: number): Window | null {
  const begins = failures.gaps.subarray(
    lowerBound(failures.gaps, low),
    lowerBound(failures.gaps, low + range),
  );
  let [most, best]: [number, number[]] = [1, []];
  for (const begin of begins) {
    const hits = hitsIn(failures, { low: begin, width });
    if (hits > most) [most, best] = [hits, []];
    if (hits === most) best.push(begin);
  }
  const middle = best[best.length >> 1];
  return middle === undefined ? null : { low: middle, width };
}

/**
 * Of a wide pile-up among pairs, the narrowest one among the gaps to all answers that it stands for; null where there is
 * none. The pool may not be last in, first out: then a request took a connection that had become idle before the one
 * that pairs with it, and the answers that gave these connections back stand at one distance, at which no fewer failures
 * agree. A server whose timer is coarse has no such distance.
 */
export function narrowAmongAll(
  samples: readonly FailureSample[],
  { window, hits, pValue }: PileUp,
): PileUp | null {
  const { low, width } = window;
  const around = bandAround({ low, width: width * BAND });
  const { failures, controls } = gapsFor(samples, false, around);
  const fewest = (hits * failures.ownerCount) / momentsOf(samples).count;
  // Only places in the window are searched, not all.
  const searched = Math.log((low + width) / low) / Math.log(LONGEST_SECONDS / SHORTEST_SECONDS);
  for (const own of WIDTHS) {
    const place = fullest(failures, window, own);
    if (place === null) continue;
    const pileUp = pileUpAt(failures, controls, place, 1);
    const isBelieved = pileUp.pValue * searched <= LARGEST_P_VALUE;
    if (pileUp.hits >= fewest && isBelieved) return { ...pileUp, pValue };
  }
  return null;
}
