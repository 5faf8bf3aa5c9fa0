import { clientAddress } from '../client-address.ts';
import type { Breaks, Fault, Where } from '../fault.ts';
import type { Random } from '../random.ts';
import type { Route } from '../routes.ts';
import type { GroupSpec } from '../scenario.ts';
import type { Users } from '../traffic.ts';
import type { Cause, ExplanationKind } from '../truth.ts';
import type { Family } from './family.ts';
import { type Draft, surroundings } from './surroundings.ts';

/** Adds a rule by which requests of the first group fail. */
export function withFault(draft: Draft, fault: Fault): Draft {
  const [group, ...rest] = draft.groups;
  const failing: GroupSpec = { ...group, faults: [...(group.faults ?? []), fault] };
  return { ...draft, groups: [failing, ...rest] };
}

/** Adds a route to what the first visitors ask for. */
export function withRoute(draft: Draft, route: Route): Draft {
  const [users, ...others] = draft.traffic;
  if (users?.kind !== 'users') throw new Error('no visitors');
  return { ...draft, traffic: [{ ...users, routes: [...users.routes, route] }, ...others] };
}

export function usersIn(draft: Draft): Users {
  const users = draft.traffic.find((each) => each.kind === 'users');
  if (users?.kind !== 'users') throw new Error('no visitors');
  return users;
}

const weightOf = (draft: Draft): number => usersIn(draft).routes.reduce((sum, { weight }) => sum + weight, 0);

/** A response that cannot be passed on is there at once, or after work. */
export const badResponse = (random: Random): Breaks =>
  random.pick([
    { when: 'at once' },
    { when: 'after work' },
    { when: 'after', seconds: random.between(0.25, 3), slackSeconds: random.between(0.5, 3) },
    { when: 'lognormal', medianSeconds: random.logBetween(0.02, 1.5), sigma: random.between(0.3, 0.8) },
  ] as const);

/** Malformed or too large: the log shows both alike. */
const UNPASSABLE = ['malformed-response', 'response-header-too-large'] as const;

export const unpassable = (random: Random, kind: ExplanationKind, where: Where, share: number): Fault => ({
  cause: random.pick(UNPASSABLE),
  kind,
  where,
  share,
  breaks: badResponse(random),
});

/** A path of its own with this share of the visitors' requests, that fails. */
export function failingPath(
  random: Random,
  draft: Draft,
  { traffic, share, path }: { readonly traffic: number; readonly share: number; readonly path?: string },
): Draft {
  const named = path ?? random.pick(['/export', '/report/monthly', '/api/v1/invoices', '/legacy/feed.xml']);
  const route = { method: 'GET', path: named, weight: (weightOf(draft) * traffic) / (1 - traffic) };
  return withFault(withRoute(draft, route), unpassable(random, 'path', { path: named }, share));
}

/** The lines of a world whose failures are a share of one path, so that there are some twenty at least. */
const linesFor = (random: Random, traffic: number, share: number): number =>
  Math.min(18_000, Math.max(2500, random.logBetween(12, 200) / (traffic * share)));

const worn = (random: Random, fault: Omit<Fault, 'share'>, expected: number): Draft => {
  const draft = surroundings(random);
  const lines = usersIn(draft).rate * draft.durationSeconds;
  return withFault(draft, { ...fault, share: Math.min(0.5, expected / lines) });
};

/** A worker that takes too long is killed by a timer of the server. */
export const killed = (random: Random): Breaks => ({
  when: 'after',
  seconds: random.chance(0.7) ? random.pick([5, 10, 15, 20, 25, 28]) : random.between(2, 28.5),
  slackSeconds: random.pick([0.02, 0.1, 0.5, 1]),
});

const itemId = (random: Random): string => `/item/${1 + random.whole(12)}`;

function certainCallers(random: Random): Draft {
  const draft = surroundings(random);
  const path = random.pick(['/partner/catalogue', '/internal/sync', '/v0/export']);
  const { rate } = usersIn(draft);
  const clients = 4 + random.whole(20);
  draft.traffic.push({
    kind: 'choreography',
    firstClient: 700,
    clients,
    starts: { by: 'chance', rate: rate * random.between(0.01, 0.06) },
    steps: [{ method: random.pick(['GET', 'POST']), path }],
  });
  return withFault(draft, unpassable(random, 'path', { path }, random.pick([1, 1, 0.6])));
}

