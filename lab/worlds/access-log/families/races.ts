import type { Random } from '../random.ts';
import type { Family } from './family.ts';
import { type Asked, cycleIn, type Draft, poller, surroundings } from './surroundings.ts';

const LINES = { low: 8000, high: 20_000 } as const;

/**
 * A world with the idle race in its first group. Pauses must come near the keep-alive on single connections, so the
 * rate follows from it and from how many pools there are.
 */
function race(
  random: Random,
  asked: Asked & { readonly keepAlive: number; readonly targets: number; readonly nodes: number },
): Draft {
  const { keepAlive, targets, nodes } = asked;
  const perPool = random.logBetween(0.25, 4) / keepAlive;
  const idleTimeoutSeconds =
    asked.idleTimeoutSeconds ??
    (keepAlive > 29 && keepAlive < 57
      ? 60
      : keepAlive < 29
        ? random.pick([30, 60, 60, 60, 120])
        : random.pick([120, 180, 300, 4000]));
  const draft = surroundings(random, {
    roundTripSeconds: random.logBetween(0.002, 0.03),
    rate: Math.min(50, Math.max(keepAlive > 59 ? 0.012 : 0.05, perPool * targets * nodes)),
    lines: random.between(LINES.low, LINES.high),
    ...(keepAlive > 59 ? { neighbours: false } : {}),
    ...asked,
    keepAliveSeconds: keepAlive,
    idleTimeoutSeconds,
  });
  return draft;
}

/** So that quiet pools are not all woken at once. */
function onePerPage(random: Random, asked: Parameters<typeof race>[1]): Draft {
  const draft = race(random, asked);
  draft.traffic = draft.traffic.map((each) =>
    each.kind === 'users' ? { ...each, requestsPerPage: 1, pagesPerVisit: 2 } : each,
  );
  return draft;
}

const keepAlive = (random: Random): number =>
  random.chance(0.5) ? random.pick([1, 2, 4, 5, 5, 5, 10, 15, 20, 30, 50, 55]) : random.logBetween(1, 56);

const ordinary = (random: Random): Draft =>
  race(random, { keepAlive: keepAlive(random), targets: 1 + random.whole(5), nodes: 1 + random.whole(4) });

/** The idle race in ordinary and awkward surroundings. */
export const RACES: readonly Family[] = [
  { name: 'race', draw: (random: Random) => ({ draft: ordinary(random) }) },
  {
    name: 'race, many targets',
    draw: (random: Random) => ({
      draft: race(random, {
        keepAlive: random.logBetween(3, 56),
        targets: 20 + random.whole(231),
        nodes: 1 + random.whole(2),
      }),
    }),
  },
  {
    name: 'race, many nodes',
    draw: (random: Random) => ({
      draft: race(random, {
        keepAlive: random.logBetween(3, 56),
        targets: 1 + random.whole(8),
        nodes: 8 + random.whole(13),
      }),
    }),
  },
  {
    name: 'race, one target',
    draw: (random: Random) => ({
      draft: race(random, { keepAlive: keepAlive(random), targets: 1, nodes: 1 + random.whole(2) }),
    }),
  },
  {
    name: 'race, pollers at its period',
    draw: (random: Random) => {
      const seconds = keepAlive(random);
      const draft = race(random, {
        keepAlive: seconds,
        targets: 1 + random.whole(2),
        nodes: 1 + random.whole(2),
      });
      const period = seconds + random.between(-0.03, 0.06);
      const clients = 1 + random.whole(2);
      const room = Math.max(1500, 12_000 - draft.durationSeconds * 0.2) / draft.durationSeconds;
      draft.traffic.push(
        poller(random, Math.max(period, clients / room), {
          clients,
          jitterSeconds: random.logBetween(0.001, 0.2),
        }),
      );
      return { draft };
    },
  },
  {
    name: 'race, daily cycle',
    draw: (random: Random) => {
      const draft = race(random, {
        keepAlive: random.logBetween(2, 56),
        targets: 1 + random.whole(4),
        nodes: 1 + random.whole(3),
      });
      const cycle = cycleIn(random, draft.durationSeconds);
      draft.traffic = draft.traffic.map((each) => (each.kind === 'users' ? { ...each, cycle } : each));
      return { draft };
    },
  },
  {
    name: 'race, rollout beside it',
    draw: (random: Random) => {
      const draft = race(random, {
        keepAlive: keepAlive(random),
        targets: 2 + random.whole(5),
        nodes: 1 + random.whole(4),
      });
      const [spec] = draft.groups;
      draft.groups[0] = {
        ...spec,
        deployment: {
          atSeconds: draft.durationSeconds * random.between(0.2, 0.7),
          everySeconds: random.between(20, 90),
          ...(random.chance(0.5) ? { graceful: true as const } : {}),
        },
      };
      return { draft };
    },
  },
  {
    name: 'race, looked at once a second',
    draw: (random: Random) => {
      const draft = race(random, {
        keepAlive: random.pick([1, 2, 2, 2, 3, 5, 10]),
        targets: 1 + random.whole(4),
        nodes: 1 + random.whole(3),
      });
      draft.groups[0] = { ...draft.groups[0], sweepSeconds: 1 };
      return { draft };
    },
  },
  {
    name: 'race, long idle timeout',
    draw: (random: Random) => {
      const seconds = random.pick([60.5, 61, 65, 72, 75, 90, 100, 115, 120]);
      const draft = onePerPage(random, {
        keepAlive: seconds,
        idleTimeoutSeconds: random.pick([180, 300, 600, 4000]),
        targets: random.pick([1, 1, 2, 4]),
        nodes: random.pick([1, 2, 4]),
        roundTripSeconds: random.logBetween(0.01, 0.06),
      });
      if (random.chance(0.7)) {
        const clients = 1 + random.whole(3);
        const jitterSeconds = random.logBetween(0.02, 2);
        draft.traffic.push(poller(random, seconds + random.between(-1, 2), { clients, jitterSeconds }));
      }
      return { draft };
    },
  },
].map((family) => ({
  ...family,
  area: 'race' as const,
  fewestFailures: family.name === 'race, long idle timeout' ? 3 : 5,
}));
