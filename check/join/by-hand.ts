import * as z from 'zod';
import { InputError } from '../../lambda/model/failure.ts';
import type { CheckedServer, Place } from '../model.ts';
import { isWithin, within } from '../path-names.ts';
import type { RepositoryFacts } from '../read/read-repository.ts';
import { type CheckedPath, ofRepository, ofSomebody, type PathLoadBalancer } from './path.ts';
import { frontOf, type Program } from './programs.ts';

/** The file of joins by hand, unless another is named. */
export const BY_HAND_FILE = 'alb502.check.json';

const name = z.string().min(1);

/** The file that joins by hand what cannot be joined otherwise. Idle timeouts are AWS's 1 to 4000 s. */
export const byHandSchema = z.strictObject({
  paths: z.array(
    z.strictObject({
      loadBalancer: z.union(
        [name, z.strictObject({ idleTimeoutSeconds: z.number().min(1).max(4000), name: name.optional() })],
        { error: 'expected a name or {"idleTimeoutSeconds": 1 to 4000, "name": ...}' },
      ),
      targetGroup: name.optional(),
      server: z.union(
        [name, z.strictObject({ keepAliveSeconds: z.number().min(0), name: name.optional() })],
        { error: 'expected a file, a folder or {"keepAliveSeconds": ..., "name": ...}' },
      ),
    }),
  ),
});

/** Joins by hand, with where each stands. */
export interface ByHand {
  readonly file: string;
  readonly paths: z.infer<typeof byHandSchema>['paths'];
  /** The line of each path. */
  readonly lines: readonly number[];
}

type Entry = ByHand['paths'][number];

const list = (names: readonly string[]): string =>
  names.length === 0 ? 'there is none' : `there is ${[...new Set(names)].slice(0, 10).join(', ')}`;

/** The one thing of that name or id. */
function named<T extends { readonly id: string; readonly name: string }>(
  items: readonly T[],
  wanted: string,
  what: string,
  { file, line }: Place,
): T {
  const byId = items.filter(({ id }) => id === wanted);
  const found = byId.length > 0 ? byId : items.filter((item) => item.name === wanted);
  const [only, ...others] = found;
  if (only === undefined)
    throw new InputError(
      `${file}:${line}: no ${what} is called ${JSON.stringify(wanted)}; ${list(items.map((item) => item.name))}`,
    );
  if (others.length > 0)
    throw new InputError(
      `${file}:${line}: ${found.length} are called ${JSON.stringify(wanted)}; write the id of one: ${found.map(({ id }) => id).join(', ')}`,
    );
  return only;
}

function loadBalancerOf({ loadBalancer }: Entry, facts: RepositoryFacts, place: Place): PathLoadBalancer {
  if (typeof loadBalancer === 'string')
    return ofRepository(named(facts.loadBalancers, loadBalancer, 'load balancer', place));
  return ofSomebody(loadBalancer.name ?? 'ALB', 'by hand', loadBalancer.idleTimeoutSeconds, place);
}

/** A server that is only said. */
const saidServer = (
  { keepAliveSeconds, name: server = 'server' }: Exclude<Entry['server'], string>,
  place: Place,
): CheckedServer => ({
  id: `by hand ${server}`,
  server,
  version: null,
  place,
  folder: '.',
  keepAliveSeconds: {
    state: 'set',
    value: keepAliveSeconds,
    place,
    written: `"keepAliveSeconds": ${keepAliveSeconds}`,
  },
  keepAliveAs: { template: '"keepAliveSeconds": %s', unit: 'seconds' },
  requestsPerConnection: null,
  headersTimeoutSeconds: null,
  closesIdleOnShutdown: null,
  ports: [],
});

interface Serving {
  readonly program: Program | null;
  readonly front: readonly CheckedServer[];
  readonly behind: readonly CheckedServer[];
}

/** The servers of a file, or the program of a folder. */
function serversAt(
  wanted: string,
  programs: readonly Program[],
  facts: RepositoryFacts,
  { file, line }: Place,
): Serving {
  const path = within('.', wanted);
  const all = programs.flatMap(({ front, behind }) => [...front, ...behind]);
  const exact = [...all, ...facts.servers].filter(({ place }) => place.file === path);
  const programOf = (server: CheckedServer): Program | null =>
    programs.find(({ front, behind }) => [...front, ...behind].some(({ id }) => id === server.id)) ?? null;
  const [first] = exact;
  if (first !== undefined) {
    const program = programOf(first);
    const front = frontOf(
      exact.filter(({ id }, index) => exact.findIndex((other) => other.id === id) === index),
      null,
    );
    return { program, front, behind: program?.behind.filter((server) => !front.includes(server)) ?? [] };
  }
  const below = facts.servers.filter(
    ({ folder, place }) => isWithin(folder, path) || isWithin(place.file, path),
  );
  if (below.length === 0)
    throw new InputError(
      `${file}:${line}: no server is set up in ${JSON.stringify(wanted)}; ${list(facts.servers.map(({ place }) => place.file))}`,
    );
  const program = programs.find(({ front }) => front.some(({ id }) => below.some((one) => one.id === id)));
  if (program !== undefined) return { program, front: program.front, behind: program.behind };
  const front = frontOf(below, null);
  return { program: null, front, behind: below.filter((server) => !front.includes(server)) };
}

/**
 * The paths that are joined by hand.
 *
 * @throws InputError where an entry names something that is not there, or that is there twice
 */
export function pathsByHand(
  byHand: ByHand,
  facts: RepositoryFacts,
  programs: readonly Program[],
): readonly CheckedPath[] {
  return byHand.paths.flatMap((entry, index) => {
    const place = { file: byHand.file, line: byHand.lines[index] ?? 1 };
    const loadBalancer = loadBalancerOf(entry, facts, place);
    const targetGroup =
      entry.targetGroup === undefined
        ? null
        : named(facts.targetGroups, entry.targetGroup, 'target group', place);
    const { program, front, behind } =
      typeof entry.server === 'string'
        ? serversAt(entry.server, programs, facts, place)
        : { program: null, front: [saidServer(entry.server, place)], behind: [] };
    return front.map((server) => ({
      loadBalancer,
      targetGroup,
      workload: program?.workload ?? null,
      container: program?.container ?? null,
      server,
      behind,
      certainty: 'joined' as const,
      assumed: [],
    }));
  });
}
