import { type Owner, ownerOf } from '../../advice/owner.ts';
import type { OwnerKind } from '../../model/diagnosis.ts';
import type { Change, EvidenceBundle, TargetGroup } from '../../model/evidence.ts';
import { toolOf } from './change-tool.ts';

/**
 * Calls that change no setting: whoever registers targets or shifts weights need not own the group or listener, and
 * tags are written by many.
 */
const NO_SETTINGS = /^(?:De)?RegisterTargets$|^(?:Add|Remove)Tags$|^SetRulePriorities$/;

/** Tools that changed the settings of a resource, the newest first. */
function toolsOf(changes: readonly Change[], isIts: (arn: string) => boolean): readonly string[] {
  return changes
    .filter(({ eventName, resourceArn }) => isIts(resourceArn) && !NO_SETTINGS.test(eventName))
    .toSorted((left, right) => (left.at < right.at ? 1 : -1))
    .flatMap((change) => toolOf(change) ?? []);
}

/** The Express Mode service behind a group. */
const expressServiceOf = ({ workload }: TargetGroup): string | null =>
  workload?.ecsService?.ownsLoadBalancer === true ? workload.ecsService.serviceName : null;

/** Who owns the load balancer: changes of its listeners and rules count too. */
export function ownerOfLoadBalancer({ loadBalancer, targetGroups, changes }: EvidenceBundle): Owner {
  const { arn, tags, dimension } = loadBalancer;
  const isIts = (changed: string): boolean =>
    changed === arn || (changed.includes(`/${dimension}/`) && changed.includes(':listener'));
  const expressService = targetGroups.map(expressServiceOf).find((name) => name !== null) ?? null;
  return ownerOf({ tags, tools: toolsOf(changes, isIts), expressService });
}

/** Who owns a target group: its own attributes, and the protocol it speaks. */
export function ownerOfTargetGroup({ changes }: EvidenceBundle, group: TargetGroup): Owner {
  const tools = toolsOf(changes, (changed) => changed === group.arn);
  return ownerOf({ tags: group.tags, tools, expressService: expressServiceOf(group) });
}

/** Who keeps what runs behind a target group; unknown where nothing tells. */
export function ownerOfWorkload(bundle: EvidenceBundle, group: TargetGroup): OwnerKind {
  const { workload } = group;
  if (workload?.ecsService !== undefined) return 'ecs';
  if (workload?.kubernetes !== undefined) return 'kubernetes';
  return ownerOfTargetGroup(bundle, group).kind === 'kubernetes' ? 'kubernetes' : 'unknown';
}

/**
 * The group that failed most in the log, or else the first that serves; undefined where there is none with a server.
 */
export function groupThatFailed({ accessLog, targetGroups }: EvidenceBundle): TargetGroup | undefined {
  const servers = targetGroups.filter(({ targetType }) => targetType !== 'lambda');
  const failures = (group: TargetGroup): number =>
    accessLog?.targetGroups.find(({ targetGroupArn }) => targetGroupArn === group.arn)?.elb502 ?? 0;
  const [worst] = servers.toSorted((left, right) => failures(right) - failures(left));
  return worst !== undefined && failures(worst) > 0
    ? worst
    : (servers.find(({ serving }) => serving !== false) ?? servers[0]);
}

/** Who keeps the servers that failed. */
export function ownerOfTargets(bundle: EvidenceBundle): OwnerKind {
  const group = groupThatFailed(bundle);
  return group === undefined ? 'unknown' : ownerOfWorkload(bundle, group);
}
