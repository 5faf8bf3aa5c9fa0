import type { KeepAliveEstimate } from '../../model/access-log-summary.ts';
import { bandAround, chancesOfHit } from './chance.ts';
import { ALL_GAPS, gapsToAnswers, type Range } from './distances.ts';
import { narrowAmongAll } from './narrow-place.ts';
import type { FailureSample } from './sample.ts';
import { gapsFor, lookedAt, momentsOf, tookSeconds } from './sample-gaps.ts';
import { largestPileUps, type PileUp, pileUpAt } from './scan.ts';

/** A pile-up is believed where luck makes one as good less often than this. */
const LARGEST_P_VALUE = 1e-5;
/** Far back, regular traffic lines up with itself in more ways than its neighbours show. */
const FAR_SECONDS = 300;
const FAR_LARGEST_P_VALUE = 1e-10;
const FEWEST_FAILURES = 3;
/** All earlier answers, and the one answer that pairs with the request in a last-in-first-out pool. */
const KINDS_OF_GAPS = 2;
/** Wider than any round trip: the server's own timer is coarse, and its earliest close is what counts. */
const WIDEST_ROUND_TRIP_SECONDS = 0.1;

const ROUNDING_SECONDS = 1e-5;

/** Bounds that one failure sets: the connection was still believed open when it was sent, and known closed at its end. */
interface Bounds {
  readonly low: number;
  readonly high: number;
}

function boundsOf(samples: readonly FailureSample[], pileUp: PileUp, paired: boolean): readonly Bounds[] {
  // The window begins at a gap that was rounded to microseconds.
  const low = pileUp.window.low - ROUNDING_SECONDS;
  const width = pileUp.window.width + 2 * ROUNDING_SECONDS;
  const centre = low + width / 2;
  const around: Range = { shortest: low - 1e-3, longest: low + width + 1e-3 };
  return samples.flatMap((sample) => {
    const gaps = paired
      ? [tookSeconds(sample) + sample.idleSeconds]
      : gapsToAnswers(sample.ends, sample.sentSeconds, sample.endSeconds, sample.ends.length, around);
    let nearest = Number.NaN;
    for (let at = 0; at < gaps.length; at++) {
      const gap = gaps[at] ?? Number.NaN;
      if (gap >= low && gap <= low + width && !(Math.abs(gap - centre) >= Math.abs(nearest - centre)))
        nearest = gap;
    }
    if (Number.isNaN(nearest)) return [];
    return [{ low: nearest - tookSeconds(sample), high: nearest }];
  });
}

/** Lines carry milliseconds; more digits would say more than is known. */
const round = (seconds: number): number => Math.round(seconds * 1e3) / 1e3;

const spreadOf = (bounds: readonly Bounds[]) => ({
  first: Math.min(...bounds.map(({ low }) => low)),
  last: Math.max(...bounds.map(({ high }) => high)),
});

/** A wide pile-up holds failures by luck too: where this share of them agrees on one time, it is that time. */
const MOST_AGREE = 0.6;

/** Of a wide pile-up, the failures that agree on the time most agree on; all, where that is not most of them. */
function agreeing(bounds: readonly Bounds[]): readonly Bounds[] {
  const { first, last } = spreadOf(bounds);
  if (last - first <= WIDEST_ROUND_TRIP_SECONDS) return bounds;
  let most: readonly Bounds[] = [];
  for (const { low } of bounds) {
    const around = bounds.filter((other) => other.low <= low && low <= other.high);
    if (around.length > most.length) most = around;
  }
  return most.length >= Math.max(FEWEST_FAILURES, MOST_AGREE * bounds.length) ? most : bounds;
}

/** The seconds that agree with all failures, or where they disagree, the edge of their spread. */
function combine(bounds: readonly Bounds[]): Pick<KeepAliveEstimate, 'seconds' | 'low' | 'high'> {
  const latestSend = Math.max(...bounds.map((bound) => bound.low));
  const earliestEnd = Math.min(...bounds.map((bound) => bound.high));
  if (latestSend <= earliestEnd)
    return {
      seconds: round((latestSend + earliestEnd) / 2),
      low: round(latestSend),
      high: round(earliestEnd),
    };
  const { first, last } = spreadOf(bounds);
  const spacing = (last - first) / Math.max(2, bounds.length - 1);
  if (last - first > WIDEST_ROUND_TRIP_SECONDS)
    return { seconds: round(first), low: round(Math.max(0, first - spacing)), high: round(last) };
  return { seconds: round(last), low: round(first), high: round(last + spacing) };
}

