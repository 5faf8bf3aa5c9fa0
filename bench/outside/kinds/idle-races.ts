import { type Drawn, expects, type Kind } from '../kind.ts';
import { openShop, PATIENT, type Shop, type ShopOptions, scenarioOf } from '../shop.ts';
import { Group } from '../simulation/group.ts';
import type { Random } from '../simulation/random.ts';
import type { Source } from '../simulation/scenario.ts';
import type { ServerRules } from '../simulation/target.ts';
import { bursts, cron, pollers, sessions, steady } from '../simulation/traffic.ts';

const RACE = ['keepalive-mismatch'] as const;

interface RaceOptions extends ShopOptions {
  readonly keepAlive?: number;
  /** Failures aimed at, by the length of the log. */
  readonly failures?: number;
  readonly more?: ServerRules;
  /** How far the closes spread behind the keep-alive, as a share of it. */
  readonly spreadSeconds?: number;
}

interface Race {
  readonly shop: Shop;
  readonly keepAlive: number;
  readonly within: number;
}

/** A shop whose pools are idle about as long as its servers wait, which is where the race shows. */
export function openRace(random: Random, options: RaceOptions = {}): Race {
  const keepAlive = options.keepAlive ?? random.pick([2, 4, 5, 5, 10, 15, 20]);
  const nodes = options.nodes ?? random.integer(1, 4);
  const targets = options.targets ?? random.integer(1, 5);
  const visits = random.scale(0.4, 2.2);
  const window = random.scale(0.004, 0.025);
  const perSecond = (visits * nodes * targets) / keepAlive;
  const share = (visits * Math.exp(-visits) * window) / keepAlive;
  const lines = Math.min(50_000, Math.max(5_000, (options.failures ?? random.scale(10, 60)) / share));
  const shop = openShop(random, {
    perSecond,
    lines,
    ...options,
    nodes,
    targets,
    oneWaySeconds: window / 6,
    rules: { keepAliveSeconds: keepAlive, busySeconds: window, ...options.more },
  });
  return { shop, keepAlive, within: Math.max(0.01 * keepAlive, 2 * window) + (options.spreadSeconds ?? 0) };
}

function drawn({ shop, keepAlive, within }: Race, usual?: Source): Drawn {
  return {
    scenario: scenarioOf(shop, usual ? { sources: [usual] } : {}),
    keepAlives: [{ seconds: keepAlive, within }],
  };
}

function race(
  name: string,
  namedFrom: number | null,
  options: (random: Random) => RaceOptions,
  usual?: (race: Race, random: Random) => Source,
): Kind {
  return {
    name: `race-${name}`,
    expected: expects(RACE, [], namedFrom),
    draw: (random) => {
      const opened = openRace(random, options(random));
      return drawn(opened, usual?.(opened, random));
    },
  };
}

