import { clientAddress } from '../client-address.ts';
import type { Fault } from '../fault.ts';
import type { Random } from '../random.ts';
import type { ExplanationKind } from '../truth.ts';
import { ageLimit, countLimit, dense } from './connections.ts';
import type { Family } from './family.ts';
import { failingPath, killed, refusedBody, unpassable, usersIn, withFault } from './requests.ts';
import type { Draft } from './surroundings.ts';

/**
 * A cause as a part of a world that has two. The weight says how strongly it strikes: it is found by trying, until
 * the failures have the share that was drawn for them. Causes without one strike as they do.
 */
interface Part {
  readonly name: string;
  readonly kind: ExplanationKind | null;
  readonly weighed: boolean;
  readonly add: (random: Random, draft: Draft, weight: number) => Draft;
}

const shareOf = (base: number, weight: number): number => Math.min(1, base * weight);

const struck =
  (fault: Omit<Fault, 'share'>, base: number): Part['add'] =>
  (_, draft, weight) =>
    withFault(draft, { ...fault, share: shareOf(base, weight) });

const RACE: Part = {
  name: 'race',
  kind: 'idle-time',
  weighed: false,
  add: (random, draft) => {
    const [group] = draft.groups;
    const perPool = usersIn(draft).rate / (draft.nodes * group.targets);
    const keepAlive = Math.min(55, Math.max(0.5, random.logBetween(0.3, 3) / perPool));
    draft.groups[0] = {
      ...group,
      keepAliveSeconds: [keepAlive],
      roundTripSeconds: random.logBetween(0.004, 0.03),
    };
    return draft;
  },
};

const COUNT: Part = {
  name: 'request limit',
  kind: 'connection-requests',
  weighed: false,
  add: (random, draft) => {
    draft.groups[0] = { ...draft.groups[0], requestsPerConnection: countLimit(random, draft) };
    return draft;
  },
};

const AGE: Part = {
  name: 'age limit',
  kind: 'connection-age',
  weighed: false,
  add: (random, draft) => {
    draft.groups[0] = { ...draft.groups[0], connectionAge: { ...ageLimit(random), ends: 'next request' } };
    return draft;
  },
};

const CRASH: Part = {
  name: 'crash',
  kind: 'target-stop',
  weighed: false,
  add: (random, draft) => {
    const { durationSeconds, groups } = draft;
    const crashes = Array.from({ length: 2 + random.whole(3) }, () => ({
      atSeconds: durationSeconds * random.between(0.05, 0.95),
      target: random.whole(groups[0].targets),
      downSeconds: random.between(5, 40),
    }));
    draft.groups[0] = { ...groups[0], crashes, serviceSeconds: random.logBetween(0.2, 1) };
    return draft;
  },
};

const PATH: Part = {
  name: 'path',
  kind: 'path',
  weighed: true,
  add: (random, draft, weight) =>
    failingPath(random, draft, { traffic: Math.min(0.3, 0.01 * weight), share: random.pick([1, 0.5]) }),
};
const CLIENT: Part = {
  name: 'clients',
  kind: 'client',
  weighed: true,
  add: (random, draft, weight) => {
    const { rate } = usersIn(draft);
    for (const path of ['/', '/account', '/orders'])
      draft.traffic.push({
        kind: 'choreography',
        firstClient: 700,
        clients: 3,
        starts: { by: 'chance', rate: rate * Math.min(0.1, 0.004 * weight) },
        steps: [{ method: 'GET', path }],
      });
    const clients = new Set([700, 701, 702].map(clientAddress));
    return withFault(draft, {
      ...unpassable(random, 'client', { clients }, 0.8),
      breaks: { when: 'after work' },
    });
  },
};
const WORKER: Part = {
  name: 'worker timeout',
  kind: 'target-time',
  weighed: true,
  add: (random, draft, weight) =>
    struck({ cause: 'worker-timeout', kind: 'target-time', where: {}, breaks: killed(random) }, 0.003)(
      random,
      draft,
      weight,
    ),
};
const BODY: Part = {
  name: 'large bodies',
  kind: 'request-body',
  weighed: true,
  add: (random, draft, weight) =>
    withFault(draft, { ...refusedBody(random, draft), share: shareOf(0.3, weight) }),
};
const RANDOM: Part = {
  name: 'random',
  kind: null,
  weighed: true,
  add: struck({ cause: 'none', kind: null, where: {}, breaks: { when: 'at once' } }, 0.003),
};
const NETWORK: Part = {
  name: 'network path',
  kind: 'node',
  weighed: true,
  add: (random, draft, weight) => {
    const from = draft.durationSeconds * random.between(0.1, 0.3);
    return withFault(draft, {
      cause: 'network-path',
      kind: 'node',
      where: {
        nodes: [0],
        targets: [0],
        fromSeconds: from,
        toSeconds: from + Math.min(0.6, 0.05 * weight) * draft.durationSeconds,
      },
      share: 1,
      breaks: { when: 'before it was sent' },
    });
  },
};

