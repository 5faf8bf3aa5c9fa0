import type { CheckedLoadBalancer, CheckedTargetGroup } from '../model.ts';
import type { RepositoryFacts } from '../read/read-repository.ts';
import { pathsByHand } from './by-hand.ts';
import { type Joined, type JoinOptions, type OpenEnd, standIn } from './join-options.ts';
import { pathsOfOpenEnds } from './open-ends.ts';
import { type CheckedPath, ofRepository, type PathLoadBalancer } from './path.ts';
import { type Program, programsOf } from './programs.ts';

/** The load balancers of a target group, and whether one more may stand elsewhere. */
function loadBalancersOf(
  group: CheckedTargetGroup,
  known: readonly CheckedLoadBalancer[],
  options: JoinOptions,
): readonly PathLoadBalancer[] {
  const own = known.filter(({ id }) => group.loadBalancers.includes(id)).map(ofRepository);
  if (own.length > 0 || group.elsewhere === null) return own;
  // A stack of load balancers and one of services, which meet in a parameter.
  const [only, ...others] = known;
  const isTheOnly = only !== undefined && others.length === 0 && options.idleTimeoutSeconds === null;
  return [isTheOnly ? ofRepository(only) : standIn(options)];
}

/** That a target group was given the only load balancer, as a sentence; none where a file joins them. */
const takenToBeBehind = (
  { id, origin, name }: PathLoadBalancer,
  { loadBalancers, elsewhere, name: group }: CheckedTargetGroup,
): readonly string[] =>
  origin === 'repository' && !loadBalancers.includes(id)
    ? [`${group} is taken to stand behind ${name}, the only load balancer here: ${elsewhere ?? ''}`]
    : [];

function pathsOfGroup(
  loadBalancer: PathLoadBalancer,
  targetGroup: CheckedTargetGroup,
  program: Program,
): readonly CheckedPath[] {
  const { workload, container, front, behind } = program;
  const isSupposed = loadBalancer.origin === 'default';
  const names = front.map(({ place }) => `${place.file}:${place.line}`);
  const taken = takenToBeBehind(loadBalancer, targetGroup);
  const assumed = [
    ...taken,
    ...(program.assumed === null ? [] : [program.assumed]),
    ...(isSupposed && targetGroup.elsewhere !== null ? [targetGroup.elsewhere] : []),
    ...(front.length > 1 ? [`which of ${names.join(', ')} faces the load balancer is not written`] : []),
  ];
  const certainty = isSupposed
    ? 'supposed'
    : front.length > 1
      ? 'one-of-several'
      : program.assumed !== null || taken.length > 0
        ? 'assumed'
        : 'joined';
  return front.map((server) => ({
    loadBalancer,
    targetGroup,
    workload,
    container,
    server,
    behind,
    certainty,
    assumed,
  }));
}

/** A path to a Lambda function, where no connection is reused. */
const lambdaPath = (loadBalancer: PathLoadBalancer, targetGroup: CheckedTargetGroup): CheckedPath => ({
  loadBalancer,
  targetGroup,
  workload: null,
  container: null,
  server: null,
  behind: [],
  certainty: 'joined',
  assumed: [],
});

/** Joins by the ids that files give, and leaves open what they do not say. */
function joinByIds(
  facts: RepositoryFacts,
  programs: readonly Program[],
  options: JoinOptions,
): { readonly paths: readonly CheckedPath[]; readonly open: readonly OpenEnd[] } {
  const paths: CheckedPath[] = [];
  const open: OpenEnd[] = [];
  for (const targetGroup of facts.targetGroups) {
    const behind = programs.filter((program) => program.targetGroup === targetGroup.id);
    for (const loadBalancer of loadBalancersOf(targetGroup, facts.loadBalancers, options)) {
      if (targetGroup.targetType === 'lambda') paths.push(lambdaPath(loadBalancer, targetGroup));
      else if (behind.length === 0) open.push({ loadBalancer, targetGroup, program: null });
      for (const program of targetGroup.targetType === 'lambda' ? [] : behind) {
        if (program.front.length === 0) open.push({ loadBalancer, targetGroup, program });
        else paths.push(...pathsOfGroup(loadBalancer, targetGroup, program));
      }
    }
  }
  const reached = new Set([...paths, ...open].map(({ loadBalancer }) => loadBalancer.id));
  const unreached = facts.loadBalancers.filter(({ id }) => !reached.has(id));
  return {
    paths,
    open: [
      ...open,
      ...unreached.map((each) => ({
        loadBalancer: ofRepository(each),
        targetGroup: onlyGroup(facts),
        program: null,
      })),
    ],
  };
}

/** A target group without a load balancer belongs to the only one there is. */
function onlyGroup({ targetGroups, loadBalancers }: RepositoryFacts): CheckedTargetGroup | null {
  const [group, ...others] = targetGroups;
  return others.length === 0 && loadBalancers.length === 1 && group?.loadBalancers.length === 0
    ? group
    : null;
}

/** A workload whose server is not known, for what it says of how it stops. */
const stopOf = ({ loadBalancer, targetGroup, program }: OpenEnd): readonly CheckedPath[] =>
  program === null
    ? []
    : [
        {
          loadBalancer,
          targetGroup,
          workload: program.workload,
          container: program.container,
          server: null,
          behind: [],
          certainty: 'joined',
          assumed: [],
        },
      ];

const serverIds = (paths: readonly CheckedPath[]): ReadonlySet<string> =>
  new Set(
    paths.flatMap(({ server, behind }) => [...(server ? [server] : []), ...behind]).map(({ id }) => id),
  );

/**
 * Joins load balancers with the servers behind them: by hand first, then by ids, then by there being only one of each.
 *
 * @throws InputError where the file of joins by hand names what is not there
 */
export function join(facts: RepositoryFacts, options: JoinOptions): Joined {
  const programs = programsOf(facts, options.serverOf);
  const byHand = options.byHand === null ? [] : pathsByHand(options.byHand, facts, programs);
  const byIds = joinByIds(facts, programs, options);
  const settledGroups = new Set(byHand.map(({ targetGroup }) => targetGroup?.id));
  const settledBalancers = new Set(byHand.map(({ loadBalancer }) => loadBalancer.id));
  const paths = [
    ...byHand,
    ...byIds.paths.filter(({ targetGroup }) => !settledGroups.has(targetGroup?.id ?? '')),
  ];
  const joined = serverIds(paths);
  const open = byIds.open.filter(
    ({ targetGroup, loadBalancer }) =>
      !settledGroups.has(targetGroup?.id ?? '') &&
      !(settledBalancers.has(loadBalancer.id) && (targetGroup === null || settledGroups.has(undefined))),
  );
  const left = programs.filter(
    ({ front, targetGroup }) =>
      front.length > 0 && targetGroup === null && !front.some(({ id }) => joined.has(id)),
  );
  const ends = pathsOfOpenEnds(open, left, facts, options);
  return {
    paths: [...paths, ...ends.paths],
    withoutServer: open.flatMap(stopOf),
    notJoined: ends.notJoined,
  };
}
