import type { Random } from '../random.ts';
import { APPLICATIONS } from '../routes.ts';
import type { GroupSpec } from '../scenario.ts';
import { type Family, fits, mayBe } from './family.ts';
import { withFault, withRoute } from './requests.ts';
import { type Draft, groupSpec, surroundings, usersOf } from './surroundings.ts';

/** Work that takes so long that a target has some in flight whenever it stops. */
function busy(random: Random, least: number): Draft {
  const targets = least + random.whole(random.pick([3, 6, 20]));
  const serviceSeconds = random.logBetween(0.3, 3);
  const rate = Math.min(50, (targets * random.logBetween(1, 12)) / serviceSeconds / 2);
  const draft = surroundings(random, {
    targets,
    serviceSeconds,
    rate,
    lines: random.between(4000, 12_000),
    neighbours: false,
  });
  return draft;
}

const changeGroup = (draft: Draft, changes: Partial<GroupSpec>): Draft => {
  const [group, ...rest] = draft.groups;
  return { ...draft, groups: [{ ...group, ...changes }, ...rest] };
};

function crashing(random: Random): Draft {
  const draft = busy(random, 2);
  const { targets } = draft.groups[0];
  const crashes = Array.from({ length: 1 + random.whole(4) }, (_, at) => ({
    atSeconds: draft.durationSeconds * random.between(0.05, 0.95),
    target: random.chance(0.5) ? 0 : at % targets,
    downSeconds: random.between(3, 40),
  }));
  return changeGroup(draft, { crashes });
}

function replacing(random: Random, everySeconds: number, inPlace: boolean): Draft {
  const draft = busy(random, 3);
  const { durationSeconds, groups } = draft;
  const each = Math.min(everySeconds, (durationSeconds * 0.6) / groups[0].targets);
  return changeGroup(draft, {
    deployment: {
      atSeconds: durationSeconds * random.between(0.1, 0.3),
      everySeconds: each,
      ...(inPlace ? { inPlace: true as const } : {}),
    },
  });
}

function draining(random: Random): Draft {
  const targets = 2 + random.whole(5);
  const draft = surroundings(random, {
    targets,
    serviceSeconds: 0.05,
    rate: random.logBetween(2, 20),
    idleTimeoutSeconds: 120,
    neighbours: false,
  });
  const slow = { method: 'GET', path: '/export/{id}', ids: 500, weight: 3, work: random.between(200, 600) };
  const drains = Array.from({ length: 1 + random.whole(targets - 1) }, (_, target) => ({
    atSeconds: draft.durationSeconds * random.between(0.1, 0.9),
    target,
    delaySeconds: random.pick([5, 10, 15, 30]),
    undispatched: random.chance(0.4),
  }));
  return withRoute(changeGroup(draft, { drains }), slow);
}

/** A stretch in which targets refuse. */
function refusing(random: Random, draft: Draft, refuse: readonly number[]): Draft {
  const from = draft.durationSeconds * random.between(0.1, 0.6);
  const to = from + draft.durationSeconds * random.between(0.03, 0.3);
  return changeGroup(draft, {
    refusals: refuse.map((target) => ({ fromSeconds: from, toSeconds: to, target })),
  });
}

/** Three services behind one load balancer, told apart by their paths. */
export function threeGroups(random: Random, first: Partial<GroupSpec>): Draft {
  const draft = surroundings(random, {
    targets: 1 + random.whole(4),
    rate: random.logBetween(0.1, 8),
    lines: random.logBetween(300, 4000),
  });
  const other = (name: string): GroupSpec => ({
    ...groupSpec(random, { targets: 1 + random.whole(4) }),
    name,
  });
  const rate = 2500 / draft.durationSeconds;
  draft.retries = null;
  const routes = [APPLICATIONS.api, APPLICATIONS.rpc].map((each, group) =>
    each.map((route) => ({ ...route, path: `/s${group + 1}${route.path}` })),
  );
  return {
    ...draft,
    traffic: [
      ...draft.traffic.map((each) => ({ ...each, group: 0 })),
      ...routes.map((each, at) => ({ ...usersOf(random, rate, each), group: at + 1 })),
    ],
    groups: [{ ...draft.groups[0], ...first }, other('group-1'), other('group-2')],
  };
}

