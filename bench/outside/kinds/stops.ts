import { expects, type Kind } from '../kind.ts';
import { openShop, PATIENT, type Shop, scenarioOf } from '../shop.ts';
import { Group } from '../simulation/group.ts';
import { fixedRoute } from '../simulation/routes.ts';
import type { Stage } from '../simulation/scenario.ts';
import type { Target } from '../simulation/target.ts';
import { at, steady } from '../simulation/traffic.ts';

const STOPPED = ['deployment', 'connection-refused'] as const;

/** A target dies with all it works on, and listens again later. */
function crash(
  { queue }: Stage,
  target: Target,
  downSeconds: number,
  truth: 'target-crash' | 'deployment',
): void {
  target.stop(queue.now, truth, false);
  queue.after(downSeconds, () => target.start());
}

const slowRoutes = (shop: Shop, medianSeconds: number) =>
  shop.crowd.routes.map((route) => ({ ...route, medianSeconds, sigma: 0.8 }));

export const CRASHES: readonly Kind[] = [
  {
    name: 'crash-once',
    expected: expects(['target-crash'], STOPPED, 10),
    draw: (random) => {
      const shop = openShop(random, { perSecond: random.scale(4, 20) });
      const busy = steady({ ...shop.crowd, routes: slowRoutes(shop, 0.8) }, shop.perSecond);
      const down = random.scale(4, 60);
      const death = at(shop.endSeconds * random.between(0.2, 0.8), (stage) =>
        crash(stage, random.pick(shop.group.targets), down, 'target-crash'),
      );
      return { scenario: scenarioOf(shop, { events: [busy, death] }) };
    },
  },
  {
    name: 'crash-again-and-again',
    expected: expects(['target-crash'], STOPPED, 20),
    draw: (random) => {
      const shop = openShop(random, { perSecond: random.scale(3, 12) });
      const victim = random.pick(shop.group.targets);
      const deaths = Array.from({ length: random.integer(3, 9) }, () =>
        at(shop.endSeconds * random.next(), (stage) =>
          crash(stage, victim, random.between(3, 12), 'target-crash'),
        ),
      );
      const busy = steady({ ...shop.crowd, routes: slowRoutes(shop, 0.8) }, shop.perSecond);
      return { scenario: scenarioOf(shop, { events: [busy, ...deaths] }) };
    },
  },
  {
    // A request that needs more memory than there is takes all others of its process with it.
    name: 'crash-out-of-memory-in-long-work',
    expected: expects(['target-crash'], ['malformed-response', 'worker-timeout', ...STOPPED], 25),
    draw: (random) => {
      const shop = openShop(random, { perSecond: random.scale(4, 12), targets: 3 });
      const report = fixedRoute('/reports/yearly', 1, 8);
      shop.group.faults.push(({ ask, target, queue, random: each }) => {
        if (ask.path !== '/reports/yearly' || each.chance(0.7)) return null;
        const also = () => {
          target.stop(queue.now, 'target-crash', false);
          queue.after(each.between(2, 10), () => target.start());
        };
        return { kind: 'break', afterSeconds: each.between(3, 20), truth: 'target-crash', also };
      });
      const asking = steady({ ...shop.crowd, routes: [report] }, 30 / shop.endSeconds);
      const busy = steady({ ...shop.crowd, routes: slowRoutes(shop, 0.7) }, shop.perSecond);
      return { scenario: scenarioOf(shop, { events: [busy, asking] }) };
    },
  },
  {
    name: 'crash-of-single-workers',
    expected: expects(['undetermined'], ['target-crash', 'malformed-response'], null),
    draw: (random) => {
      const shop = openShop(random);
      const share = random.scale(0.001, 0.01);
      shop.group.faults.push(({ ask, random: each }) =>
        each.chance(share)
          ? { kind: 'break', afterSeconds: each.next() * ask.workSeconds, truth: 'target-crash' }
          : null,
      );
      return { scenario: scenarioOf(shop) };
    },
  },
];

