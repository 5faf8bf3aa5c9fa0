import { expects, type Kind, type Verdict } from '../kind.ts';
import { type Shop, scenarioOf } from '../shop.ts';
import type { Random } from '../simulation/random.ts';
import { fixedRoute } from '../simulation/routes.ts';
import type { Source } from '../simulation/scenario.ts';
import { at, steady } from '../simulation/traffic.ts';
import { openRace } from './idle-races.ts';
import { BAD_RESPONSE, breaks } from './requests.ts';

/** Trouble that is added to an idle race, for about as many failures. */
type Trouble = (shop: Shop, random: Random) => readonly Source[];

function raceAnd(name: string, other: readonly Verdict[], trouble: Trouble): Kind {
  return {
    name: `two-race-and-${name}`,
    expected: expects(['keepalive-mismatch', ...other], [], 16),
    draw: (random) => {
      const { shop, keepAlive, within } = openRace(random, { failures: 45, targets: 3 });
      return {
        scenario: scenarioOf(shop, { events: trouble(shop, random) }),
        keepAlives: [{ seconds: keepAlive, within }],
      };
    },
  };
}

const badPath: Trouble = (shop, random) => {
  shop.group.faults.push(breaks('malformed-response', ({ path }) => path === '/broken/page'));
  const asked = random.integer(15, 60);
  return [steady({ ...shop.crowd, routes: [fixedRoute('/broken/page', 1, 0.05)] }, asked / shop.endSeconds)];
};

const lossy: Trouble = (shop, random) => {
  const share = random.integer(15, 50) / (shop.perSecond * shop.endSeconds);
  shop.group.faults.push((visit) =>
    visit.random.chance(share) ? { kind: 'break', afterSeconds: 0.0005, truth: 'none' } : null,
  );
  return [];
};

const slow: Trouble = (shop) => {
  shop.group.faults.push(({ ask }) =>
    ask.workSeconds > 30 ? { kind: 'break', afterSeconds: 30, truth: 'worker-timeout' } : null,
  );
  const routes = [{ ...fixedRoute('/slow/report', 1, 25), sigma: 0.6 }];
  return [steady({ ...shop.crowd, routes }, 80 / shop.endSeconds)];
};

const bodies: Trouble = (shop) => {
  shop.group.faults.push(breaks('request-body-refused', ({ bodyBytes }) => bodyBytes > 1e6, 0.1));
  const bodyBytes = (random: Random) => Math.round(random.logNormal(4e5, 1.2));
  const routes = [{ ...fixedRoute('/upload', 1, 0.1, 'PUT'), bodyBytes }];
  return [steady({ ...shop.crowd, routes }, 150 / shop.endSeconds)];
};

const refusals: Trouble = (shop, random) => {
  const victim = random.pick(shop.group.targets);
  const downSeconds = (3 * random.integer(20, 50)) / shop.perSecond;
  return [
    at(shop.endSeconds * 0.4, ({ queue }) => {
      victim.stop(queue.now, 'target-crash', false);
      queue.after(downSeconds, () => victim.start());
    }),
  ];
};

export const PAIRS: readonly Kind[] = [
  raceAnd('bad-path', BAD_RESPONSE, badPath),
  raceAnd('random', ['undetermined'], lossy),
  raceAnd('worker-timeout', ['worker-timeout'], slow),
  raceAnd('large-bodies', ['request-body-refused'], bodies),
  raceAnd('one-target-down', ['target-crash', 'connection-refused', 'deployment'], refusals),
  {
    name: 'two-large-bodies-and-bad-path',
    expected: expects(['request-body-refused', ...BAD_RESPONSE], [], 16),
    draw: (random) => {
      const { shop } = openRace(random, { more: { keepAliveSeconds: 700 }, lines: 15_000 });
      return { scenario: scenarioOf(shop, { events: [...bodies(shop, random), ...badPath(shop, random)] }) };
    },
  },
  {
    name: 'two-worker-timeout-and-bad-path',
    expected: expects(['worker-timeout', ...BAD_RESPONSE], [], 16),
    draw: (random) => {
      const { shop } = openRace(random, { more: { keepAliveSeconds: 700 }, lines: 15_000 });
      return { scenario: scenarioOf(shop, { events: [...slow(shop, random), ...badPath(shop, random)] }) };
    },
  },
  {
    name: 'two-random-and-bad-path',
    expected: expects(['undetermined', ...BAD_RESPONSE], [], null),
    draw: (random) => {
      const { shop } = openRace(random, { more: { keepAliveSeconds: 700 }, lines: 15_000 });
      return { scenario: scenarioOf(shop, { events: [...lossy(shop, random), ...badPath(shop, random)] }) };
    },
  },
];