/** Failures that keep to targets, to moments or to the way there. */
export const TARGETS: readonly Family[] = [
  { name: 'crash', draw: (random: Random) => ({ draft: crashing(random) }) },
  {
    name: 'deployment',
    draw: (random: Random) => ({ draft: replacing(random, random.between(10, 120), false) }),
  },
  {
    name: 'restart in place',
    draw: (random: Random) => ({
      draft: replacing(random, random.between(20, 120), true),
      also: fits('target-crash'),
    }),
  },
  {
    name: 'all targets replaced at once',
    draw: (random: Random) => ({ draft: replacing(random, 0, false) }),
  },
  {
    name: 'deregistration delay',
    draw: (random: Random) => ({ draft: draining(random) }),
  },
  {
    name: 'a target refuses',
    draw: (random: Random) => {
      const draft = surroundings(random, { targets: 2 + random.whole(8), neighbours: false });
      return { draft: refusing(random, draft, [0]), also: fits('target-crash') };
    },
  },
  {
    name: 'one of three groups refuses',
    draw: (random: Random) => {
      const draft = threeGroups(random, {});
      const all = Array.from({ length: draft.groups[0].targets }, (_, at) => at);
      return {
        draft: refusing(random, draft, all),
        also: fits('deployment'),
      };
    },
  },
  {
    name: 'all targets refuse',
    draw: (random: Random) => {
      const draft = surroundings(random, { neighbours: false });
      const all = Array.from({ length: draft.groups[0].targets }, (_, at) => at);
      return {
        draft: refusing(random, draft, all),
        also: fits('deployment'),
      };
    },
  },
  {
    name: 'a group never reached',
    draw: (random: Random) => ({
      draft: withFault(threeGroups(random, {}), {
        cause: random.pick(['connection-refused', 'tls-failure', 'network-path'] as const),
        kind: 'moment',
        where: {},
        share: 1,
        breaks: { when: 'before it was sent' },
      }),
      // Nothing in the log tells a refusal from a handshake that fails.
      also: mayBe('connection-refused', 'tls-failure', 'protocol-mismatch', 'network-path'),
    }),
  },
  {
    name: 'a group never answered',
    draw: (random: Random) => ({
      draft: withFault(threeGroups(random, {}), {
        cause: random.pick(['protocol-mismatch', 'protocol-mismatch', 'tls-failure'] as const),
        kind: 'moment',
        where: {},
        share: 1,
        breaks: { when: 'at once' },
      }),
      also: [...fits('protocol-mismatch', 'tls-failure'), ...mayBe('malformed-response')],
    }),
  },
  {
    name: 'network path',
    draw: (random: Random) => {
      const nodes = 3 + random.whole(4);
      const targets = 2 + random.whole(6);
      const draft = surroundings(random, { nodes, targets, neighbours: false });
      const from = random.chance(0.4) ? 0 : draft.durationSeconds * random.between(0, 0.5);
      const toSeconds = from + draft.durationSeconds * random.between(0.15, 0.5);
      const some = Array.from({ length: 1 + random.whole(targets - 1) }, (_, at) => at);
      return {
        draft: withFault(draft, {
          cause: 'network-path',
          kind: 'node',
          where: { nodes: [random.whole(nodes)], targets: some, fromSeconds: from, toSeconds },
          share: 1,
          breaks: { when: 'before it was sent' },
        }),
      };
    },
  },
  {
    name: 'Lambda function',
    draw: (random: Random) => {
      const draft = surroundings(random, { targets: 1, neighbours: false });
      return { draft: changeGroup(draft, { lambda: true, lambdaErrorShare: random.logBetween(0.002, 0.2) }) };
    },
  },
].map((family) => ({ ...family, area: 'known' as const, fewestFailures: 5 }));
