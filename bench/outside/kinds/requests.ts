import { expects, type Kind, type Verdict } from '../kind.ts';
import { openShop, PATIENT, type Shop, type ShopOptions, scenarioOf } from '../shop.ts';
import { type Fault, Group } from '../simulation/group.ts';
import type { Random } from '../simulation/random.ts';
import type { Ask, Truth } from '../simulation/request.ts';
import { fixedRoute, type Route } from '../simulation/routes.ts';
import type { Source } from '../simulation/scenario.ts';
import { pollers, steady } from '../simulation/traffic.ts';

/** A malformed response and one with too large headers leave the same lines. */
export const BAD_RESPONSE: readonly Verdict[] = ['malformed-response', 'response-header-too-large'];

/** Breaks requests that `concerns` picks after their ordinary work. */
export function breaks(truth: Truth, concerns: (ask: Ask, random: Random) => boolean, work = 1): Fault {
  return ({ ask, random }) =>
    concerns(ask, random) ? { kind: 'break', afterSeconds: work * ask.workSeconds + 0.0005, truth } : null;
}

/** One more route that is asked by a share of the requests, and fails as `fails` says. */
function badRoute(
  name: string,
  shares: readonly [number, number],
  failing: readonly [number, number],
  options: {
    seconds?: number;
    truth?: Truth;
    method?: string;
    right?: readonly Verdict[];
    shop?: ShopOptions;
  } = {},
): Kind {
  return {
    name,
    expected: expects(options.right ?? BAD_RESPONSE, ['target-crash'], 10),
    draw: (random) => {
      const shop = openShop(random, options.shop);
      const path = random.pick(['/feeds/partner', '/api/v2/manifest', '/export/ledger', '/me/preferences']);
      const route = fixedRoute(path, 1, options.seconds ?? random.scale(0.003, 0.4), options.method);
      const share = random.scale(failing[0], failing[1]);
      shop.group.faults.push(
        breaks(options.truth ?? 'malformed-response', (ask, each) => ask.path === path && each.chance(share)),
      );
      const asking = steady(
        { ...shop.crowd, routes: [route] },
        shop.perSecond * random.scale(shares[0], shares[1]),
      );
      return { scenario: scenarioOf(shop, { events: [asking] }) };
    },
  };
}

function shopFault(
  name: string,
  expected: Kind['expected'],
  fault: (shop: Shop, random: Random) => Fault,
  more: (shop: Shop, random: Random) => readonly Source[] = () => [],
): Kind {
  return {
    name,
    expected,
    draw: (random) => {
      const shop = openShop(random);
      shop.group.faults.push(fault(shop, random));
      return { scenario: scenarioOf(shop, { events: more(shop, random) }) };
    },
  };
}

const upload = (typicalBytes: number): Route => ({
  ...fixedRoute('/documents', 1, 0.08, 'POST'),
  bodyBytes: (random) => Math.round(random.logNormal(typicalBytes, 1.3)),
});

export const BAD_RESPONSES: readonly Kind[] = [
  badRoute('path-always', [0.003, 0.05], [1, 1]),
  badRoute('path-sometimes', [0.02, 0.2], [0.03, 0.25]),
  badRoute('path-most-of-the-traffic', [0.4, 1.5], [1, 1]),
  badRoute('path-slow-work', [0.01, 0.05], [1, 1], { seconds: 1.5 }),
  badRoute('path-other-method', [0.01, 0.05], [0.5, 1], { method: 'DELETE' }),
  badRoute('path-header-too-large', [0.01, 0.1], [0.3, 1], { truth: 'response-header-too-large' }),
  badRoute('path-that-kills-its-worker', [0.005, 0.05], [1, 1], {
    truth: 'target-crash',
    right: [...BAD_RESPONSE, 'target-crash'],
  }),
  shopFault(
    'path-exact-id',
    expects(BAD_RESPONSE, [], 10),
    () => breaks('malformed-response', ({ path }) => path === '/catalogue/17'),
    (shop, random) => {
      const ids = random.integer(30, 120);
      const route = {
        ...fixedRoute('', 1, 0.02),
        path: (each: Random) => `/catalogue/${each.integer(1, ids)}`,
      };
      return [steady({ ...shop.crowd, routes: [route] }, shop.perSecond * random.between(0.2, 0.5))];
    },
  ),
  shopFault('client-large-headers', expects(BAD_RESPONSE, [], 15), ({ crowd }) => {
    const victim = crowd.clients[2];
    return breaks('response-header-too-large', ({ client }) => client === victim);
  }),
  shopFault('client-large-headers-sometimes', expects(BAD_RESPONSE, [], 20), ({ crowd }) => {
    const victim = crowd.clients[1];
    return breaks('response-header-too-large', ({ client }, each) => client === victim && each.chance(0.4));
  }),
  shopFault('clients-large-headers', expects(BAD_RESPONSE, [], 25), ({ crowd }) => {
    const victims = new Set(crowd.clients.filter((_, index) => index % 19 === 3));
    return breaks('response-header-too-large', ({ client }) => victims.has(client));
  }),
  shopFault(
    'client-on-one-path',
    expects(BAD_RESPONSE, [], null),
    ({ crowd }) => {
      const victim = crowd.clients[0];
      return breaks('malformed-response', ({ client, path }) => client === victim && path === '/sync');
    },
    ({ crowd }) => [pollers(crowd.clients.slice(0, 1), fixedRoute('/sync', 1, 0.03), 60, 2)],
  ),
];

