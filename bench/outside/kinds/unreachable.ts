import { expects, type Kind, type Verdict } from '../kind.ts';
import { openShop, PATIENT, type Shop, type ShopOptions, scenarioOf } from '../shop.ts';
import { type ConnectFault, Group } from '../simulation/group.ts';
import type { Random } from '../simulation/random.ts';
import { drawRoutes } from '../simulation/routes.ts';
import type { Source } from '../simulation/scenario.ts';
import { at, bursts, steady } from '../simulation/traffic.ts';

function connecting(
  name: string,
  expected: Kind['expected'],
  options: ShopOptions,
  fault: (random: Random, shop: Shop) => ConnectFault,
): Kind {
  return {
    name,
    expected,
    draw: (random) => {
      const shop = openShop(random, options);
      shop.group.connectFaults.push(fault(random, shop));
      return { scenario: scenarioOf(shop) };
    },
  };
}

/** A group behind a path of its own that never answers. */
function deadGroup(
  name: string,
  right: Verdict,
  defensible: readonly Verdict[],
  trouble: (dead: Group) => void,
): Kind {
  return {
    name,
    expected: expects([right], defensible, null),
    draw: (random) => {
      const shop = openShop(random);
      const dead = new Group(random, {
        pathPrefix: '/legacy',
        rules: PATIENT,
        targets: random.integer(1, 3),
      });
      trouble(dead);
      const routes = drawRoutes(random).map((route) => ({
        ...route,
        path: (each: Random) => `/legacy${route.path(each)}`,
      }));
      const visitors: Source = steady(
        { routes, clients: shop.crowd.clients },
        shop.perSecond * random.scale(0.02, 0.3),
      );
      return { scenario: scenarioOf(shop, { groups: [shop.group, dead], events: [visitors] }) };
    },
  };
}

export const UNREACHABLE: readonly Kind[] = [
  {
    name: 'refused-one-target',
    expected: expects(['connection-refused'], ['target-crash', 'tls-failure', 'deployment'], 15),
    draw: (random) => {
      const shop = openShop(random, { targets: random.integer(3, 7) });
      random.pick(shop.group.targets).listening = false;
      return { scenario: scenarioOf(shop) };
    },
  },
  {
    name: 'refused-all-for-minutes',
    expected: expects(['connection-refused'], ['deployment', 'target-crash', 'network-path'], null),
    draw: (random) => {
      const shop = openShop(random);
      const begin = shop.endSeconds * random.between(0.2, 0.7);
      const stop = at(begin, ({ queue }) => {
        for (const target of shop.group.targets) target.stop(queue.now, 'connection-refused', false);
        queue.after(random.between(60, 400), () => {
          for (const target of shop.group.targets) target.start();
        });
      });
      return { scenario: scenarioOf(shop, { events: [stop] }) };
    },
  },
  {
    name: 'refused-full-backlog',
    expected: expects(['connection-refused'], ['network-path', 'tls-failure'], null),
    draw: (random) => {
      const shop = openShop(random, { perSecond: 3, lines: 15_000 });
      shop.group.connectFaults.push((target) => (target.flights.size > 6 ? 'connection-refused' : null));
      const slow = shop.crowd.routes.map((route) => ({ ...route, medianSeconds: 0.6 }));
      const crowd = { ...shop.crowd, routes: slow };
      return { scenario: scenarioOf(shop, { events: [bursts(crowd, 60, 8, 600)] }) };
    },
  },
  deadGroup(
    'refused-group-never-answered',
    'connection-refused',
    ['tls-failure', 'protocol-mismatch', 'network-path'],
    (dead) => {
      for (const target of dead.targets) target.listening = false;
    },
  ),
  deadGroup(
    'tls-group-never-answered',
    'tls-failure',
    ['connection-refused', 'protocol-mismatch', 'network-path'],
    (dead) => {
      dead.connectFaults.push(() => 'tls-failure');
    },
  ),
  deadGroup(
    'protocol-group-never-answered',
    'protocol-mismatch',
    ['tls-failure', 'malformed-response'],
    (dead) => {
      dead.faults.push(() => ({ kind: 'break', afterSeconds: 0.001, truth: 'protocol-mismatch' }));
    },
  ),
  {
    name: 'protocol-from-one-moment-on',
    expected: expects(['protocol-mismatch'], ['malformed-response', 'deployment', 'target-crash'], null),
    draw: (random) => {
      const shop = openShop(random);
      const from = shop.endSeconds * random.between(0.7, 0.95);
      shop.group.faults.push(({ now }) =>
        now < from ? null : { kind: 'break', afterSeconds: 0.0015, truth: 'protocol-mismatch' },
      );
      return { scenario: scenarioOf(shop) };
    },
  },
  connecting(
    'tls-one-target',
    expects(['tls-failure'], ['connection-refused'], null),
    { port: 8443, targets: 4 },
    (_random, { group }) =>
      (target) =>
        target === group.targets[1] ? 'tls-failure' : null,
  ),
  connecting(
    'tls-some-handshakes',
    expects(['tls-failure'], ['connection-refused', 'network-path'], null),
    { port: 443 },
    (random) => {
      const share = random.scale(0.01, 0.3);
      return (_target, _node, _now, each) => (each.chance(share) ? 'tls-failure' : null);
    },
  ),
  connecting(
    'network-one-way-blocked',
    expects(['network-path'], ['connection-refused'], 20),
    { nodes: 3, targets: 4 },
    (_random, { group }) =>
      (target, node) =>
        node === 1 && target === group.targets[2] ? 'network-path' : null,
  ),
  connecting(
    'network-zone-blocked',
    expects(['network-path'], ['connection-refused'], 20),
    { nodes: 2, targets: 6 },
    (_random, { group }) =>
      (target, node) =>
        node === 0 && group.targets.indexOf(target) % 2 === 1 ? 'network-path' : null,
  ),
];
