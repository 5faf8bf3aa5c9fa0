import type { Failure } from '../tally/failure.ts';
import { bestFit, LEAST_GAIN_NATS } from './formula.ts';
import { type LogView, weightsByMoment } from './log-view.ts';

/** What mostly fails does so for itself, however long it takes. */
const MOST_OF_REQUESTS = 0.5;
/** Failures of which less is left to be explained have a reason. */
const MOST_EXPLAINED = 0.5;
const SHORTEST_SECONDS = 0.01;
/** Paths that break off less than so many times as often as others, for the time they take, are like these. */
const TIMES_AS_OFTEN = 3;

/** Failures of some paths, and what was searched to find these. */
export interface OfPaths {
  readonly isOfPaths: (packedPath: number) => boolean;
  /** Requests for these paths. */
  readonly requests: number;
  readonly searchedNats: number;
}

/** Sent, never answered, and not at once: a target that closes on arrival has not begun to work. */
const isBrokenWork = ({ signature, targetSeconds }: Failure): boolean =>
  (signature === 'midRequest' || signature === 'closedOnReuse') && targetSeconds >= SHORTEST_SECONDS;

/** Which share of all the time that targets worked on requests they worked on requests for some paths. */
function shareOfWork({ tally, failures }: LogView, isOfPaths: OfPaths['isOfPaths']): number {
  const { paths, targetSeconds, seen } = tally.answered;
  let [own, all] = [0, 0];
  const add = (packedPath: number, seconds: number) => {
    all += seconds;
    if (isOfPaths(packedPath)) own += seconds;
  };
  const answeredEach = seen / Math.max(1, paths.length);
  for (let at = 0; at < paths.length; at++)
    add(paths[at] ?? 0, answeredEach * Math.max(0, targetSeconds[at] ?? 0));
  const failedEach = tally.elb502 / Math.max(1, failures.length);
  for (const failure of failures) add(failure.packedPath, failedEach * Math.max(0, failure.targetSeconds));
  return all === 0 ? 0 : own / all;
}

/** How much work broke off on some paths and on all others. */
function sumsOf({ failures }: LogView, isOfPaths: OfPaths['isOfPaths'], weights: Float64Array) {
  let [own, others] = [0, 0];
  for (const [at, failure] of failures.entries()) {
    if (!isBrokenWork(failure)) continue;
    if (isOfPaths(failure.packedPath)) own += weights[at] ?? 0;
    else others += weights[at] ?? 0;
  }
  return { own, others };
}

/**
 * The share of all work in progress that paths have whose failures are no more than that: whatever ends work at any
 * time (a process that dies, a network that cuts) hits what takes long more often. null where the paths fail more
 * often than that, mostly, or before any work.
 *
 * @param weights - how much of each failure is still to be explained
 */
export function workInProgressOf(
  view: LogView,
  weights: Float64Array,
  { isOfPaths, requests, searchedNats }: OfPaths,
): number | null {
  const { failures, tally } = view;
  const own = failures.filter(
    ({ packedPath }, at) => isOfPaths(packedPath) && (weights[at] ?? 0) > MOST_EXPLAINED,
  );
  const broken = own.filter(isBrokenWork).length;
  if (broken <= own.length / 2) return null;
  const failed = (own.length * tally.elb502) / failures.length;
  if (failed > MOST_OF_REQUESTS * requests) return null;
  const share = shareOfWork(view, isOfPaths);
  if (share === 0) return null;
  const each = weightsByMoment(view, weights);
  const counted = sumsOf(view, isOfPaths, each);
  const isAsOften = counted.own * (1 - share) < TIMES_AS_OFTEN * counted.others * share;
  const ratios = Float64Array.from(failures, (failure) =>
    !isBrokenWork(failure) ? 1 : isOfPaths(failure.packedPath) ? 1 / share : 0,
  );
  return isAsOften || bestFit(ratios, each).gainNats - searchedNats < LEAST_GAIN_NATS ? share : null;
}
