import { BAND, chanceOfPileUp, hitsIn, surpriseNats, type Window } from './chance.ts';
import type { GapSet, OwnedGapSet } from './gap-set.ts';
import { RisingBound } from './rising-bound.ts';

/** Seconds: from the precision of the lines, over round trips, to servers that look at their timers once a second. */
const WIDTHS = [0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.128, 0.256, 0.512, 1.024];
/** A pile-up wider than this share of its own place says nothing. */
const WIDEST_SHARE = 0.25;
const FEWEST_HITS = 3;
/** A narrower window stands for a wider one if it has this share of its hits. */
const MOST_OF_HITS = 0.6;
/** How many of the best windows of each width have their chance computed. */
const FINALISTS = 6;

/** Where failures pile up, and the chance of that by luck. */
export interface PileUp {
  readonly window: Window;
  readonly hits: number;
  readonly pValue: number;
}

interface Candidate {
  readonly window: Window;
  readonly score: number;
}

/** Keeps the best candidates, one for each place: neighbours that overlap are the same pile-up. */
function keep(best: Candidate[], candidate: Candidate): void {
  const { low, width } = candidate.window;
  const rival = best.findIndex((other) => Math.abs(other.window.low - low) < width);
  if (rival >= 0) {
    if ((best[rival]?.score ?? 0) < candidate.score) best[rival] = candidate;
    return;
  }
  best.push(candidate);
  best.sort((a, b) => b.score - a.score);
  if (best.length > FINALISTS) best.pop();
}

/** The part of its band that a window has. */
const shareOfBand = (low: number, width: number): number => width / ((low + width) * BAND - low / BAND);

/** Log-likelihood of the hits against those expected, less the size of the search. */
const scoreOf = (hits: number, expected: number, { low, width }: Window): number =>
  hits <= expected ? 0 : surpriseNats(hits, expected) + Math.log(width / (low + width));

/** A quick measure of surprise: how many more hits there are than the density around gives. */
class Surprise {
  private readonly owners: number;
  private readonly failuresTo: RisingBound;
  private readonly controlsFrom: RisingBound;
  private readonly controlsTo: RisingBound;
  private readonly insideFrom: RisingBound;
  private readonly insideTo: RisingBound;

  constructor(failures: OwnedGapSet, controls: GapSet) {
    this.owners = failures.ownerCount;
    this.failuresTo = new RisingBound(failures.gaps);
    this.controlsFrom = new RisingBound(controls.gaps);
    this.controlsTo = new RisingBound(controls.gaps);
    this.insideFrom = new RisingBound(controls.gaps);
    this.insideTo = new RisingBound(controls.gaps);
  }

  /**
   * Of windows of one width, each not lower than the one before.
   *
   * @param from - how many gaps of failures lie below the band
   * @returns null where it is not above the bound
   */
  above(bound: number, hits: number, window: Window, from: number): number | null {
    const { low, width } = window;
    const bandHigh = (low + width) * BAND;
    const share = shareOfBand(low, width);
    const around = (this.failuresTo.below(bandHigh) - from) * share;
    // Of most windows the failures alone are as dense around; controls are many.
    if (scoreOf(hits, Math.min(this.owners, around), window) <= bound) return null;
    const expectedOfControls =
      (this.controlsTo.below(bandHigh) - this.controlsFrom.below(low / BAND)) * share;
    const inside = this.insideTo.below(low + width) - this.insideFrom.below(low);
    const expected = Math.min(this.owners, around * Math.max(1, (inside + 1) / (expectedOfControls + 1)));
    const score = scoreOf(hits, expected, window);
    return score > bound ? score : null;
  }

  /**
   * Whether the measure can be above a bound, by the gaps of failures in the lower part of the band and in the window.
   * Spares most windows the logarithms: log(x) is at most (x - 1) / √x, and log2(x) at least its whole part.
   */
  mayExceed(bound: number, hits: number, window: Window, gapsUpToEnd: number): boolean {
    const least = Math.min(this.owners, gapsUpToEnd * shareOfBand(window.low, window.width));
    if (hits <= least) return false;
    const searchedNats = Math.LN2 * (31 - Math.clz32(1 + window.low / window.width));
    return (hits - least) * (Math.sqrt(hits / least) - 1) - searchedNats > bound;
  }
}

/**
 * How many failures have a gap in a window that slides upwards. Brought up to date where it is asked: of most windows the
 * gaps are too few, or too many, for the failures to matter.
 */
class SlidingHits {
  private readonly owners: Uint16Array;
  private readonly counts: Uint16Array;
  private start = 0;
  private end = 0;
  private hits = 0;

  constructor({ owners, ownerCount }: OwnedGapSet) {
    this.owners = owners;
    this.counts = new Uint16Array(ownerCount);
  }

