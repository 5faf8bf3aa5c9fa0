import type { Explain } from './explanation.ts';
import type { LogView } from './log-view.ts';
import { explainedBy, oddsOf } from './odds.ts';
import { placeOf } from './place.ts';
import { percent } from './words.ts';

const FEWEST_FAILURES = 3;
/** Sizes that are tried: each failing request's own, at most so many. */
const MOST_SIZES = 60;
/** A body below this arrives with the head of its request, before a server can refuse it. */
const SMALLEST_BYTES = 2000;

/** Of answered requests on a route: how many there are, and how many had a body at least so large. */
interface OnRoute {
  readonly count: number;
  readonly large: number;
}

function answeredByRoute({ tally }: LogView, bytes: number): ReadonlyMap<number, OnRoute> {
  const routes = new Map<number, { count: number; large: number }>();
  const { paths, bodyBytes } = tally.answered;
  for (let at = 0; at < paths.length; at++) {
    const body = bodyBytes[at] ?? -1;
    if (body < 0) continue;
    const route = (paths[at] ?? 0) >>> 16;
    const known = routes.get(route);
    const large = body >= bytes ? 1 : 0;
    if (known === undefined) routes.set(route, { count: 1, large });
    else {
      known.count++;
      known.large += large;
    }
  }
  return routes;
}

/**
 * Chance that a request like the failed one has so large a body: of all requests, and of the answered ones on its
 * route. Where no small body is answered on the route, nothing says that it is the size.
 */
function ratiosAt(view: LogView, bytes: number): Float64Array {
  const { tally, failures } = view;
  const ofAll = Math.max(1, tally.bodySizes.countFrom(bytes)) / tally.requests;
  const routes = answeredByRoute(view, bytes);
  return Float64Array.from(failures, ({ bodyBytes, packedPath, targetSeconds }) => {
    if (bodyBytes < bytes || targetSeconds < 0) return 0;
    const { count = 0, large = 0 } = routes.get(packedPath >>> 16) ?? {};
    return 1 / Math.max(ofAll, (large + 1) / (count + 1.5));
  });
}

function sizesToTry({ failures }: LogView, weights: Float64Array): number[] {
  const sizes = failures
    .filter(({ bodyBytes }, at) => bodyBytes >= SMALLEST_BYTES && (weights[at] ?? 0) > 0.3)
    .map(({ bodyBytes }) => bodyBytes)
    .sort((a, b) => a - b);
  if (sizes.length < FEWEST_FAILURES) return [];
  const distinct = [...new Set(sizes)];
  const step = Math.max(1, Math.ceil(distinct.length / MOST_SIZES));
  return distinct.filter((_, at) => at % step === 0);
}

const bytesText = (bytes: number): string =>
  bytes >= 1e6 ? `${Number((bytes / 1e6).toPrecision(2))} MB` : `${Number((bytes / 1e3).toPrecision(2))} kB`;

/** Requests with large bodies fail where the same routes answer small ones. */
export const explainByRequestBody: Explain = (view, weights) => {
  const sizes = sizesToTry(view, weights);
  return sizes.map((bytes) => ({
    kind: 'request-body',
    ratios: ratiosAt(view, bytes),
    searchedNats: Math.log(sizes.length),

    tell: (responsible) => {
      const explained = explainedBy(view, responsible);
      const share = view.tally.bodySizes.countFrom(bytes) / view.tally.requests;
      return {
        fact: `have a body of ${bytesText(bytes)} or more, as ${percent(share)} of all requests have; smaller ones on the same paths are answered`,
        where: placeOf(view, explained),
        causes: oddsOf([
          ['request-body-refused', 0.88],
          ['malformed-response', 0.04],
          ['worker-timeout', 0.03],
        ]),
      };
    },
  }));
};
