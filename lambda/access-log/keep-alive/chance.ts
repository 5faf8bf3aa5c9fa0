import { countBetween, countPerOwner, type GapSet, LONGEST_SECONDS, SHORTEST_SECONDS } from './gap-set.ts';

/** A range of gaps in which failures pile up. */
export interface Window {
  readonly low: number;
  readonly width: number;
}

/** Densities are taken from the gaps between the window's place less a fifth and plus a quarter. */
const BAND = 1.25;

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
function chancesOfHit(failures: GapSet, controls: GapSet, window: Window): readonly number[] {
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
  const around = countPerOwner(failures, bandLow, bandHigh);
  const inside = countPerOwner(failures, low, low + width);
  return Array.from(around, (count, owner) => {
    const density = (count - (inside[owner] ?? 0) + 1) / (bandWidth + 1 / ofControls);
    return Math.max(atLeast, 1 - Math.exp(-density * width * pileUp));
  });
}

/** How many owners have a gap in the window. */
export function hitsIn(failures: GapSet, window: Window): number {
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
export function chanceOfPileUp(failures: GapSet, controls: GapSet, window: Window, searches: number): number {
  const hits = hitsIn(failures, window);
  const local = chanceOfAtLeast(hits, chancesOfHit(failures, controls, window));
  const places = Math.log(LONGEST_SECONDS / SHORTEST_SECONDS) * ((window.low + window.width) / window.width);
  return Math.min(1, local * hits * places * searches);
}