/** Pairs that one service may well have, and that the log shows in different ways. */
const PAIRS: readonly (readonly [Part, Part])[] = [
  [RACE, PATH],
  [RACE, CLIENT],
  [RACE, WORKER],
  [RACE, BODY],
  [RACE, RANDOM],
  [RACE, NETWORK],
  [RACE, CRASH],
  [RACE, COUNT],
  [COUNT, PATH],
  [COUNT, CLIENT],
  [COUNT, WORKER],
  [COUNT, BODY],
  [COUNT, RANDOM],
  [AGE, PATH],
  [AGE, WORKER],
  [CRASH, PATH],
  [CRASH, WORKER],
  [CRASH, RANDOM],
  [PATH, CLIENT],
  [PATH, WORKER],
  [PATH, BODY],
  [PATH, RANDOM],
  [PATH, NETWORK],
  [CLIENT, WORKER],
  [CLIENT, RANDOM],
  [WORKER, BODY],
  [WORKER, RANDOM],
  [WORKER, NETWORK],
  [BODY, RANDOM],
  [NETWORK, RANDOM],
];

function mixed(random: Random, [first, second]: readonly [Part, Part], weight: number): Draft {
  const draft = dense(random, random.between(5000, 14_000));
  draft.retries = null;
  if (draft.nodes < 3 && (first === NETWORK || second === NETWORK)) draft.nodes = 3;
  const [group] = draft.groups;
  draft.groups[0] = { ...group, targets: Math.max(2, group.targets) };
  const users = usersIn(draft);
  draft.traffic[0] = { ...users, routes: [...users.routes, ...BODIES] };
  draft.idleTimeoutSeconds = 60;
  return second.add(random, first.add(random, draft, weight), first.weighed ? 1 : weight);
}

/** Bodies of many sizes on the same paths, in whatever application. */
const BODIES = [
  { method: 'POST', path: '/messages', weight: 1, bodyBytes: 3000, bodySigma: 1.3 },
  { method: 'PUT', path: '/messages/{id}', ids: 900, weight: 1, bodyBytes: 6000, bodySigma: 1.3 },
] as const;

/** A family whose second cause is weighed until it has its share. */
export interface PairFamily extends Family {
  /** What the failures of each keep to. */
  readonly kinds: readonly [ExplanationKind | null, ExplanationKind | null];
  /** The place of the cause that the weight is for; null where neither can be weighed. */
  readonly weighed: 0 | 1 | null;
  readonly drawWeighed: (random: Random, weight: number) => ReturnType<Family['draw']>;
}

/** Two causes at once, from 1:4 to 4:1. */
export const TWO_CAUSES: readonly PairFamily[] = PAIRS.map((pair) => {
  const drawWeighed = (random: Random, weight: number) => ({
    draft: mixed(random, pair, weight),
    open: pair.includes(AGE),
  });
  return {
    name: `${pair[0].name} and ${pair[1].name}`,
    area: 'two causes',
    fewestFailures: 20,
    draw: (random) => drawWeighed(random, 1),
    kinds: [pair[0].kind, pair[1].kind],
    weighed: pair[0].weighed ? 0 : pair[1].weighed ? 1 : null,
    drawWeighed,
  };
});
