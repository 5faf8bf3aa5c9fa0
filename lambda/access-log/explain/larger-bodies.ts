import type { Failure } from '../tally/failure.ts';
import { SMALLEST_LARGE_BYTES } from '../tally/large-bodies.ts';
import type { LogView } from './log-view.ts';
import { rankSum } from './rank-sum.ts';

/** Sizes that differ by so many standard deviations do not do so by lot. */
const CLEARLY_DEVIATIONS = 3;
/** So many of the failures are uploads, or they have something else in common. */
const NEARLY_ALL = 0.8;

const routeOf = (packedPath: number): number => packedPath >>> 16;

/** Sizes of bodies by the route of their requests. */
function sizesByRoute(failures: readonly Failure[]): ReadonlyMap<number, number[]> {
  const ofRoutes = new Map<number, number[]>();
  for (const { packedPath, bodyBytes } of failures) {
    const own = ofRoutes.get(routeOf(packedPath));
    if (own) own.push(bodyBytes);
    else ofRoutes.set(routeOf(packedPath), [bodyBytes]);
  }
  return ofRoutes;
}

/**
 * Whether uploads that failed are larger than those for the same routes that were answered (rank sum of Mann and Whitney,
 * over all routes): where they may break off at any byte, the largest fail most often.
 */
export function haveLargerBodies({ tally: { largeBodies } }: LogView, failures: readonly Failure[]): boolean {
  const uploads = failures.filter(({ bodyBytes }) => bodyBytes >= SMALLEST_LARGE_BYTES);
  if (uploads.length < NEARLY_ALL * failures.length) return false;
  let [above, variance] = [0, 0];
  for (const [route, failed] of sizesByRoute(uploads)) {
    const answered = largeBodies.bytesOf(({ packedPath }) => routeOf(packedPath) === route);
    const ofRoute = rankSum(failed, answered);
    above += ofRoute.above;
    variance += ofRoute.variance;
  }
  return above > CLEARLY_DEVIATIONS * Math.sqrt(variance);
}