export const ROLLOUTS: readonly Kind[] = [
  {
    name: 'rollout-in-place-one-by-one',
    expected: expects(['deployment'], ['target-crash', 'connection-refused'], 15),
    draw: (random) => {
      const shop = openShop(random, { perSecond: random.scale(3, 15), targets: random.integer(3, 6) });
      const begin = shop.endSeconds * random.between(0.2, 0.7);
      const pace = random.scale(15, 90);
      const down = random.between(3, 12);
      const restarts = shop.group.targets.map((target, turn) =>
        at(begin + turn * pace, (stage) => crash(stage, target, down, 'deployment')),
      );
      return { scenario: scenarioOf(shop, { events: restarts }) };
    },
  },
  {
    name: 'rollout-in-place-all-at-once',
    expected: expects(['deployment'], ['target-crash', 'connection-refused'], null),
    draw: (random) => {
      const shop = openShop(random, { perSecond: random.scale(3, 15) });
      const restart = at(shop.endSeconds * random.between(0.2, 0.8), (stage) => {
        const down = random.between(5, 40);
        for (const target of shop.group.targets)
          crash(stage, target, down * random.between(0.8, 1.2), 'deployment');
      });
      return { scenario: scenarioOf(shop, { events: [restart] }) };
    },
  },
  {
    // New targets are registered first; the old ones stop before the load balancer has stopped sending to them.
    name: 'rollout-replacement-stops-too-early',
    expected: expects(['deployment'], ['target-crash', 'connection-refused'], 12),
    draw: (random) => {
      const shop = openShop(random, { perSecond: random.scale(3, 15), targets: random.integer(2, 5) });
      const old = [...shop.group.targets];
      const begin = shop.endSeconds * random.between(0.3, 0.7);
      const lag = random.between(3, 20);
      const graceful = random.chance(0.6);
      const replace = old.map((target, turn) =>
        at(begin + turn * 60, ({ queue }) => {
          shop.group.register();
          queue.after(30, () => target.stop(queue.now, 'deployment', graceful));
          queue.after(30 + lag, () => {
            target.routed = false;
          });
        }),
      );
      return { scenario: scenarioOf(shop, { events: replace }) };
    },
  },
  {
    name: 'rollout-shift-to-unready-group',
    expected: expects(
      ['deployment'],
      ['connection-refused', 'target-crash', 'tls-failure', 'network-path'],
      null,
    ),
    draw: (random) => {
      const shop = openShop(random, { perSecond: random.scale(3, 15) });
      const green = new Group(random, {
        pathPrefix: '/',
        rules: PATIENT,
        targets: shop.group.targets.length,
      });
      for (const target of green.targets) {
        target.listening = false;
        target.downTruth = 'deployment';
      }
      const shift = at(shop.endSeconds * random.between(0.3, 0.8), ({ queue, balancer }) => {
        balancer.groups[0] = green;
        queue.after(random.between(8, 60), () => {
          for (const target of green.targets) target.start();
        });
      });
      return { scenario: scenarioOf(shop, { events: [shift] }) };
    },
  },
  {
    name: 'deregistration-delay-too-short',
    expected: expects(['deregistration-delay-elapsed'], ['deployment', 'target-crash', 'worker-timeout'], 10),
    draw: (random) => {
      const shop = openShop(random, { perSecond: random.scale(2, 8), targets: random.integer(2, 5) });
      const delay = random.pick([5, 10, 20, 30]);
      const long = [fixedRoute('/convert', 1, delay * 1.2), fixedRoute('/export/full', 1, delay * 0.8)];
      const old = [...shop.group.targets];
      const begin = shop.endSeconds * 0.3;
      const removals = old.map((target, turn) =>
        at(begin + turn * random.between(60, 200), ({ queue }) => {
          shop.group.register();
          queue.after(40, () => {
            target.routed = false;
          });
          queue.after(40 + delay, () => target.stop(queue.now, 'deregistration-delay-elapsed', false));
        }),
      );
      const work = steady({ ...shop.crowd, routes: long }, random.between(2, 6));
      return { scenario: scenarioOf(shop, { events: [work, ...removals] }) };
    },
  },
];
