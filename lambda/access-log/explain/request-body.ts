import type { Failure } from '../tally/failure.ts';
import { SMALLEST_LARGE_BYTES } from '../tally/large-bodies.ts';
import { agreementWithLimit, failSmallerToo, limitStays } from './body-limit.ts';
import type { Explain } from './explanation.ts';
import { percent } from './fact-text.ts';
import type { LogView } from './log-view.ts';
import { type CauseOdds, explainedBy, oddsOf, openOdds } from './odds.ts';
import { relativeDemandOf } from './path-controls.ts';
import { placeOf } from './place.ts';
import { type TimeoutSign, timeoutSignOf } from './timeout-sign.ts';

const FEWEST_FAILURES = 3;
/** Sizes that are tried: each failing request's own, at most so many. */
const MOST_SIZES = 60;
/** What it must say beyond the route that the bodies are sent to. */
const MORE_THAN_ROUTE_NATS = 3;
const FEWEST_SMALLER = 2;
/** What the size says where all bodies of a route are large: less than the route itself. */
const LESS_THAN_ROUTE = 0.5;

/** Where the answered ones agree less than this with a limit, the size says no more than the route either. */
const AGREES_SOMEWHAT = 0.75;

/** Answered requests of a route with a body smaller than that of the failed one, and with one as large. */
interface Answered {
  smaller: number;
  asLarge: number;
}

function answeredByRoute({ tally }: LogView, bytes: number): ReadonlyMap<number, Answered> {
  const routes = new Map<number, Answered>();
  const { paths, bodyBytes } = tally.answered;
  for (let at = 0; at < paths.length; at++) {
    const body = bodyBytes[at] ?? -1;
    if (body < 0) continue;
    const route = (paths[at] ?? 0) >>> 16;
    const answered = routes.get(route) ?? { smaller: 0, asLarge: 0 };
    if (body < bytes) answered.smaller++;
    else answered.asLarge++;
    routes.set(route, answered);
  }
  return routes;
}

/**
 * How much more often than otherwise the routes whose large bodies fail are asked for at the time, and with them large
 * bodies.
 */
function demandOf(view: LogView, bytes: number): number {
  const { failures, tally } = view;
  const large = failures.filter(({ bodyBytes }) => bodyBytes >= bytes);
  const [packed, routes] = [new Set<number>(), new Set<number>()];
  for (const { packedPath, route } of large) {
    packed.add(packedPath >>> 16);
    routes.add(route);
  }
  const requests = [...routes].reduce((sum, route) => sum + tally.routes.count(route), 0);
  return relativeDemandOf(view, large, (path) => packed.has(path >>> 16), requests / tally.requests);
}

const NOTHING_ANSWERED: Answered = { smaller: 0, asLarge: 0 };

/** Without some smaller ones, or with more that were as large and answered, nothing says that it is the size. */
const isOfSize = ({ smaller, asLarge }: Answered): boolean => smaller >= FEWEST_SMALLER && smaller >= asLarge;

/**
 * Chance that a request like the failed one has so large a body: the share of such requests at the time. Where no smaller body is
 * answered on the route, or more that are as large, it is the route that fails, and this says no more than that.
 */
function ratiosAt(view: LogView, bytes: number, demand: number): Float64Array {
  const { tally, failures } = view;
  const largeShare = Math.max(1, tally.bodySizes.countFrom(bytes)) / tally.requests;
  const ofAll = Math.min(1, demand * largeShare);
  const answered = answeredByRoute(view, bytes);
  const mayBeLimit = agreementWithLimit(view, bytes, failures).share >= AGREES_SOMEWHAT;
  return Float64Array.from(failures, ({ bodyBytes, packedPath, route, targetSeconds }) => {
    if (bodyBytes < bytes || targetSeconds < 0) return 0;
    if (mayBeLimit && isOfSize(answered.get(packedPath >>> 16) ?? NOTHING_ANSWERED)) return 1 / ofAll;
    return LESS_THAN_ROUTE / Math.max(ofAll, tally.routes.count(route) / tally.requests);
  });
}

