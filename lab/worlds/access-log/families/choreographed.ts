import { clientAddress } from '../client-address.ts';
import type { Breaks, Fault, Where } from '../fault.ts';
import type { Random } from '../random.ts';
import type { Choreography } from '../traffic.ts';
import type { Family, Leeway } from './family.ts';
import { unpassable, usersIn, withFault } from './requests.ts';
import { RHYTHMS } from './rhythms.ts';
import { type Draft, surroundings } from './surroundings.ts';

const FIRST_CLIENT = 256;
const SHORTEST_SECONDS = 600;

/** Requests that one start of a rhythm brings, at most. */
const requestsOf = ({ steps }: Choreography): number =>
  steps.reduce((sum, { times = 1, atOnce = 1, after }) => sum + (after ? 0.3 : 1) * times * atOnce, 0);

const startsASecond = ({ starts, clients }: Choreography): number =>
  starts.by === 'chance' ? starts.rate : clients / starts.periodSeconds;

/** Where failures come from, that have nothing to do with how requests follow from one another. */
function failing(random: Random, draft: Draft, rhythm: Choreography): { draft: Draft } & Leeway {
  const steps = rhythm.steps.filter(({ path }) => path !== rhythm.steps[0].path);
  const last = steps[steps.length - 1] ?? rhythm.steps[0];
  const rate = startsASecond(rhythm) * requestsOf(rhythm) + usersIn(draft).rate;
  const expected = random.logBetween(12, 120) / (rate * draft.durationSeconds);
  const followed = rhythm.steps.length > 1 || (rhythm.steps[0].times ?? 1) > 1;
  const what = random.pick([followed ? 'follow-up' : 'step', 'step', 'random', 'random', 'path', 'client']);
  const early: Breaks = random.pick([{ when: 'at once' }, { when: 'at once' }, { when: 'after work' }]);
  if (what === 'random') {
    const share = Math.min(0.5, Math.max(expected, random.pick([0.001, 0.005, 0.02])));
    return { draft: withFault(draft, { cause: 'none', kind: null, where: {}, share, breaks: early }) };
  }
  if (what === 'follow-up') {
    // The application answers it badly because of what went before; the log shows its paths.
    const share = random.pick([1, random.between(0.1, 0.6), random.between(0.03, 0.2)]);
    const where: Where = { followUp: true };
    const fault: Fault = { cause: 'malformed-response', kind: 'path', where, share, breaks: early };
    return { draft: withFault(draft, fault) };
  }
  if (what === 'client') {
    const callers = Array.from({ length: 1 + random.whole(2) }, (_, at) => clientAddress(FIRST_CLIENT + at));
    const where: Where = { clients: new Set(callers) };
    return { draft: withFault(draft, unpassable(random, 'client', where, random.between(0.3, 1))) };
  }
  const { routes } = usersIn(draft);
  const other = random.pick(routes.filter(({ path, weight }) => !path.includes('{') && weight >= 0.5));
  const [before, after = ''] = last.path.split('{id}');
  const where: Where =
    what === 'path'
      ? { path: other.path, method: other.method }
      : { method: last.method, pathPrefix: before ?? '', pathSuffix: after };
  const share = random.pick([1, random.between(0.1, 0.6), random.between(0.03, 0.2)]);
  return { draft: withFault(draft, unpassable(random, 'path', where, share)) };
}

function choreographed(random: Random, name: string) {
  const draw = RHYTHMS[name];
  if (!draw) throw new Error(`no rhythm ${name}`);
  const rate = random.logBetween(0.1, 3);
  const share = random.between(0.2, 0.97);
  const rhythm: Choreography = { kind: 'choreography', firstClient: FIRST_CLIENT, ...draw(random, rate) };
  const own = startsASecond(rhythm) * requestsOf(rhythm);
  const background = Math.max(0.02, (own * (1 - share)) / share);
  const lines = random.between(2500, 9000);
  const draft = surroundings(random, {
    rate: background,
    lines: Math.max(lines * (1 - share), SHORTEST_SECONDS * background),
    // Over few pools the rhythm shows in each of them.
    targets: random.pick([1, 1, 1, 2, 2, 3, 1 + random.whole(8), 1 + random.whole(40)]),
    nodes: random.pick([1, 1, 1, 2, 2, 3, 1 + random.whole(6)]),
    keepAliveSeconds: random.pick([null, 75, 120]),
    idleTimeoutSeconds: 60,
    neighbours: random.chance(0.3),
  });
  draft.traffic.push(rhythm);
  return failing(random, draft, rhythm);
}

/** Worlds with a rhythm of their own, and without any race. */
export const CHOREOGRAPHED: readonly Family[] = Object.keys(RHYTHMS).map((name) => ({
  name: `rhythm: ${name}`,
  area: 'rhythm',
  fewestFailures: 4,
  draw: (random) => choreographed(random, name),
}));