function largeHeaders(random: Random): Draft {
  const draft = surroundings(random, {
    lines: random.between(3000, 9000),
    application: random.pick(['shop', 'media', 'api'] as const),
  });
  const { clients } = usersIn(draft);
  const first = random.whole(Math.min(clients, 12));
  const some = new Set(
    Array.from({ length: 1 + random.whole(5) }, (_, at) =>
      clientAddress(1024 + ((first + at * 3) % clients)),
    ),
  );
  return withFault(draft, {
    cause: 'response-header-too-large',
    kind: 'client',
    where: { clients: some },
    share: random.between(0.3, 1),
    breaks: random.pick([{ when: 'after work' }, { when: 'at once' }] as const),
  });
}

/** Bodies above a size are refused; smaller ones on the same paths are not. */
export function refusedBody(random: Random, draft: Draft): Fault {
  const bodies = usersIn(draft).routes.filter(({ bodyBytes }) => bodyBytes !== undefined);
  const largest = bodies.reduce((most, route) =>
    (route.bodyBytes ?? 0) > (most.bodyBytes ?? 0) ? route : most,
  );
  const above = (largest.bodyBytes ?? 0) * Math.exp((largest.bodySigma ?? 0) * random.between(-0.5, 1.3));
  return {
    cause: 'request-body-refused' satisfies Cause,
    kind: 'request-body',
    where: { largerThanBytes: Math.round(above) },
    share: random.pick([1, 1, 0.9]),
    breaks: { when: 'at once' },
  };
}

/** Failures that keep to what is asked, or to who asks. */
export const REQUESTS: readonly Family[] = [
  {
    name: 'worker timeout',
    draw: (random: Random) => ({
      draft: worn(
        random,
        { cause: 'worker-timeout', kind: 'target-time', where: {}, breaks: killed(random) },
        random.logBetween(8, 150),
      ),
    }),
  },
  {
    name: 'worker timeout on one path',
    draw: (random: Random) => {
      const traffic = random.logBetween(0.004, 0.1);
      const share = random.between(0.1, 1);
      const draft = surroundings(random, { lines: linesFor(random, traffic, share) });
      const route = {
        method: 'GET',
        path: '/search/deep',
        weight: (weightOf(draft) * traffic) / (1 - traffic),
      };
      const fault: Fault = {
        cause: 'worker-timeout',
        kind: 'target-time',
        where: { path: route.path },
        share,
        breaks: killed(random),
      };
      return { draft: withFault(withRoute(draft, route), fault) };
    },
  },
  {
    name: 'a path always',
    draw: (random: Random) => {
      const traffic = random.logBetween(0.003, 0.05);
      const draft = surroundings(random, { lines: linesFor(random, traffic, 1) });
      return { draft: failingPath(random, draft, { traffic, share: 1 }) };
    },
  },
  {
    name: 'a path now and then',
    draw: (random: Random) => {
      const [traffic, share] = [random.logBetween(0.02, 0.3), random.between(0.03, 0.25)];
      const draft = surroundings(random, { lines: linesFor(random, traffic, share) });
      return { draft: failingPath(random, draft, { traffic, share }) };
    },
  },
  {
    name: 'a path with much of the traffic',
    draw: (random: Random) => ({
      draft: failingPath(random, surroundings(random), { traffic: random.between(0.2, 0.45), share: 1 }),
    }),
  },
  {
    name: 'one id of a path',
    draw: (random: Random) => {
      const draft = surroundings(random, { application: 'shop', lines: random.between(5000, 14_000) });
      return {
        draft: withFault(
          draft,
          unpassable(random, 'path', { path: itemId(random) }, random.pick([1, 1, 0.4])),
        ),
      };
    },
  },
  {
    name: 'all ids of a path',
    draw: (random: Random) => {
      const draft = surroundings(random, { application: random.pick(['shop', 'media']) });
      const pathPrefix = usersIn(draft).routes.some(({ path }) => path.startsWith('/item/'))
        ? '/item/'
        : '/photo/';
      return {
        draft: withFault(
          draft,
          unpassable(random, 'path', { pathPrefix }, random.chance(0.4) ? 1 : random.between(0.03, 0.25)),
        ),
      };
    },
  },
  { name: 'a path of certain callers', draw: (random: Random) => ({ draft: certainCallers(random) }) },
  {
    name: 'headers of certain clients',
    draw: (random: Random) => ({ draft: largeHeaders(random) }),
  },
  {
    name: 'large bodies',
    draw: (random: Random) => {
      const draft = surroundings(random, { application: random.pick(['api', 'rpc', 'media'] as const) });
      return { draft: withFault(draft, refusedBody(random, draft)) };
    },
  },
].map((family) => ({ ...family, area: 'known' as const, fewestFailures: 5 }));