function sizesToTry({ failures }: LogView, weights: Float64Array): number[] {
  const sizes = failures
    .filter(({ bodyBytes }, at) => bodyBytes >= SMALLEST_LARGE_BYTES && (weights[at] ?? 0) > 0.3)
    .map(({ bodyBytes }) => bodyBytes)
    .sort((a, b) => a - b);
  if (sizes.length < FEWEST_FAILURES) return [];
  const distinct = [...new Set(sizes)];
  const step = Math.max(1, Math.ceil(distinct.length / MOST_SIZES));
  return distinct.filter((_, at) => at % step === 0);
}

const bytesText = (bytes: number): string =>
  bytes >= 1e6 ? `${Number((bytes / 1e6).toPrecision(2))} MB` : `${Number((bytes / 1e3).toPrecision(2))} kB`;

/** Whether on the routes of these more bodies as large were answered than smaller ones: then they hardly failed for size. */
function areAnsweredAsLarge(view: LogView, bytes: number, failures: readonly Failure[]): boolean {
  const answered = answeredByRoute(view, bytes);
  let [smaller, asLarge] = [0, 0];
  for (const route of new Set(failures.map(({ packedPath }) => packedPath >>> 16))) {
    smaller += answered.get(route)?.smaller ?? 0;
    asLarge += answered.get(route)?.asLarge ?? 0;
  }
  return asLarge > smaller;
}

/**
 * A server refuses a body soon; what always breaks off after one long time, however large the body, met a timeout.
 * Where many smaller ones fail as well, each byte may break off rather than what is above a limit. A limit is the less
 * likely, the more bodies above it are answered.
 */
function causesOf(timeout: TimeoutSign, stays: number, smallerFail: boolean): CauseOdds {
  if (timeout === 'none')
    return oddsOf([
      ['request-body-refused', stays * (smallerFail ? 0.75 : 0.93)],
      ['malformed-response', 0.03],
      ['worker-timeout', 0.02],
    ]);
  const isLikely = timeout === 'likely';
  return oddsOf([
    ['worker-timeout', isLikely ? 0.78 : 0.5],
    ['request-body-refused', stays * (isLikely ? 0.15 : 0.4)],
    ['malformed-response', 0.03],
  ]);
}

/** Requests with large bodies fail where the same routes answer small ones. */
export const explainByRequestBody: Explain = (view, weights) => {
  const sizes = sizesToTry(view, weights);
  const demand = demandOf(view, sizes[0] ?? 0);
  return sizes.map((bytes) => ({
    kind: 'request-body',
    ratios: ratiosAt(view, bytes, demand),
    searchedNats: Math.log(sizes.length) + Math.log(2 * view.tally.routes.distinct()) + MORE_THAN_ROUTE_NATS,

    statement: (responsible) => {
      const explained = explainedBy(view, responsible);
      const share = view.tally.bodySizes.countFrom(bytes) / view.tally.requests;
      const isOpen = areAnsweredAsLarge(view, bytes, explained);
      const agreement = agreementWithLimit(view, bytes, explained);
      const smallerFail = failSmallerToo(view, bytes, explained);
      const stays = limitStays(view, bytes, explained, agreement);
      const causes = causesOf(timeoutSignOf(view, explained), stays, smallerFail);
      const others = isOpen
        ? 'more as large than smaller ones'
        : smallerFail
          ? 'most smaller ones'
          : 'smaller ones';
      return {
        fact: `have a body of ${bytesText(bytes)} or more, as ${percent(share)} of all requests have; ${percent(agreement.failedShare)} of those as large fail, and ${others} on the same paths are answered`,
        where: placeOf(view, explained),
        causes: isOpen ? openOdds(causes) : causes,
      };
    },
  }));
};
