import { expects, type Kind, type Verdict } from '../kind.ts';
import { openShop, type Shop, type ShopOptions, scenarioOf } from '../shop.ts';
import type { Random } from '../simulation/random.ts';
import type { Ask, Client } from '../simulation/request.ts';
import { askOf, drawClients, fixedRoute } from '../simulation/routes.ts';
import type { Source, Stage } from '../simulation/scenario.ts';
import { conversations, cron, pollers, someClient } from '../simulation/traffic.ts';
import { BAD_RESPONSE, breaks } from './requests.ts';

const PATHS: readonly Verdict[] = [...BAD_RESPONSE, 'target-crash'];

/** The failing request is recognised by its path; the rest of the shop does not fail. */
function rhythm(
  name: string,
  failingPath: string,
  source: (shop: Shop, random: Random) => Source,
  options: ShopOptions & { readonly failing?: number } = {},
): Kind {
  return {
    name: `rhythm-${name}`,
    expected: expects(BAD_RESPONSE, PATHS, null),
    draw: (random) => {
      const shop = openShop(random, { perSecond: random.scale(0.3, 3), ...options });
      const share = options.failing ?? random.scale(0.1, 1);
      shop.group.faults.push(
        breaks('malformed-response', ({ path }, each) => path.startsWith(failingPath) && each.chance(share)),
      );
      return { scenario: scenarioOf(shop, { events: [source(shop, random)] }) };
    },
  };
}

/** One request, then another at a fixed time after the answer. */
function pair(
  shop: Shop,
  perSecond: number,
  first: (client: Client, random: Random) => Ask,
  second: (client: Client, random: Random) => Ask,
  pause: (random: Random) => number,
): Source {
  return conversations(perSecond, ({ queue, balancer, random }: Stage) => {
    const client = someClient(shop.crowd.clients, random);
    const onEnd = () => queue.after(pause(random), () => balancer.send(second(client, random)));
    balancer.send({ ...first(client, random), onEnd });
  });
}

const asks =
  (path: string, seconds: number, method = 'GET') =>
  (client: Client, random: Random) =>
    askOf(fixedRoute(path, 1, seconds, method), client, random);

/** Failures of no cause in traffic with a rhythm of its own. */
function unexplained(
  name: string,
  source: (shop: Shop, random: Random) => Source,
  options: ShopOptions = {},
): Kind {
  return {
    name: `rhythm-${name}`,
    expected: { right: ['undetermined'], defensible: [], namedFrom: null },
    draw: (random) => {
      const shop = openShop(random, { perSecond: random.scale(0.3, 3), ...options });
      const share = random.scale(0.004, 0.03);
      shop.group.faults.push((visit) =>
        visit.random.chance(share) ? { kind: 'break', afterSeconds: 0.0006, truth: 'none' } : null,
      );
      return { scenario: scenarioOf(shop, { sources: [source(shop, random)] }) };
    },
  };
}

const fixed = (random: Random, choices: readonly number[], jitter: number) => {
  const seconds = random.pick(choices);
  return (each: Random) => Math.max(0.02, seconds + each.normal(0, jitter));
};

