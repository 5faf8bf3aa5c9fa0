import { surpriseNats } from '../keep-alive/chance.ts';
import type { Failure } from '../tally/failure.ts';
import type { LogView } from './log-view.ts';

const WIDTHS_SECONDS = [0.2, 2, 10, 60, 300, 1800, 7200];
const FEWEST_FAILURES = 3;
/** What lasts for longer than this share of the log is no stretch of it. */
const LONGEST_SHARE = 0.25;
/** Requests this shortly before and after failures belong to their time. */
const AROUND_SECONDS = 0.5;
/** As much time right before and after a stretch is held against it, but no less than this. */
const LEAST_BESIDE_SECONDS = 1;
/** Where more than this part of its rate of failures goes on beside it, it is cut out of something longer. */
const MOST_BESIDE = 0.5;
/** So many times the requests of a stretch on either side, and no fewer than these, show what is usual at that time. */
const USUAL_TIMES = 3;
const FEWEST_USUAL = 100;
/** Of a failure with less nothing is left to be explained. */
const LEAST_WEIGHT = 0.05;

/** A stretch of time in which failures came above their share of the requests. */
export interface Stretch {
  readonly firstSeconds: number;
  readonly lastSeconds: number;
  /** Share of all requests that came in it. */
  readonly share: number;
  /** Log-likelihood gained over chance, in nats, before the cost of the search is subtracted. */
  readonly gain: number;
}

/** How long a stretch may be, in a log that covers so much time. */
export const widthsFor = ({ spanSeconds }: LogView): readonly number[] =>
  WIDTHS_SECONDS.filter((width) => width <= spanSeconds * LONGEST_SHARE);

/** Numbers of those failures that are wanted, in order of their end. */
export function inOrderOfEnd(
  { failures }: LogView,
  isWanted: (failure: Failure, at: number) => boolean,
): number[] {
  const wanted = [...failures.entries()].filter(([at, failure]) => isWanted(failure, at));
  return wanted.sort(([, one], [, other]) => one.endSeconds - other.endSeconds).map(([at]) => at);
}

/** Failures that may come in a stretch. */
export interface StretchSearch {
  /** Their numbers, in order of their end. */
  readonly order: readonly number[];
  /** How much of each failure of the view counts. */
  readonly weights: Float64Array;
  /** How much counts of all among which they are to stand out. */
  readonly whole: number;
  /** Which share of the requests at any time may be such failures: 1 for those of all targets. */
  readonly part: number;
}

/** A search among the failures of all targets, by how much of each counts. */
export function searchOfAll(view: LogView, weights: Float64Array): StretchSearch {
  const order = inOrderOfEnd(view, (_, at) => (weights[at] ?? 0) > LEAST_WEIGHT);
  const whole = order.reduce((sum, at) => sum + (weights[at] ?? 0), 0);
  return { order, weights, whole, part: 1 };
}

/** Whether something came in a stretch of time. */
export const isIn = ({ firstSeconds, lastSeconds }: Stretch, seconds: number): boolean =>
  seconds >= firstSeconds && seconds <= lastSeconds;

/** The stretch in which failures come most above their share of the requests. */
export function bestStretch(
  view: LogView,
  { order, weights, whole, part }: StretchSearch,
  widthSeconds: number,
): Stretch | null {
  const { failures, tally } = view;
  const endOf = (at: number | undefined) => failures[at ?? -1]?.endSeconds ?? 0;
  const scale = tally.elb502 / Math.max(1, failures.length);
  let [best, last, inside]: [Stretch | null, number, number] = [null, 0, 0];
  for (let first = 0; first < order.length; first++) {
    const at = order[first] ?? -1;
    while (last < order.length && endOf(order[last]) <= endOf(at) + widthSeconds) {
      inside += weights[order[last] ?? -1] ?? 0;
      last++;
    }
    if (last - first >= FEWEST_FAILURES) {
      const [low, high] = [endOf(at), endOf(order[last - 1])];
      const around = part * tally.times.countBetween(low - AROUND_SECONDS, high + AROUND_SECONDS);
      const share = Math.min(1, Math.max(around, (last - first) * scale) / tally.requests);
      const gain = surpriseNats(inside, whole * share);
      if (gain > (best?.gain ?? 0)) best = { firstSeconds: low, lastSeconds: high, share, gain };
    }
    inside -= weights[at] ?? 0;
  }
  return best;
}

/** Failures and requests of a range of time. */
interface Rate {
  readonly failed: number;
  readonly requests: number;
}

/** What came in as much time right beside a stretch, and with so many requests beside it that they show what is usual. */
interface Beside {
  readonly near: Rate;
  readonly usual: Rate;
}

/** @param way - -1 for before it, 1 for after it */
function besideOf(view: LogView, weights: Float64Array, stretch: Stretch, way: -1 | 1): Beside {
  const { failures, tally, spanSeconds } = view;
  const edge = way < 0 ? stretch.firstSeconds : stretch.lastSeconds;
  const within = (seconds: number): Rate => {
    const [low, high] = way < 0 ? [edge - seconds, edge] : [edge, edge + seconds];
    const failed = failures.reduce(
      (sum, { endSeconds }, at) =>
        endSeconds !== edge && endSeconds >= low && endSeconds <= high ? sum + (weights[at] ?? 0) : sum,
      0,
    );
    return { failed, requests: tally.times.countBetween(low, high) };
  };
  let seconds = Math.max(LEAST_BESIDE_SECONDS, stretch.lastSeconds - stretch.firstSeconds);
  const near = within(seconds);
  let usual = near;
  const enough = Math.max(FEWEST_USUAL, USUAL_TIMES * stretch.share * tally.requests);
  while (usual.requests < enough && seconds < spanSeconds) {
    seconds *= 2;
    usual = within(seconds);
  }
  return { near, usual };
}

/**
 * Whether failures are clearly rarer, for the requests of the time, right before a stretch and right after it, and rarer
 * beyond chance around it: in a slow drift, or in hours of work, any part is as good as the next.
 *
 * @param weights - how much of each failure counts
 * @param leastNats - what its failures must gain over what is usual at that time
 */
export function standsOut(
  view: LogView,
  weights: Float64Array,
  stretch: Stretch,
  leastNats: number,
): boolean {
  const inside = view.failures.reduce(
    (sum, { endSeconds }, at) => (isIn(stretch, endSeconds) ? sum + (weights[at] ?? 0) : sum),
    0,
  );
  const requests = stretch.share * view.tally.requests;
  const sides = ([-1, 1] as const).map((way) => besideOf(view, weights, stretch, way));
  if (sides.some(({ near }) => near.failed > (MOST_BESIDE * inside * near.requests) / requests)) return false;
  const failed = sides.reduce((sum, { usual }) => sum + usual.failed, 0);
  const around = sides.reduce((sum, { usual }) => sum + usual.requests, 0);
  // Where nothing failed beside it, one failure might have.
  const expected = (requests * (failed + 1)) / (around + 1);
  return surpriseNats(inside, expected) > leastNats;
}
