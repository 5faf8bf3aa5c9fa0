import type { Random } from '../random.ts';
import type { ConnectionAge } from '../scenario.ts';
import type { Family } from './family.ts';
import { type Draft, surroundings } from './surroundings.ts';

/** Traffic so dense that connections live on until they meet a limit. */
export function dense(random: Random, lines = random.between(5000, 14_000)): Draft {
  const nodes = random.pick([1, 1, 2, 2, 3, 4, 8]);
  const targets = random.pick([1, 1, 2, 3, 4, 8, 20]);
  const pools = nodes * targets;
  return surroundings(random, {
    nodes,
    targets,
    lines,
    rate: Math.min(50, Math.max(0.3, pools * random.logBetween(0.3, 4))),
    idleTimeoutSeconds: random.pick([60, 60, 120]),
  });
}

/** So many requests a connection, as its pools can reach several times. */
export function countLimit(random: Random, draft: Draft, lines = 8000): number {
  const perPool = lines / (draft.nodes * draft.groups[0].targets);
  const wanted = random.pick([10, 20, 50, 100, 100, 100, 200, 500, 1000]);
  return Math.max(4, Math.min(wanted, Math.floor(perPool / 6), Math.floor(lines / 10)));
}

export function ageLimit(random: Random): ConnectionAge {
  const seconds = random.pick([30, 30, 60, 120, 300, 300, 600]);
  return {
    seconds,
    jitterSeconds: random.pick([0, 0, 0.05, 0.1 * seconds]),
    ends: random.chance(0.7) ? 'next request' : 'at once',
  };
}

/** Limits of a connection. */
export const LIMITS: readonly Family[] = [
  {
    name: 'request limit',
    draw: (random: Random) => {
      const draft = dense(random);
      draft.groups[0] = { ...draft.groups[0], requestsPerConnection: countLimit(random, draft) };
      return { draft };
    },
  },
  {
    name: 'request limit with jitter',
    draw: (random: Random) => {
      const draft = dense(random);
      const limit = countLimit(random, draft);
      draft.groups[0] = {
        ...draft.groups[0],
        requestsPerConnection: limit,
        requestsPerConnectionJitter: Math.max(1, Math.round(limit * random.between(0.05, 0.5))),
      };
      // The counts differ, so that only their rarity among small ones is left to see.
      return { draft, open: true };
    },
  },
  {
    name: 'connection age limit',
    draw: (random: Random) => {
      const draft = dense(random);
      const connectionAge = ageLimit(random);
      const [group] = draft.groups;
      draft.groups[0] = {
        ...group,
        connectionAge,
        ...(connectionAge.ends === 'at once' ? { serviceSeconds: random.logBetween(0.1, 0.8) } : {}),
      };
      // Long enough to meet the limit several times, in traffic that makes no long log of it.
      const { durationSeconds } = draft;
      draft.durationSeconds = Math.max(durationSeconds, 8 * connectionAge.seconds);
      draft.traffic = draft.traffic.map((each) =>
        each.kind === 'users'
          ? { ...each, rate: (each.rate * durationSeconds) / draft.durationSeconds }
          : each,
      );
      // Ages are not in the log: they must be counted back from when a connection was opened.
      return { draft, open: true };
    },
  },
].map((family) => ({ ...family, area: 'known' as const, fewestFailures: 5 }));