  /** Of the gaps from a place up to another; neither may be lower than the one before. */
  in(start: number, end: number): number {
    const { owners, counts } = this;
    let { hits } = this;
    for (let at = this.start; at < Math.min(start, this.end); at++) {
      const owner = owners[at] ?? 0;
      const count = (counts[owner] ?? 0) - 1;
      counts[owner] = count;
      if (count === 0) hits--;
    }
    for (let at = Math.max(start, this.end); at < end; at++) {
      const owner = owners[at] ?? 0;
      const count = counts[owner] ?? 0;
      counts[owner] = count + 1;
      if (count === 0) hits++;
    }
    [this.start, this.end, this.hits] = [start, end, hits];
    return hits;
  }
}

/** Slides a window of one width over all gaps and keeps the places where most failures have one. */
function scanWidth(failures: OwnedGapSet, controls: GapSet, width: number): Candidate[] {
  const { gaps, ownerCount } = failures;
  const best: Candidate[] = [];
  const surprise = new Surprise(failures, controls);
  const sliding = new SlidingHits(failures);
  let [end, from] = [0, 0];
  for (let start = 0; start < gaps.length; start++) {
    const low = gaps[start] ?? 0;
    while (end < gaps.length && (gaps[end] ?? 0) <= low + width) end++;
    if (end - start < FEWEST_HITS || width > low * WIDEST_SHARE) continue;
    while ((gaps[from] ?? low) < low / BAND) from++;
    const window = { low, width };
    const bound = leastToKeep(best);
    // Spares the costly measures where the window could not enter the list.
    if (!surprise.mayExceed(bound, Math.min(end - start, ownerCount), window, end - from)) continue;
    const hits = sliding.in(start, end);
    if (hits < FEWEST_HITS || !surprise.mayExceed(bound, hits, window, end - from)) continue;
    const score = surprise.above(bound, hits, window, from);
    if (score !== null) keep(best, { window, score });
  }
  return best;
}

/** What a window must score more than to be kept. */
const leastToKeep = (best: readonly Candidate[]): number =>
  best.length < FINALISTS ? 0 : (best[FINALISTS - 1]?.score ?? 0);

/**
 * The narrowest pile-up in the place of the least likely one that still has most of its hits: a wide window may
 * owe some of its hits to luck, and says less of where the close is. A server whose timer is coarse spreads its
 * closes evenly, so that no narrow window has most of them.
 */
function narrowest(found: readonly PileUp[], best: PileUp, largestPValue: number): PileUp {
  const { low, width } = best.window;
  const inside = found.filter(
    ({ window, hits, pValue }) =>
      window.low + window.width >= low &&
      window.low <= low + width &&
      pValue <= largestPValue &&
      hits >= MOST_OF_HITS * best.hits,
  );
  const least = Math.min(...inside.map(({ window }) => window.width));
  const narrow = inside.filter(({ window }) => window.width === least).sort((a, b) => b.hits - a.hits)[0];
  return narrow === undefined ? best : { ...narrow, pValue: best.pValue };
}

/** How failures pile up in a window, its chance corrected for the search of all places and widths. */
export const pileUpAt = (failures: OwnedGapSet, controls: GapSet, window: Window, kinds: number): PileUp => ({
  window,
  hits: hitsIn(failures, window),
  pValue: chanceOfPileUp(failures, controls, window, WIDTHS.length * kinds),
});

/** Places that are reported; the rest of the failures is searched again once these are explained. */
const MOST_PLACES = 2;

const areApart = (one: Window, other: Window): boolean =>
  one.low > other.low + other.width || other.low > one.low + one.width;

/**
 * Looks for places where the gaps of failures pile up beyond luck, over all places and widths.
 *
 * @param kinds - how many kinds of gaps are searched in all, for the correction of the chance
 * @param largestPValue - what still counts as a pile-up
 * @returns the least likely pile-ups that do not overlap, the least likely first
 */
export function largestPileUps(
  failures: OwnedGapSet,
  controls: GapSet,
  { kinds, largestPValue }: { readonly kinds: number; readonly largestPValue: number },
): readonly PileUp[] {
  if (failures.ownerCount < FEWEST_HITS) return [];
  const found = WIDTHS.flatMap((width) => scanWidth(failures, controls, width))
    .map(({ window }) => pileUpAt(failures, controls, window, kinds))
    .filter(({ pValue }) => pValue <= largestPValue)
    .sort((one, other) => one.pValue - other.pValue);
  const kept: PileUp[] = [];
  for (const pileUp of found) {
    if (kept.length === MOST_PLACES) break;
    const place = narrowest(found, pileUp, largestPValue);
    if (kept.every(({ window }) => areApart(window, place.window))) kept.push(place);
  }
  return kept;
}
