import type { CheckedTargetGroup, Place } from '../model.ts';
import { isExample } from '../path-names.ts';
import type { RepositoryFacts } from '../read/read-repository.ts';
import { type Joined, type JoinOptions, type OpenEnd, standIn } from './join-options.ts';
import type { Certainty, CheckedPath, NotJoined, PathLoadBalancer } from './path.ts';
import type { Program } from './programs.ts';

/** Paths of what no file joins, and what is left. */
type Ends = Pick<Joined, 'paths' | 'notJoined'>;

/** An entry of the file of joins by hand. */
const entry = (loadBalancer: string | null, server: string, group: CheckedTargetGroup | null): string => {
  const of = loadBalancer === null ? '{"idleTimeoutSeconds": SECONDS}' : JSON.stringify(loadBalancer);
  const groupPart = group === null ? '' : `, "targetGroup": ${JSON.stringify(group.name)}`;
  return `{"loadBalancer": ${of}${groupPart}, "server": ${server}}`;
};

const isOfExamples = ({ front }: Program): boolean => front.some(({ place }) => isExample(place.file));

function openPath(
  { loadBalancer, targetGroup, program: workloadOnly }: OpenEnd,
  {
    front,
    behind,
    workload,
    container,
    assumed,
    isBesideOthers,
  }: Program & { readonly isBesideOthers?: boolean },
  certainty: Certainty,
  because: string,
): readonly CheckedPath[] {
  const several = front.length > 1 && certainty === 'assumed';
  const isShown = isBesideOthers === true;
  return front.map((server) => ({
    loadBalancer,
    targetGroup,
    workload: workloadOnly?.workload ?? workload,
    container: workloadOnly?.container ?? container,
    server,
    behind,
    certainty:
      loadBalancer.origin === 'default' || isShown ? 'supposed' : several ? 'one-of-several' : certainty,
    assumed: [
      because,
      ...(assumed === null ? [] : [assumed]),
      ...(isShown ? ['it is an example, and deployed by those who copy it'] : []),
      ...(several ? ['which of its servers faces the load balancer is not written'] : []),
    ],
  }));
}

const placeOf = ({ loadBalancer, targetGroup }: OpenEnd): Place | null =>
  targetGroup?.place ?? loadBalancer.place;

/** An end without a server, and the entry that gives it one. */
function withoutServer(end: OpenEnd, why: string): readonly NotJoined[] {
  const { loadBalancer, targetGroup } = end;
  const place = placeOf(end);
  if (place === null) return [];
  const name =
    targetGroup === null ? loadBalancer.name : `${loadBalancer.name}, target group ${targetGroup.name}`;
  const isOurs = loadBalancer.origin === 'repository';
  const server = '{"keepAliveSeconds": SECONDS, "name": "SERVER"}';
  return [{ name, place, why, write: entry(isOurs ? loadBalancer.name : null, server, targetGroup) }];
}

function reasonWithoutServer({ program }: OpenEnd): string {
  if (program === null) return 'what runs behind it is not written in the files that were read';
  const image = program.container?.image ?? null;
  return image === null
    ? `which server ${program.name} runs cannot be read from its command, image or files`
    : `which server the image of ${program.name} runs cannot be read here`;
}

/** The load balancer with the shortest idle timeout: what is too short for that is too short for all. */
function leastDemanding(ends: readonly OpenEnd[]): OpenEnd | null {
  const known = ends.filter(({ loadBalancer }) => loadBalancer.idleTimeout.state !== 'unknown');
  const seconds = ({ idleTimeout }: PathLoadBalancer): number =>
    idleTimeout.state === 'unknown' ? Number.POSITIVE_INFINITY : idleTimeout.value;
  return (
    [...known].sort((left, right) => seconds(left.loadBalancer) - seconds(right.loadBalancer))[0] ?? null
  );
}

const notBehind = (program: Program, ends: readonly OpenEnd[]): readonly NotJoined[] =>
  program.front.slice(0, 1).map((server) => ({
    name: program.name,
    place: server.place,
    why:
      ends.length === 0
        ? 'none of the load balancers here is joined with it'
        : new Set(ends.map(({ loadBalancer }) => loadBalancer.id)).size === 1
          ? 'no file says that the load balancer stands before it'
          : 'which of the load balancers stands before it is not written',
    write: entry(ends[0]?.loadBalancer.name ?? null, JSON.stringify(server.place.file), null),
  }));

/** Which ends of one load balancer the programs that are left belong to. */
function withOneLoadBalancer(ends: readonly OpenEnd[], left: readonly Program[]): Ends {
  const [end] = ends;
  const [program] = left;
  if (end === undefined || program === undefined) return { paths: [], notJoined: [] };
  const plain = { loadBalancer: end.loadBalancer, targetGroup: null, program: null };
  const workloads = ends.filter(({ program: workload }) => workload !== null);
  if (left.length === 1 && workloads.length <= 1) {
    const because = `${program.name} is taken to stand behind ${end.loadBalancer.name}: there is one of each, and no file joins them`;
    return {
      paths: openPath(ends.length === 1 ? end : plain, program, 'assumed', because),
      notJoined: [],
    };
  }
  return {
    paths: left.flatMap((each) =>
      openPath(
        plain,
        each,
        'one-of-several',
        `${each.name} is taken to stand behind ${end.loadBalancer.name}, the only load balancer here that has no server; no file joins them`,
      ),
    ),
    notJoined: left.flatMap((each) => notBehind(each, ends)),
  };
}

/**
 * Joins what no file joins, as far as that can be assumed, and says what cannot. Servers of a repository without any load
 * balancer are compared with the one that stands in.
 */
export function pathsOfOpenEnds(
  ends: readonly OpenEnd[],
  unjoined: readonly Program[],
  { loadBalancers }: RepositoryFacts,
  options: JoinOptions,
): Ends {
  // In a repository of examples, those are the program.
  const hasOthers = !unjoined.every(isOfExamples);
  const left = unjoined.map((program) => ({
    ...program,
    isBesideOthers: hasOthers && isOfExamples(program),
  }));
  if (left.length === 0)
    return { paths: [], notJoined: ends.flatMap((end) => withoutServer(end, reasonWithoutServer(end))) };
  if (ends.length === 0 && (loadBalancers.length === 0 || options.idleTimeoutSeconds !== null)) {
    const loadBalancer = standIn(options);
    const end = { loadBalancer, targetGroup: null, program: null };
    const certainty = loadBalancer.origin === 'default' ? 'supposed' : 'joined';
    const paths = left.flatMap((program) => openPath(end, program, certainty, ''));
    return { paths: paths.map((path) => ({ ...path, assumed: path.assumed.slice(1) })), notJoined: [] };
  }
  if (ends.length === 0) return { paths: [], notJoined: left.flatMap((program) => notBehind(program, [])) };
  const balancers = new Set(ends.map(({ loadBalancer }) => loadBalancer.id));
  if (balancers.size === 1) return withOneLoadBalancer(ends, left);
  const least = leastDemanding(ends);
  const because =
    'which of the load balancers stands before it is not written; compared with the shortest idle timeout';
  return {
    paths:
      least === null
        ? []
        : left.flatMap((program) =>
            openPath({ ...least, targetGroup: null, program: null }, program, 'supposed', because),
          ),
    notJoined: [
      ...ends.flatMap((end) => withoutServer(end, reasonWithoutServer(end))),
      ...left.flatMap((program) => notBehind(program, ends)),
    ],
  };
}