/** A pile-up among the gaps to all answers, or to the one that pairs with the request. */
export interface Place {
  readonly pileUp: PileUp;
  readonly paired: boolean;
  /** What a wide pile-up among pairs stands for, where the pool is not last in, first out. */
  readonly narrow?: PileUp;
}

/** A wide pile-up among pairs, with the narrow one among all answers that it stands for. */
function withNarrow(samples: readonly FailureSample[], place: Place): readonly Place[] {
  const { pileUp, paired } = place;
  if (!paired || pileUp.window.width <= WIDEST_ROUND_TRIP_SECONDS) return [place];
  const narrow = narrowAmongAll(samples, pileUp);
  return narrow === null
    ? [place]
    : [
        { ...place, narrow },
        { pileUp: narrow, paired: false },
      ];
}

const isFarAndDoubtful = ({ pileUp: { window, pValue } }: Place): boolean =>
  window.low > FAR_SECONDS && pValue > FAR_LARGEST_P_VALUE;

/**
 * Where failures pile up: the seconds at which answers of the same target, through the same node, stand before the
 * failures more often than luck and the requests around them explain. The least likely place first.
 *
 * @param samples - failures that may be the idle race
 * @param largestPValue - what still counts as a pile-up, after correction for the search
 */
export function placesOf(
  samples: readonly FailureSample[],
  largestPValue: number = LARGEST_P_VALUE,
): readonly Place[] {
  if (samples.length < FEWEST_FAILURES) return [];
  const search = { kinds: KINDS_OF_GAPS, largestPValue };
  return [false, true]
    .flatMap((paired): Place[] => {
      const { failures, controls } = gapsFor(samples, paired, ALL_GAPS);
      return largestPileUps(failures, controls, search).map((pileUp) => ({ pileUp, paired }));
    })
    .filter((place) => !isFarAndDoubtful(place))
    .sort((one, other) => one.pileUp.pValue - other.pileUp.pValue)
    .flatMap((place) => withNarrow(samples, place));
}

/** The same place for some of the failures, if these pile up there beyond luck; null where they do not. */
export function placeAt(
  samples: readonly FailureSample[],
  near: Place,
  largestPValue: number = LARGEST_P_VALUE,
): Place | null {
  if (samples.length < FEWEST_FAILURES) return null;
  const { window } = near.pileUp;
  const { failures, controls } = gapsFor(samples, near.paired, bandAround(window));
  const pileUp = pileUpAt(failures, controls, window, KINDS_OF_GAPS);
  return pileUp.hits >= FEWEST_FAILURES && pileUp.pValue <= largestPValue ? { ...near, pileUp } : null;
}

/** Chance of each failure to have an answer at this place by luck, from the answers and requests around it. */
export function chancesAt(samples: readonly FailureSample[], { pileUp, paired }: Place): readonly number[] {
  const each = paired ? samples : lookedAt(samples);
  const { failures, controls } = gapsFor(samples, paired, bandAround(pileUp.window));
  const ofMoment = chancesOfHit(failures, controls, pileUp.window);
  const { owners } = momentsOf(each);
  const known = new Map(each.map((sample, at) => [sample, ofMoment[owners[at] ?? 0] ?? 1]));
  const sum = [...known.values()].reduce((total, chance) => total + chance, 0);
  const middle = sum / Math.max(1, known.size);
  return samples.map((sample) => known.get(sample) ?? middle);
}

/**
 * The keep-alive that failures at a place agree on.
 *
 * @param failureCount - how many failures the samples stand for, where not every one was sampled
 */
export function estimateAt(
  samples: readonly FailureSample[],
  { pileUp, paired, narrow }: Place,
  failureCount: number,
): KeepAliveEstimate | null {
  const bounds = agreeing(boundsOf(samples, narrow ?? pileUp, paired && narrow === undefined));
  if (bounds.length === 0) return null;
  const failures = Math.round((bounds.length / samples.length) * failureCount);
  return { ...combine(bounds), failures, pValue: Math.max(pileUp.pValue, Number.MIN_VALUE) };
}