export const RHYTHMS: readonly Kind[] = [
  rhythm('job-and-result', '/jobs/result', (shop, random) =>
    pair(
      shop,
      shop.perSecond * 0.2,
      asks('/jobs', 0.05, 'POST'),
      asks('/jobs/result', 0.01),
      fixed(random, [5, 10, 15], 0.003),
    ),
  ),
  rhythm('preflight', '/cart/add', (shop, random) =>
    pair(
      shop,
      shop.perSecond * 0.2,
      asks('/cart/add-options', 0.001, 'OPTIONS'),
      asks('/cart/add', 0.05, 'POST'),
      fixed(random, [0.1, 0.43, 1], 0.01),
    ),
  ),
  rhythm('session-refresh', '/token/refresh', (shop, random) =>
    pair(
      shop,
      shop.perSecond * 0.1,
      asks('/me', 0.02),
      asks('/token/refresh', 0.03, 'POST'),
      fixed(random, [30, 45, 55], 0.05),
    ),
  ),
  rhythm('webhook-from-elsewhere', '/hooks/paid', (shop, random) => {
    const provider = drawClients(random, 2);
    const pause = fixed(random, [2, 5, 10], 0.05);
    return conversations(shop.perSecond * 0.1, ({ queue, balancer, random: each }) => {
      const call = () => balancer.send(asks('/hooks/paid', 0.02, 'POST')(each.pick(provider), each));
      const onEnd = () => queue.after(pause(each), call);
      balancer.send({ ...asks('/payments', 0.2, 'POST')(someClient(shop.crowd.clients, each), each), onEnd });
    });
  }),
  rhythm(
    'retry-after-503',
    '/flaky',
    (shop, random) => {
      const pause = fixed(random, [1, 2, 5], 0.004);
      return conversations(shop.perSecond * 0.2, ({ queue, balancer, random: each }) => {
        const client = someClient(shop.crowd.clients, each);
        const attempt = (left: number): Ask => ({
          ...asks('/flaky', 0.01)(client, each),
          onEnd: (status) => {
            if (status >= 500 && left > 0) queue.after(pause(each), () => balancer.send(attempt(left - 1)));
          },
        });
        balancer.send(attempt(5));
      });
    },
    { failing: 0.3 },
  ),
  rhythm(
    'heartbeats-of-devices',
    '/heartbeat',
    (shop, random) =>
      pollers(
        shop.crowd.clients.slice(0, 25),
        fixedRoute('/heartbeat', 1, 0.004, 'POST'),
        random.pick([10, 15, 30]),
        0.01,
      ),
    { failing: 0.02 },
  ),
  unexplained('pollers-only', (shop, random) =>
    pollers(
      shop.crowd.clients.slice(0, random.integer(2, 30)),
      random.pick(shop.crowd.routes),
      random.pick([5, 10, 20]),
      random.scale(0.001, 0.3),
    ),
  ),
  unexplained(
    'pollers-after-answer',
    (shop, random) =>
      pollers(
        shop.crowd.clients.slice(0, random.integer(1, 4)),
        random.pick(shop.crowd.routes),
        random.pick([2, 5, 10, 20]),
        random.scale(0.001, 0.02),
        'answer',
      ),
    { nodes: 1, targets: 1 },
  ),
  unexplained('pollers-and-shop', (shop, random) => (stage) => {
    shop.usual(stage);
    pollers(
      shop.crowd.clients.slice(0, 5),
      random.pick(shop.crowd.routes),
      random.pick([5, 10, 15]),
      0.01,
    )(stage);
  }),
  unexplained(
    'clock-ticks',
    (shop, random) => (stage) => {
      cron(shop.crowd, random.pick([5, 10, 20]), random.integer(2, 8), 0.01)(stage);
      shop.usual(stage);
    },
    { lines: 8_000 },
  ),
  unexplained('cron-each-minute', (shop) => cron(shop.crowd, 60, 12, 1.5), { perSecond: 0.2, lines: 12_000 }),
  unexplained('long-polls', (shop, random) =>
    pollers(
      shop.crowd.clients.slice(0, 15),
      { ...fixedRoute('/events', 1, random.pick([15, 25])), sigma: 0.001 },
      0.05,
      0.01,
      'answer',
    ),
  ),
  unexplained(
    'ping-pong',
    (_shop, random) => {
      const pause = fixed(random, [2, 3, 5], 0.02);
      return (stage) => {
        const [one, other] = drawClients(random, 2);
        if (!one || !other) return;
        const turn = (from: Client, to: Client): void =>
          stage.balancer.send({
            ...asks('/messages', 0.02, 'POST')(from, random),
            onEnd: () => stage.queue.after(pause(random), () => turn(to, from)),
          });
        turn(one, other);
      };
    },
    { nodes: 1, targets: 1, perSecond: 0.3, lines: 9_000 },
  ),
  unexplained('retry-after-failure', (shop, random) => {
    const pause = fixed(random, [0.5, 1, 3], 0.005);
    return conversations(shop.perSecond, ({ queue, balancer, random: each }) => {
      const ask = askOf(each.weighted(shop.crowd.routes), someClient(shop.crowd.clients, each), each);
      const again = (status: number) => {
        if (status === 502) queue.after(pause(each), () => balancer.send(ask));
      };
      balancer.send({ ...ask, onEnd: again });
    });
  }),
  unexplained(
    'caches-that-expire',
    (shop, random) => {
      const ttl = random.pick([10, 30, 60]);
      const pages = Array.from({ length: random.integer(2, 8) }, (_, page) =>
        fixedRoute(`/page/${page}.html`, 1, 0.02),
      );
      return (stage) => {
        for (const page of pages)
          pollers(shop.crowd.clients.slice(0, 1), page, ttl, 0.02 * ttl, 'answer')(stage);
        conversations(0.2, ({ balancer, random: each }) =>
          balancer.send(askOf(each.weighted(shop.crowd.routes), someClient(shop.crowd.clients, each), each)),
        )(stage);
      };
    },
    { nodes: 2, targets: 2 },
  ),
];
