import { lowerBound } from '../keep-alive/pool.ts';
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