export const IDLE_RACES: readonly Kind[] = [
  race(
    'plain',
    8,
    () => ({}),
    ({ shop }) => steady(shop.crowd, shop.perSecond),
  ),
  race('mixed-traffic', 8, () => ({})),
  race('many-nodes', 8, (random) => ({ nodes: random.integer(6, 12), targets: random.integer(2, 4) })),
  race('one-target', 8, () => ({ targets: 1, nodes: 2 })),
  race('many-targets', 8, (random) => ({ targets: random.integer(20, 60), nodes: 2 })),
  race('sweep-1s', 15, () => ({ keepAlive: 5, more: { sweepSeconds: 1 }, spreadSeconds: 1, failures: 60 })),
  race('sweep-5s', null, () => ({
    keepAlive: 15,
    more: { sweepSeconds: 5 },
    spreadSeconds: 5,
    failures: 60,
  })),
  race('jitter-5-percent', 15, () => ({
    keepAlive: 10,
    more: { keepAliveJitterSeconds: 0.5 },
    spreadSeconds: 0.5,
    failures: 50,
  })),
  race('jitter-20-percent', 25, () => ({
    keepAlive: 5,
    more: { keepAliveJitterSeconds: 1 },
    spreadSeconds: 1,
    failures: 60,
  })),
  race(
    'last-in-first-out-bursts',
    10,
    () => ({ order: 'lifo', failures: 60 }),
    ({ shop }) => bursts(shop.crowd, shop.perSecond * 3, 30, 60),
  ),
  race('first-in-first-out', 8, () => ({ order: 'fifo', failures: 50 })),
  race(
    'days',
    8,
    () => ({}),
    ({ shop }) => steady(shop.crowd, shop.perSecond, 0.9),
  ),
  race(
    'pollers-at-keep-alive',
    8,
    (random) => ({ keepAlive: random.pick([5, 10, 15]), targets: 1, nodes: 1 }),
    ({ shop, keepAlive }, random) => {
      const slow = random.pick(shop.crowd.routes);
      return pollers(shop.crowd.clients.slice(0, 1), slow, keepAlive, 0.02 * keepAlive, 'answer');
    },
  ),
  race(
    'pollers-and-strangers',
    10,
    (random) => ({ keepAlive: random.pick([5, 10]), failures: 60 }),
    ({ shop, keepAlive }, random) =>
      (stage) => {
        pollers(shop.crowd.clients.slice(0, 3), random.pick(shop.crowd.routes), keepAlive, 0.05)(stage);
        steady(shop.crowd, shop.perSecond)(stage);
      },
  ),
  race(
    'readers',
    8,
    () => ({ failures: 50 }),
    ({ shop }) => sessions(shop.crowd, shop.perSecond / 6.5, 9),
  ),
  race('long-keep-alive', 8, (random) => ({
    keepAlive: random.pick([61, 65, 75]),
    idleTimeoutSeconds: random.pick([120, 300]),
    targets: 2,
    nodes: 1,
    more: { busySeconds: 0.12 },
    failures: 25,
  })),
  race(
    'minutely-jobs',
    10,
    () => ({ keepAlive: 20, failures: 40 }),
    ({ shop }) =>
      (stage) => {
        cron(shop.crowd, 60, 6, 3)(stage);
        steady(shop.crowd, 0.8 * shop.perSecond)(stage);
      },
  ),
  race('few-failures', 8, () => ({ failures: 4 })),
  {
    name: 'race-two-groups-one-races',
    expected: expects(RACE, [], 8),
    draw: (random) => {
      const opened = openRace(random, { failures: 50 });
      const calm = new Group(random, { pathPrefix: '/static', rules: PATIENT, targets: 3 });
      const assets = { routes: [CALM_ROUTE], clients: opened.shop.crowd.clients };
      return {
        ...drawn(opened),
        scenario: scenarioOf(opened.shop, {
          groups: [opened.shop.group, calm],
          events: [steady(assets, 0.3 * opened.shop.perSecond)],
        }),
      };
    },
  },
  {
    name: 'race-two-groups-two-keep-alives',
    expected: expects(RACE, [], 10),
    draw: (random) => {
      const opened = openRace(random, { keepAlive: 5, failures: 60 });
      const rules = { ...opened.shop.group.rules, keepAliveSeconds: 15 };
      const other = new Group(random, { pathPrefix: '/static', rules, targets: 2 });
      const assets = { routes: [CALM_ROUTE], clients: opened.shop.crowd.clients };
      const perSecond = (2 * opened.shop.settings.nodes) / 15;
      return {
        scenario: scenarioOf(opened.shop, {
          groups: [opened.shop.group, other],
          events: [steady(assets, perSecond)],
        }),
        keepAlives: [
          { seconds: 5, within: opened.within },
          { seconds: 15, within: opened.within + 0.1 },
        ],
      };
    },
  },
  {
    name: 'race-only-one-in-n-answered',
    expected: expects(RACE, [], null),
    draw: (random) => {
      const opened = openRace(random, { failures: 60 });
      const kept = 1 / random.integer(4, 20);
      const keeps = ({ status }: { status: number }, each: Random) => status === 502 || each.chance(kept);
      return { ...drawn(opened), scenario: scenarioOf(opened.shop, { keeps }) };
    },
  },
  {
    name: 'race-only-failures-logged',
    expected: expects(['undetermined'], [], null),
    draw: (random) => {
      const opened = openRace(random, { failures: 60 });
      return { scenario: scenarioOf(opened.shop, { keeps: ({ status }) => status === 502 }) };
    },
  },
];

const CALM_ROUTE = {
  weight: 1,
  method: 'GET',
  path: (random: Random) => `/static/${random.integer(1, 40)}.js`,
  medianSeconds: 0.002,
  sigma: 0.4,
};
