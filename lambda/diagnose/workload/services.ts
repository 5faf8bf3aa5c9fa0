import type { EvidenceBundle, TargetGroup } from '../../model/evidence.ts';
import type { AutoScalingGroup, EcsService } from '../../model/workload.ts';
import { servingGroups } from '../bundle/serving-groups.ts';
import { FORWARD, forwardedArns } from '../changes/traffic-shifts.ts';

/** The groups that get requests, or got some in the window: a traffic shift takes them from one group to another. */
function groupsOfWindow(bundle: EvidenceBundle): readonly TargetGroup[] {
  const shifted = new Set(bundle.changes.flatMap(({ to }) => forwardedArns(to?.[FORWARD])));
  const serving = servingGroups(bundle);
  return [
    ...serving,
    ...bundle.targetGroups.filter((group) => !serving.includes(group) && shifted.has(group.arn)),
  ];
}

function distinct<T>(all: readonly T[], idOf: (one: T) => string): readonly T[] {
  return [...new Map(all.map((one) => [idOf(one), one])).values()];
}

/** The ECS services behind the groups, each once: of a blue/green deployment both groups have the same. */
export const ecsServicesOf = (bundle: EvidenceBundle): readonly EcsService[] =>
  distinct(
    groupsOfWindow(bundle).flatMap(({ workload }) => workload?.ecsService ?? []),
    ({ serviceArn }) => serviceArn,
  );

/** The targets that a task was, by its ARN: one for each group that its service has it in. */
export function targetsOfTasks(bundle: EvidenceBundle): ReadonlyMap<string, ReadonlySet<string>> {
  const targets = new Map<string, Set<string>>();
  for (const { workload } of groupsOfWindow(bundle))
    for (const { taskArn, target } of workload?.ecsService?.stoppedTasks ?? [])
      if (target !== null) targets.set(taskArn, (targets.get(taskArn) ?? new Set()).add(target));
  return targets;
}

/** The Auto Scaling groups behind the groups, each once. */
export const autoScalingGroupsOf = (bundle: EvidenceBundle): readonly AutoScalingGroup[] =>
  distinct(
    groupsOfWindow(bundle).flatMap(({ workload }) => workload?.autoScalingGroup ?? []),
    ({ name }) => name,
  );

/** Whether all that answers requests is known to be tasks of ECS services: what ECS does not report did not happen. */
export function isAllEcs(bundle: EvidenceBundle): boolean {
  const groups = servingGroups(bundle);
  return groups.length > 0 && groups.every(({ workload }) => workload?.ecsService !== undefined);
}
