import { expects, type Kind } from '../kind.ts';
import { openShop, PATIENT, scenarioOf } from '../shop.ts';
import type { Random } from '../simulation/random.ts';
import type { ServerRules } from '../simulation/target.ts';
import { pollers, steady } from '../simulation/traffic.ts';

const LIMIT = ['requests-per-connection-limit'] as const;

/** Requests of one pool seldom overlap, so that one connection takes them all. */
function quietLimit(name: string, namedFrom: number | null, rules: (random: Random) => ServerRules): Kind {
  return {
    name: `limit-${name}`,
    expected: expects(LIMIT, [], namedFrom),
    draw: (random) => {
      const nodes = random.integer(1, 2);
      const targets = random.integer(1, 3);
      const perSecond = nodes * targets * random.scale(0.15, 0.6);
      const shop = openShop(random, {
        nodes,
        targets,
        perSecond,
        lines: random.between(12_000, 30_000),
        rules: { ...PATIENT, ...rules(random) },
        idleTimeoutSeconds: 600,
      });
      const quick = shop.crowd.routes.map((route) => ({ ...route, medianSeconds: 0.02, sigma: 0.4 }));
      return {
        scenario: scenarioOf(shop, { sources: [steady({ ...shop.crowd, routes: quick }, perSecond)] }),
      };
    },
  };
}

function busyLimit(name: string, namedFrom: number | null, rules: (random: Random) => ServerRules): Kind {
  return {
    name: `limit-${name}`,
    expected: expects(LIMIT, [], namedFrom),
    draw: (random) => ({
      scenario: scenarioOf(
        openShop(random, {
          perSecond: random.scale(4, 25),
          rules: { ...PATIENT, ...rules(random) },
        }),
      ),
    }),
  };
}

export const CONNECTION_LIMITS: readonly Kind[] = [
  quietLimit('plain', 12, (random) => ({ requestLimit: random.pick([20, 50, 100, 200]) })),
  quietLimit('jitter-10-percent', 25, (random) => {
    const requestLimit = random.pick([50, 100, 200]);
    return { requestLimit, requestLimitJitter: Math.round(requestLimit / 10) };
  }),
  quietLimit('jitter-half', null, (random) => {
    const requestLimit = random.pick([50, 100]);
    return { requestLimit, requestLimitJitter: requestLimit / 2 };
  }),
  busyLimit('crowded', null, (random) => ({ requestLimit: random.pick([30, 100, 250]) })),
  busyLimit('crowded-just-after-last', null, (random) => ({
    requestLimit: random.pick([20, 50, 100]),
    closesAfterLastSeconds: random.scale(0.02, 0.3),
    // A busy process reads its timers before its sockets, so that what has arrived meanwhile is lost.
    busySeconds: 0.1,
  })),
  quietLimit('age', 20, (random) => ({ ageLimitSeconds: random.pick([120, 300, 600]) })),
  quietLimit('age-jitter', 40, (random) => ({
    ageLimitSeconds: random.pick([120, 300]),
    ageLimitJitterSeconds: random.pick([10, 20]),
  })),
  busyLimit('age-crowded', null, (random) => ({ ageLimitSeconds: random.pick([60, 300]) })),
  {
    name: 'limit-polled',
    expected: expects(LIMIT, [], 12),
    draw: (random) => {
      const requestLimit = random.pick([20, 50, 100]);
      const shop = openShop(random, {
        nodes: 1,
        targets: 1,
        perSecond: 0.3,
        rules: { ...PATIENT, requestLimit },
      });
      const route = { ...random.pick(shop.crowd.routes), medianSeconds: 0.02, sigma: 0.3 };
      const usual = pollers(shop.crowd.clients.slice(0, 3), route, 10, 0.3);
      return { scenario: scenarioOf(shop, { sources: [usual] }) };
    },
  },
];
