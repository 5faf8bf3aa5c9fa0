import type { Breaks } from '../fault.ts';
import type { Random } from '../random.ts';
import type { Route } from '../routes.ts';
import { type Family, mayBe } from './family.ts';
import { usersIn, withFault } from './requests.ts';
import { type Asked, cycleIn, type Draft, surroundings } from './surroundings.ts';
import { threeGroups } from './targets.ts';

const AT_ONCE: Breaks = { when: 'at once' };

/** Failures that keep to nothing. */
function atRandom(draft: Draft, share: number, breaks: Breaks = AT_ONCE): Draft {
  return withFault(draft, { cause: 'none', kind: null, where: {}, share, breaks });
}

const linesFor = (random: Random, share: number): number =>
  Math.min(20_000, Math.max(random.between(2000, 6000), random.between(8, 30) / share));

const scattered =
  (share: number, asked: Asked = {}): Family['draw'] =>
  (random) => ({
    draft: atRandom(surroundings(random, { lines: linesFor(random, share), ...asked }), share),
  });

const aborted = (random: Random, breaks: Breaks): Draft => {
  const share = random.logBetween(0.004, 0.3);
  return atRandom(surroundings(random, { lines: linesFor(random, share) }), share, breaks);
};

/** A route that few ask for, so that paths and clients are many. */
const MANY: readonly Route[] = [{ method: 'GET', path: '/u/{id}', ids: 50_000, weight: 1 }];

/** What an abort of work under way may be taken for, if not said to be sure. */
const ABORTED = mayBe('malformed-response', 'target-crash', 'worker-timeout');

const FAMILIES: readonly Omit<Family, 'area'>[] = [
  { name: 'random, 0.1 %', draw: scattered(0.001) },
  { name: 'random, 1 %', draw: scattered(0.01) },
  { name: 'random, 5 %', draw: scattered(0.05) },
  { name: 'random, 30 %', draw: scattered(0.3) },
  { name: 'random, 90 %', draw: scattered(0.9) },
  {
    name: 'random, 250 targets',
    draw: (random) =>
      scattered(random.pick([0.003, 0.02, 0.3]), { targets: 250, rate: random.logBetween(5, 50) })(random),
  },
  {
    name: 'random, aborts at exponential times',
    draw: (random) => ({
      draft: aborted(random, { when: 'exponential', meanSeconds: random.logBetween(0.1, 6) }),
      also: ABORTED,
    }),
  },
  {
    name: 'random, aborts at lognormal times',
    draw: (random) => ({
      draft: aborted(random, {
        when: 'lognormal',
        medianSeconds: random.logBetween(0.05, 5),
        sigma: random.between(0.5, 1.5),
      }),
      also: ABORTED,
    }),
  },
  {
    name: 'random, after ordinary work',
    draw: (random) => ({ draft: aborted(random, { when: 'after work' }), also: ABORTED }),
  },
  {
    name: 'random, more by day',
    draw: (random) => {
      const share = random.logBetween(0.004, 0.2);
      const draft = surroundings(random, { lines: linesFor(random, share), cycle: null });
      const cycle = cycleIn(random, draft.durationSeconds);
      draft.traffic = draft.traffic.map((each) => (each.kind === 'users' ? { ...each, cycle } : each));
      return {
        draft: withFault(draft, { cause: 'none', kind: null, where: {}, share, breaks: AT_ONCE, cycle }),
      };
    },
  },
  {
    name: 'random, one of three groups',
    draw: (random) => ({ draft: atRandom(threeGroups(random, {}), random.logBetween(0.005, 0.6)) }),
  },
  {
    name: 'random, paths and clients without number',
    draw: (random) => {
      const share = random.logBetween(0.003, 0.1);
      const draft = surroundings(random, { lines: linesFor(random, share) });
      const users = { ...usersIn(draft), routes: MANY, clients: 20_000, zipf: 0.1 };
      draft.traffic = [users, ...draft.traffic.slice(1)];
      return { draft: atRandom(draft, share) };
    },
  },
  {
    name: 'random, on one target',
    draw: (random) => {
      const share = random.logBetween(0.01, 0.5);
      const targets = 2 + random.whole(12);
      const draft = surroundings(random, {
        targets,
        lines: linesFor(random, share / targets),
        neighbours: false,
      });
      return {
        draft: withFault(draft, {
          cause: 'none',
          kind: 'target',
          where: { targets: [0] },
          share,
          breaks: AT_ONCE,
        }),
        also: mayBe('target-crash', 'malformed-response'),
      };
    },
  },
];

/** Worlds whose cause is none of the vocabulary. */
export const UNKNOWN: readonly Family[] = FAMILIES.map((family) => ({ ...family, area: 'unknown' }));
