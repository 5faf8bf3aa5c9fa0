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

/** Sizes of answered bodies of a route: large ones, and such small ones as a sample of all requests holds. */
function answeredBytesOf({ tally: { answered, largeBodies } }: LogView, route: number): number[] {
  const bytes = largeBodies.bytesOf(({ packedPath }) => routeOf(packedPath) === route);
  const { paths, bodyBytes } = answered;
  for (let at = 0; at < paths.length; at++) {
    const small = bodyBytes[at] ?? -1;
    if (small >= 0 && small < SMALLEST_LARGE_BYTES && routeOf(paths[at] ?? 0) === route) bytes.push(small);
  }
  return bytes;
}

/**
 * Whether uploads that failed are larger than those for the same routes that were answered (rank sum of Mann and Whitney,
 * over all routes): where they may break off at any byte, the largest fail most often.
 */
export function haveLargerBodies(view: LogView, failures: readonly Failure[]): boolean {
  const uploads = failures.filter(({ bodyBytes }) => bodyBytes >= SMALLEST_LARGE_BYTES);
  if (uploads.length < NEARLY_ALL * failures.length) return false;
  let [above, variance] = [0, 0];
  for (const [route, failed] of sizesByRoute(uploads)) {
    const ofRoute = rankSum(failed, answeredBytesOf(view, route));
    above += ofRoute.above;
    variance += ofRoute.variance;
  }
  return above > CLEARLY_DEVIATIONS * Math.sqrt(variance);
}
