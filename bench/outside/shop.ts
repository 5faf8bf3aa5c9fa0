import { Group } from './simulation/group.ts';
import type { BalancerSettings } from './simulation/load-balancer.ts';
import type { Random } from './simulation/random.ts';
import { drawClients, drawRoutes } from './simulation/routes.ts';
import type { Scenario, Source } from './simulation/scenario.ts';
import type { ServerRules } from './simulation/target.ts';
import { bursts, type Crowd, pollers, sessions, steady } from './simulation/traffic.ts';

export interface ShopOptions {
  readonly rules?: ServerRules;
  readonly targets?: number;
  readonly nodes?: number;
  readonly lines?: number;
  readonly perSecond?: number;
  readonly idleTimeoutSeconds?: number;
  readonly order?: 'lifo' | 'fifo';
  readonly oneWaySeconds?: number;
  readonly port?: number;
}

/** Ordinary surroundings, different in each world, that the kinds put their trouble into. */
export interface Shop {
  readonly settings: BalancerSettings;
  readonly group: Group;
  readonly crowd: Crowd;
  readonly perSecond: number;
  readonly endSeconds: number;
  readonly usual: Source;
}

/** Servers that keep connections longer than the load balancer does: no race. */
export const PATIENT: ServerRules = { keepAliveSeconds: 700 };

export function openShop(random: Random, options: ShopOptions = {}): Shop {
  const nodes = options.nodes ?? random.integer(1, 4);
  const targets = options.targets ?? random.integer(2, 7);
  const perSecond = options.perSecond ?? random.scale(0.4, 15);
  const lines = options.lines ?? random.scale(6_000, 28_000);
  const crowd = { routes: drawRoutes(random), clients: drawClients(random, random.integer(20, 600)) };
  return {
    settings: {
      nodes,
      order: options.order ?? random.pick(['lifo', 'fifo']),
      idleTimeoutSeconds: options.idleTimeoutSeconds ?? 60,
      oneWaySeconds: options.oneWaySeconds ?? random.scale(0.0002, 0.0012),
    },
    group: new Group(random, {
      rules: options.rules ?? PATIENT,
      targets,
      ...(options.port === undefined ? {} : { port: options.port }),
    }),
    crowd,
    perSecond,
    endSeconds: lines / perSecond,
    usual: usualTraffic(random, crowd, perSecond),
  };
}

/** Strangers, readers, bursts or pollers, mixed by chance. */
export function usualTraffic(random: Random, crowd: Crowd, perSecond: number): Source {
  const all: readonly Source[] = [
    steady(crowd, perSecond, random.chance(0.4) ? random.between(0.3, 0.9) : 0),
    (stage) => {
      sessions(crowd, (0.6 * perSecond) / 6.5, random.scale(3, 30))(stage);
      steady(crowd, 0.4 * perSecond)(stage);
    },
    (stage) => {
      bursts(crowd, 2 * perSecond, 40, 60)(stage);
      steady(crowd, 0.2 * perSecond)(stage);
    },
    (stage) => {
      const period = random.pick([7, 10, 15, 20, 30]);
      const few = crowd.clients.slice(0, Math.min(20, Math.ceil(0.3 * perSecond * period)));
      pollers(few, random.pick(crowd.routes), period, random.between(0.002, 1))(stage);
      steady(crowd, 0.7 * perSecond)(stage);
    },
  ];
  return random.pick(all);
}

/** The shop as it is, with more that happens in it. */
export function scenarioOf(
  shop: Shop,
  more: Partial<Scenario> & { readonly events?: readonly Source[] } = {},
): Scenario {
  const { events = [], ...rest } = more;
  return {
    settings: shop.settings,
    groups: [shop.group],
    sources: [shop.usual, ...events],
    endSeconds: shop.endSeconds,
    ...rest,
  };
}
