import type { Failure } from '../tally/failure.ts';
import type { Explain } from './explanation.ts';
import { counted, percent } from './fact-text.ts';
import { bestKeySet } from './key-set.ts';
import type { LogView } from './log-view.ts';
import { explainedBy, oddsOf, signatureSharesOf } from './odds.ts';
import { placeOf } from './place.ts';

const FEWEST_FAILURES = 2;
/** A route with more of the requests than this is no route of its own: the service has hardly another. */
const LARGEST_ROUTE_SHARE = 0.5;
/** From so many clients on it is no property of one caller. */
const SEVERAL_CLIENTS = 3;
/** One caller that fails as often, on as many routes, fails for itself. */
const MANY_FAILURES = 15;
const SEVERAL_ROUTES = 3;

/** Clients whose failures are all on one route: it may be the route that fails, whoever asks. */
function clientsOfOneRoute({ failures, tally }: LogView): ReadonlySet<number> {
  const routes = new Map<number, Set<number>>();
  for (const { client, route } of failures) {
    const known = routes.get(client);
    if (known) known.add(route);
    else routes.set(client, new Set([route]));
  }
  const found = [...routes].filter(([, own]) => {
    const [route] = own;
    return (
      own.size === 1 &&
      route !== undefined &&
      tally.routes.count(route) / tally.requests < LARGEST_ROUTE_SHARE
    );
  });
  return new Set(found.map(([client]) => client));
}

/**
 * Counts failures of a client between which its target group answered nothing once: a target that is down fails all
 * that a client sends it.
 */
function occasionWeights({ failures }: LogView, weights: Float64Array): Float64Array {
  const seen = new Set<string>();
  return Float64Array.from(failures, ({ client, node, groupRun }, at) => {
    const occasion = `${client} ${node} ${groupRun}`;
    if (groupRun !== 0 && seen.has(occasion)) return 0;
    seen.add(occasion);
    return weights[at] ?? 0;
  });
}

/** Whether the failures are so many, and on so many routes, that nothing but the client can be what they share. */
function isOfClients(failures: readonly Failure[], clients: number): boolean {
  if (clients >= SEVERAL_CLIENTS) return true;
  return (
    failures.length >= MANY_FAILURES && new Set(failures.map(({ route }) => route)).size >= SEVERAL_ROUTES
  );
}

/** Failures keep to few clients. */
export const explainByClient: Explain = (view, weights) => {
  const { tally } = view;
  const ofOneRoute = clientsOfOneRoute(view);
  const set = bestKeySet(view, occasionWeights(view, weights), {
    keyOf: ({ client }) => (ofOneRoute.has(client) ? undefined : client),
    shareOf: (client) => tally.clients.count(client) / tally.requests,
    distinct: tally.clients.distinct(),
    fewest: FEWEST_FAILURES,
  });
  if (set === null) return [];
  const { ratios, searchedNats, keys } = set;
  const requests = [...keys].reduce((sum, key) => sum + tally.clients.count(key), 0);
  return [
    {
      kind: 'client',
      ratios,
      searchedNats,
      weights: (left) => occasionWeights(view, left),

      statement: (responsible) => {
        const explained = explainedBy(view, responsible);
        const refused = signatureSharesOf(view, responsible).neverDispatched > 0.5;
        return {
          fact: `are of ${counted(keys.size, 'client')} with ${percent(requests / tally.requests)} of all requests, on more than one path`,
          where: placeOf(view, explained),
          causes: refused
            ? oddsOf([['connection-refused', 0.2]])
            : oddsOf([
                ['response-header-too-large', isOfClients(explained, keys.size) ? 0.78 : 0.6],
                ['malformed-response', 0.12],
              ]),
        };
      },
    },
  ];
};
