import { expects, type Kind, type Verdict } from '../kind.ts';
import { openShop, type Shop, type ShopOptions, scenarioOf } from '../shop.ts';
import type { Fault } from '../simulation/group.ts';
import type { Random } from '../simulation/random.ts';
import { fixedRoute } from '../simulation/routes.ts';
import type { Scenario } from '../simulation/scenario.ts';
import { bursts, steady } from '../simulation/traffic.ts';

/** Failures that nothing in a log explains; whoever names a cause is wrong. */
const NOTHING = expects(['undetermined'], [], null);

function nothing(
  name: string,
  fault: (random: Random, shop: Shop) => Fault,
  options: ShopOptions = {},
  more: Partial<Scenario> = {},
  defensible: readonly Verdict[] = [],
): Kind {
  return {
    name: `none-${name}`,
    expected: { ...NOTHING, defensible },
    draw: (random) => {
      const shop = openShop(random, options);
      shop.group.faults.push(fault(random, shop));
      return { scenario: scenarioOf(shop, more) };
    },
  };
}

/** Closes the connection under a share of all requests, at once. */
const share =
  (low: number, high: number) =>
  (random: Random): Fault => {
    const probability = random.scale(low, high);
    return (visit) =>
      visit.random.chance(probability) ? { kind: 'break', afterSeconds: 0.0004, truth: 'none' } : null;
  };

export const NO_CAUSE: readonly Kind[] = [
  nothing('one-in-a-thousand', share(0.0007, 0.002)),
  nothing('one-percent', share(0.006, 0.02)),
  nothing('ten-percent', share(0.06, 0.2)),
  nothing('half', share(0.4, 0.8)),
  nothing('many-targets', share(0.005, 0.05), { targets: 120 }),
  nothing('many-nodes', share(0.003, 0.03), { nodes: 10 }),
  nothing('one-pool', share(0.002, 0.02), { nodes: 1, targets: 1, perSecond: 0.3 }),
  nothing('servers-that-race-never', share(0.003, 0.02), {
    perSecond: 0.2,
    targets: 1,
    nodes: 2,
    lines: 12_000,
  }),
  nothing('aborts-at-any-time', (random) => {
    const probability = random.scale(0.002, 0.02);
    const mean = random.scale(0.1, 5);
    return ({ random: each }) =>
      each.chance(probability)
        ? { kind: 'break', afterSeconds: each.exponential(mean), truth: 'none' }
        : null;
  }),
  nothing('aborts-amid-the-work', (random) => {
    const probability = random.scale(0.003, 0.03);
    return ({ ask, random: each }) =>
      each.chance(probability)
        ? { kind: 'break', afterSeconds: ask.workSeconds * each.next(), truth: 'none' }
        : null;
  }),
  nothing(
    'hazard-by-duration',
    (random) => {
      const mean = random.scale(20, 200);
      return ({ ask, random: each }) => {
        const abort = each.exponential(mean);
        return abort < ask.workSeconds ? { kind: 'break', afterSeconds: abort, truth: 'none' } : null;
      };
    },
    { perSecond: 8 },
  ),
  nothing(
    'by-hour-of-the-day',
    (random) => {
      const peak = random.scale(0.01, 0.05);
      return ({ now, random: each }) =>
        each.chance(peak * Math.max(0, Math.sin((2 * Math.PI * now) / 43_200)))
          ? { kind: 'break', afterSeconds: 0.0005, truth: 'none' }
          : null;
    },
    { perSecond: 0.4, lines: 25_000 },
  ),
  nothing('only-failures-logged', share(0.01, 0.05), {}, { keeps: ({ status }) => status === 502 }),
  nothing(
    'only-one-in-ten-answered',
    share(0.003, 0.02),
    {},
    {
      keeps: ({ status }, random) => status === 502 || random.chance(0.1),
    },
  ),
  {
    name: 'none-overload',
    expected: { ...NOTHING, defensible: ['target-crash', 'worker-timeout'] },
    draw: (random) => {
      const shop = openShop(random, { perSecond: 3 });
      shop.group.faults.push(({ target, random: each }) =>
        target.flights.size > 5 && each.chance(0.2)
          ? { kind: 'break', afterSeconds: 0.0005, truth: 'none' }
          : null,
      );
      const crowd = { ...shop.crowd, routes: [fixedRoute('/heavy', 1, 0.5), fixedRoute('/heavier', 1, 0.9)] };
      return { scenario: scenarioOf(shop, { events: [bursts(crowd, 40, 10, 500)] }) };
    },
  },
  {
    name: 'none-long-work-only',
    expected: { ...NOTHING, defensible: ['malformed-response', 'response-header-too-large', 'target-crash'] },
    draw: (random) => {
      const shop = openShop(random);
      shop.group.faults.push(({ ask, random: each }) =>
        ask.workSeconds > 0.5 && each.chance(0.3)
          ? { kind: 'break', afterSeconds: ask.workSeconds * each.next(), truth: 'none' }
          : null,
      );
      const routes = [fixedRoute('/a', 1, 0.3), fixedRoute('/b', 1, 0.3), fixedRoute('/c', 1, 0.3)];
      return {
        scenario: scenarioOf(shop, { events: [steady({ ...shop.crowd, routes }, shop.perSecond * 0.1)] }),
      };
    },
  },
];
