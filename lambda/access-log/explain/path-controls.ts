import { isAnyBetween, lowerBound } from '../keep-alive/pool.ts';
import type { Failure } from '../tally/failure.ts';
import { type LogView, streamOf } from './log-view.ts';
import { streamIndex } from './stream-index.ts';

const MOST_FAILURES = 200;
/** Answered requests on either side of a failure that are like it in time. */
const MOST_BESIDE = 8;
const BESIDE_SECONDS = 10;
const FEWEST_CONTROLS = 60;
/** Up to this much more often at such times is what chance gives. */
const SOMEWHAT_MORE = 1.5;

/**
 * How much more often some paths are asked for, and answered, at the moments at which they fail than otherwise: what is
 * asked when a service has more than it can do fails then, as would anything else. 1 where that cannot be told.
 *
 * @param failures - of these paths
 * @param share - of all requests that ask for one of the paths
 */
export function relativeDemandOf(
  view: LogView,
  failures: readonly Failure[],
  isPath: (packedPath: number) => boolean,
  share: number,
): number {
  const step = Math.max(1, Math.floor(failures.length / MOST_FAILURES));
  let [controls, hits] = [0, 0];
  for (let which = 0; which < failures.length; which += step) {
    const failure = failures[which];
    const stream = failure && streamOf(view, failure);
    if (failure === undefined || stream === undefined) continue;
    const { ends, paths } = streamIndex(stream);
    const from = lowerBound(ends, failure.sentSeconds);
    for (let at = Math.max(0, from - MOST_BESIDE); at < Math.min(ends.length, from + MOST_BESIDE); at++) {
      if (Math.abs((ends[at] ?? 0) - failure.sentSeconds) > BESIDE_SECONDS) continue;
      controls++;
      if (isPath(paths[at] ?? 0)) hits++;
    }
  }
  if (controls < FEWEST_CONTROLS || share <= 0) return 1;
  const more = hits / controls / share;
  return more > SOMEWHAT_MORE ? more : 1;
}

/** How much less likely than the paths chance must be, in nats, beside what their choice costs. */
const CLEARLY_NATS = Math.log(100);

/**
 * Whether what fails at the moments at which some paths fail keeps to these paths far beyond their share of what is asked
 * for then: it is the paths that fail, however many of their requests come together, as those of a job do.
 *
 * @param failures - of these paths
 * @param shareThen - of all requests at such moments that ask for one of the paths
 * @param searchedNats - what the choice of the paths costs
 */
export function keepsToPaths(
  view: LogView,
  failures: readonly Failure[],
  shareThen: number,
  searchedNats: number,
): boolean {
  const own = new Set(failures);
  const times = Float64Array.from(failures, ({ sentSeconds }) => sentSeconds).sort();
  let [ofPaths, others] = [0, 0];
  for (const [at, failure] of view.failures.entries()) {
    const weight = view.momentWeights[at] ?? 0;
    if (own.has(failure)) ofPaths += weight;
    else if (isAnyBetween(times, failure.sentSeconds - BESIDE_SECONDS, failure.sentSeconds + BESIDE_SECONDS))
      others += weight;
  }
  const share = ofPaths / (ofPaths + others);
  if (shareThen >= share) return false;
  // Log-likelihood of a share as large over that of the share of what is asked for.
  const nats =
    ofPaths * Math.log(share / shareThen) +
    (others === 0 ? 0 : others * Math.log((1 - share) / (1 - shareThen)));
  return nats > searchedNats + CLEARLY_NATS;
}
