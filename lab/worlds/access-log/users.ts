import type { Arrival } from './arrival.ts';
import { clientAddress } from './client-address.ts';
import { swing } from './fault.ts';
import type { Random } from './random.ts';
import { cumulative, drawFrom, type Route, zipfWeights } from './routes.ts';
import type { Users } from './traffic.ts';

/** Requests of one page come within this time. */
const PAGE_SECONDS = 0.6;
/** Few of the ids of a path get most of the requests. */
const ID_ZIPF = 0.7;
/** Where visitors' numbers begin; choreographies take numbers of their own. */
const FIRST_CLIENT = 1024;

function statusOf({ statuses }: Route, random: Random): number | undefined {
  if (!statuses) return undefined;
  let left = random.next();
  for (const [status, share] of Object.entries(statuses)) {
    left -= share;
    if (left < 0) return Number(status);
  }
  return undefined;
}

/** Draws requests by the weights of the routes. */
function requester(routes: readonly Route[], random: Random) {
  const weights = cumulative(routes.map(({ weight }) => weight));
  const ids = routes.map((route) => cumulative(zipfWeights(route.ids ?? 1, ID_ZIPF)));
  return (at: number, client: string): Arrival => {
    const drawn = drawFrom(weights, random);
    const route = routes[drawn];
    if (!route) throw new Error('no routes');
    const status = statusOf(route, random);
    const { bodyBytes, bodySigma = 0 } = route;
    return {
      at,
      client,
      method: route.method,
      path: route.ids
        ? route.path.replace('{id}', String(1 + drawFrom(ids[drawn] ?? new Float64Array(1), random)))
        : route.path,
      retry: false,
      work: route.work ?? 1,
      ...(bodyBytes === undefined
        ? {}
        : { bodyBytes: Math.round(bodyBytes * Math.exp(random.normal(0, bodySigma))) }),
      ...(status === undefined ? {} : { status }),
    };
  };
}

/** Visits as they begin by chance, page after page. */
export function* visits(random: Random, duration: number, users: Users): Generator<Arrival> {
  const { rate, cycle, pagesPerVisit, requestsPerPage, pauseSeconds, pauseSigma } = users;
  const clients = cumulative(zipfWeights(users.clients, users.zipf));
  const request = requester(users.routes, random);
  const most = 1 + (cycle?.depth ?? 0);
  const meanPause = (pagesPerVisit * requestsPerPage) / (rate * most);
  for (let begin = random.exponential(meanPause); begin < duration; begin += random.exponential(meanPause)) {
    if (cycle && !random.chance(swing(cycle, begin) / most)) continue;
    const client = clientAddress(FIRST_CLIENT + drawFrom(clients, random));
    const pages = 1 + Math.floor(random.exponential(pagesPerVisit - 0.5));
    for (let page = 0, at = begin; page < pages && at < duration; page++) {
      yield request(at, client);
      const more = requestsPerPage > 1 ? Math.floor(random.exponential(requestsPerPage - 0.5)) : 0;
      for (let extra = 0; extra < more; extra++)
        yield request(at + random.between(0.02, PAGE_SECONDS), client);
      at += pauseSeconds * Math.exp(random.normal(0, pauseSigma));
    }
  }
}
