import type { Failure } from '../tally/failure.ts';
import type { GroupTally } from '../tally/group-tally.ts';
import type { LoadBalancerTally } from '../tally/load-balancer-tally.ts';
import type { Stream, TargetTally } from '../tally/target-tally.ts';
import { closeTogether } from './close-together.ts';

/** Failures of one target this close together may have one cause: for what is not a matter of time they count once. */
const ONE_MOMENT_SECONDS = 0.1;

/** What was read of one load balancer, as explanations look at it. */
export interface LogView {
  readonly tally: LoadBalancerTally;
  /** A sample in which each failure is as likely as any other; all of them, where they are few. */
  readonly failures: readonly Failure[];
  /** 1 for each failure, less where several of one target came at one moment: together they count once. */
  readonly momentWeights: Float64Array;
  /** The time that the log covers. */
  readonly spanSeconds: number;
  readonly groupName: (group: number) => string;
  readonly targetName: (target: number) => string;
  /** Null where nothing names the node. */
  readonly nodeAddress: (node: number) => string | null;
}

function momentWeightsOf(failures: readonly Failure[]): Float64Array {
  const weights = new Float64Array(failures.length);
  for (const moment of closeTogether(failures, ({ target }) => target, ONE_MOMENT_SECONDS))
    for (const at of moment) weights[at] = 1 / moment.length;
  return weights;
}

/** The same weights where failures of one target and moment count once together. */
export const weightsByMoment = ({ momentWeights }: LogView, weights: Float64Array): Float64Array =>
  weights.map((weight, at) => weight * (momentWeights[at] ?? 1));

/** Looks at what was counted; the functions give the names of groups, targets and nodes by their numbers. */
export function logView(
  tally: LoadBalancerTally,
  groupName: (group: number) => string,
  targetName: (target: number) => string,
  nodeAddress: (node: number) => string | null = () => null,
): LogView {
  // A place of the sample may be empty only while it is filled.
  const failures = tally.failures.filter((failure) => failure !== undefined);
  return {
    tally,
    failures,
    momentWeights: momentWeightsOf(failures),
    spanSeconds: Math.max(1e-3, tally.lastLineSeconds - tally.firstLineSeconds),
    groupName,
    targetName,
    nodeAddress,
  };
}

/** The groups that there are, with their numbers. */
export const groupsOf = ({ tally }: LogView): Generator<readonly [group: number, tally: GroupTally]> =>
  tally.groups.entries();

/** The targets of a group that there are. */
export const targetsOf = ({ targets }: GroupTally): readonly TargetTally[] => targets.values();

/** The exchanges of one node with the target of a failure, if the line named both. */
export const streamOf = ({ tally }: LogView, { group, target, node }: Failure): Stream | undefined =>
  tally.groups.get(group)?.targets.get(target)?.streams.get(node);

/** All streams of a group. */
export function* streamsOfGroup(group: GroupTally): Generator<Stream> {
  for (const { streams } of targetsOf(group)) yield* streams.values();
}

/** Whether the port of a target is one on which TLS is mostly spoken: 443, 8443 and the like. */
export const isOnTlsPort = ({ targetName }: LogView, target: number): boolean =>
  /:\d*443$/.test(targetName(target));
