import type { Random } from './random.ts';
import type { Ask, Client } from './request.ts';

/** A route of an application: how often it is asked, and what it takes. */
export interface Route {
  readonly weight: number;
  readonly method: string;
  readonly path: (random: Random) => string;
  readonly medianSeconds: number;
  readonly sigma: number;
  readonly bodyBytes?: (random: Random) => number;
}

const WORDS =
  'accounts basket books carriers claims drafts events feeds grants hotels images journeys keys ledgers media notes offers parcels quotes rates seats tickets users visits wallets zones'.split(
    ' ',
  );

const AGENTS = [
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0 Safari/537.36',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148',
  'okhttp/5.1.0',
  'python-requests/2.32.4',
  'Go-http-client/1.1',
];

export function fixedRoute(path: string, weight: number, medianSeconds: number, method = 'GET'): Route {
  return { weight, method, path: () => path, medianSeconds, sigma: 0.5 };
}

/** The routes of an application: a few are asked most, many have ids in their paths, some take bodies. */
export function drawRoutes(random: Random): Route[] {
  const prefix = random.pick(['', '/api', '/v2', '/api/v1']);
  return Array.from({ length: random.integer(4, 18) }, (_, rank): Route => {
    const word = random.pick(WORDS);
    const ids = random.chance(0.5) ? random.integer(3, 3_000) : 0;
    const method = random.weighted([
      { weight: 7, is: 'GET' },
      { weight: 2, is: 'POST' },
      { weight: 0.5, is: 'PUT' },
      { weight: 0.5, is: 'DELETE' },
    ]).is;
    const hasBody = method === 'POST' || method === 'PUT';
    const typicalBytes = random.scale(80, 4_000);
    return {
      weight: 1 / (rank + 1) ** random.between(0.7, 1.3),
      method,
      path: (each) => `${prefix}/${word}${ids > 0 ? `/${each.integer(1, ids)}` : ''}${tail(rank)}`,
      medianSeconds: random.scale(0.003, 0.3),
      sigma: random.between(0.3, 0.9),
      ...(hasBody ? { bodyBytes: (each: Random) => Math.round(each.logNormal(typicalBytes, 0.8)) } : {}),
    };
  });
}

const tail = (rank: number): string => ['', '', '/items', '/summary', '/recent'][rank % 5] ?? '';

export function drawClients(random: Random, count: number): Client[] {
  return Array.from({ length: count }, () => ({
    address: `${random.integer(11, 190)}.${random.integer(0, 255)}.${random.integer(0, 255)}.${random.integer(1, 254)}`,
    userAgent: random.pick(AGENTS),
  }));
}

export function askOf(route: Route, client: Client, random: Random): Ask {
  return {
    client,
    method: route.method,
    path: route.path(random),
    bodyBytes: route.bodyBytes?.(random) ?? 0,
    workSeconds: random.logNormal(route.medianSeconds, route.sigma),
  };
}