export const BODIES: readonly Kind[] = [
  shopFault(
    'body-above-limit-one-route',
    expects(['request-body-refused'], [], 15),
    () => breaks('request-body-refused', ({ bodyBytes }) => bodyBytes > 1_048_576, 0.1),
    (shop, random) => [
      steady({ ...shop.crowd, routes: [upload(random.scale(60_000, 300_000))] }, shop.perSecond * 0.08),
    ],
  ),
  shopFault(
    'body-above-limit-several-routes',
    expects(['request-body-refused'], [], 15),
    () => breaks('request-body-refused', ({ bodyBytes }) => bodyBytes > 100_000, 0.1),
    (shop) => {
      const routes = ['/documents', '/photos', '/imports/csv'].map((path) => ({
        ...upload(25_000),
        path: () => path,
      }));
      return [steady({ ...shop.crowd, routes }, shop.perSecond * 0.1)];
    },
  ),
  shopFault(
    'body-above-limit-sometimes',
    expects(['request-body-refused'], BAD_RESPONSE, 20),
    () =>
      breaks('request-body-refused', ({ bodyBytes }, each) => bodyBytes > 200_000 && each.chance(0.5), 0.1),
    (shop) => [steady({ ...shop.crowd, routes: [upload(60_000)] }, shop.perSecond * 0.1)],
  ),
];

function slowWork(
  name: string,
  defensible: readonly Verdict[],
  timeout: (random: Random) => number,
  rules: { workerSweepSeconds?: number } = {},
  onePath = false,
): Kind {
  return {
    name: `worker-timeout-${name}`,
    expected: expects(['worker-timeout'], defensible, 12),
    draw: (random) => {
      const workerTimeoutSeconds = timeout(random);
      const shop = openShop(random, { rules: { ...PATIENT, workerTimeoutSeconds, ...rules } });
      const seconds = workerTimeoutSeconds * random.between(0.25, 0.6);
      const routes = (onePath ? ['/search'] : ['/search', '/reports', '/timeline', '/stats']).map((path) => ({
        ...fixedRoute(path, 1, seconds),
        sigma: 0.7,
      }));
      return {
        scenario: scenarioOf(shop, { events: [steady({ ...shop.crowd, routes }, shop.perSecond * 0.02)] }),
      };
    },
  };
}

export const WORKER_TIMEOUTS: readonly Kind[] = [
  slowWork('30s', [], () => 30),
  slowWork('short', [], (random) => random.pick([3, 5, 10])),
  slowWork('swept-each-second', [], () => 30, { workerSweepSeconds: 1 }),
  slowWork('one-path', [], (random) => random.pick([10, 30]), {}, true),
  {
    // The whole process is killed, with what its other threads were doing.
    name: 'worker-timeout-with-its-threads',
    expected: expects(['worker-timeout'], ['target-crash'], 15),
    draw: (random) => {
      const shop = openShop(random, { perSecond: random.scale(3, 10) });
      shop.group.faults.push(({ ask, target }) =>
        ask.workSeconds < 30
          ? null
          : {
              kind: 'break',
              afterSeconds: 30,
              truth: 'worker-timeout',
              also: () => {
                for (const flight of [...target.flights]) flight.breakOff('worker-timeout');
              },
            },
      );
      const routes = [{ ...fixedRoute('/reports', 1, 15), sigma: 0.6 }];
      return {
        scenario: scenarioOf(shop, { events: [steady({ ...shop.crowd, routes }, shop.perSecond * 0.02)] }),
      };
    },
  },
];

function lambda(name: string, fault: (random: Random) => Fault): Kind {
  return {
    name: `lambda-${name}`,
    expected: expects(['lambda-target-error'], [], 3),
    draw: (random) => {
      const shop = openShop(random);
      const group = new Group(random, { pathPrefix: '/fn', rules: PATIENT, targets: 1, isLambda: true });
      group.faults.push(fault(random));
      const routes = ['/fn/resize', '/fn/mail', '/fn/render'].map((path) => fixedRoute(path, 1, 0.2));
      const calls = steady({ ...shop.crowd, routes }, shop.perSecond * 0.2);
      return { scenario: scenarioOf(shop, { groups: [shop.group, group], events: [calls] }) };
    },
  };
}

export const LAMBDAS: readonly Kind[] = [
  lambda('sometimes', (random) => {
    const share = random.scale(0.01, 0.3);
    return breaks('lambda-target-error', (_ask, each) => each.chance(share));
  }),
  lambda('one-path', () => breaks('lambda-target-error', ({ path }) => path === '/fn/render')),
  lambda(
    'timeout',
    () =>
      ({ ask, random }) =>
        ask.workSeconds > 0.4 && random.chance(0.8)
          ? { kind: 'break', afterSeconds: 3, truth: 'lambda-target-error' }
          : null,
  ),
];
