import {
  countBetween,
  countPerOwner,
  type GapSet,
  LONGEST_SECONDS,
  type OwnedGapSet,
  SHORTEST_SECONDS,
} from './gap-set.ts';
import { lowerBound } from './pool.ts';

/** A range of gaps in which failures pile up. */
export interface Window {
  readonly low: number;
  readonly width: number;
}

/** Densities are taken from the gaps between the window's place less a fifth and plus a quarter, */
export const BAND = 1.25;
/** and from those closer by, where an outage or the begin of the log leaves half of the wide band empty. */
const NEAR_BAND = 1.04;

/** The gaps that the chance of a pile-up in a window is taken from. */
export const bandAround = ({
  low,
  width,
}: Window): { readonly shortest: number; readonly longest: number } => ({
  // A hair more, as gaps are rounded to microseconds.
  shortest: low / BAND - 1e-4,
  longest: (low + width) * BAND + 1e-4,
});

/** Log-likelihood of so many where so many were expected (Poisson), over that of the expected; 0 where it is no more. */
export const surpriseNats = (count: number, expected: number): number =>
  count <= expected ? 0 : count * Math.log(count / expected) - count + expected;

/**
 * Chance that at least `hits` of independent events happen (Poisson binomial).
 *
 * @param chances - probability of each event
 */
export function chanceOfAtLeast(hits: number, chances: readonly number[]): number {
  if (hits <= 0) return 1;
  // below[k]: chance of exactly k so far; everything at or above `hits` collects in `reached`.
  const below = new Float64Array(hits);
  below[0] = 1;
  let reached = 0;
  for (const chance of chances) {
    reached += (below[hits - 1] ?? 0) * chance;
    for (let k = hits - 1; k > 0; k--)
      below[k] = (below[k] ?? 0) * (1 - chance) + (below[k - 1] ?? 0) * chance;
    below[0] = (below[0] ?? 0) * (1 - chance);
  }
  return Math.min(1, reached);
}

/**
 * Chance of each failure to have an answer in the window by luck. The density of answers around it comes from
 * the failure's own history, the window itself left out, drawn towards that of all controls; where controls pile
 * up in the window too (a client that calls every 5 s), the chance is raised as much as they do.
 */
export function chancesOfHit(failures: OwnedGapSet, controls: GapSet, window: Window): readonly number[] {
  const { low, width } = window;
  const bandLow = low / BAND;
  const bandHigh = (low + width) * BAND;
  const bandWidth = bandHigh - bandLow;
  const ofControls =
    (countBetween(controls, bandLow, bandHigh) + 0.5) / (controls.ownerCount + 1) / bandWidth;
  const expected = ofControls * controls.ownerCount * width;
  const seen = countBetween(controls, low, low + width);
  const pileUp = Math.max(1, (seen + 1) / (expected + 1));
  const atLeast = seen >= 3 ? Math.min(0.999, seen / controls.ownerCount) : 0;
  const inside = countPerOwner(failures, low, low + width);
  const densities = (band: number): readonly number[] => {
    const around = countPerOwner(failures, low / band, (low + width) * band);
    const span = (low + width) * band - low / band;
    return Array.from(around, (count, owner) => {
      const others = count - (inside[owner] ?? 0);
      return Math.max(others / span, (others + 1) / (span + 1 / ofControls));
    });
  };
  const near = densities(NEAR_BAND);
  return densities(BAND).map((wide, owner) => {
    const density = Math.max(wide, near[owner] ?? 0);
    return Math.max(atLeast, 1 - Math.exp(-density * width * pileUp));
  });
}

/**
 * How much more the hits of windows vary than independent ones would: 1 where they are independent, more where
 * requests and failures come in bursts, so that one coincidence makes several hits. Taken from the windows of the
 * same width around, the one in question and its neighbours left out.
 */
function overdispersion(failures: OwnedGapSet, { low, width }: Window): number {
  const bandLow = low / BAND;
  const bandHigh = (low + width) * BAND;
  const bins = Math.floor((bandHigh - bandLow) / width) - 3;
  if (bins < 4) return 1;
  const lastHitOfOwner = new Int32Array(failures.ownerCount).fill(-1);
  let [sum, squares, bin, hits] = [0, 0, -1, 0];
  const close = () => {
    sum += hits;
    squares += hits * hits;
    hits = 0;
  };
  const end = lowerBound(failures.gaps, bandHigh);
  for (let at = lowerBound(failures.gaps, bandLow); at < end; at++) {
    const gap = failures.gaps[at] ?? 0;
    if (gap >= low - width && gap <= low + 2 * width) continue;
    const own = Math.floor((gap - bandLow) / width);
    if (own !== bin) close();
    bin = own;
    const owner = failures.owners[at] ?? 0;
    if (lastHitOfOwner[owner] === own) continue;
    lastHitOfOwner[owner] = own;
    hits++;
  }
  close();
  const mean = sum / bins;
  return mean === 0 ? 1 : Math.max(1, (squares / bins - mean * mean) / mean);
}

/** How many owners have a gap in the window. */
export function hitsIn(failures: OwnedGapSet, window: Window): number {
  return countPerOwner(failures, window.low, window.low + window.width).reduce(
    (hits, count) => hits + (count > 0 ? 1 : 0),
    0,
  );
}

/**
 * Chance that the failures pile up as they do in this window or better in any other, by luck alone.
 *
 * All places are searched, so the chance of this one is divided by its share of the search: places are weighed
 * evenly over the logarithm of the seconds, and a window can begin at any of its hits.
 *
 * @param searches - how many widths and kinds of gaps are tried
 */
export function chanceOfPileUp(
  failures: OwnedGapSet,
  controls: GapSet,
  window: Window,
  searches: number,
): number {
  const hits = hitsIn(failures, window);
  const independent = chanceOfAtLeast(hits, chancesOfHit(failures, controls, window));
  const local = independent ** (1 / overdispersion(failures, window));
  const places = Math.log(LONGEST_SECONDS / SHORTEST_SECONDS) * ((window.low + window.width) / window.width);
  return Math.min(1, local * hits * places * searches);
}
