import type { OwnedAction } from '../../model/diagnosis.ts';
import type { EvidenceBundle, TargetGroup } from '../../model/evidence.ts';
import type { EcsService } from '../../model/workload.ts';
import { argument, printable } from './command.ts';
import { inNamespace, kubernetesBehind } from './workload-text.ts';

const WHY =
  'if a deployment broke the response, the version before it works. Side effect: everything else in that deployment is reverted too, and a rollout takes time.';

/** The ECS service with another revision of its task definition, and with that of now on the way back. */
function onEcs(bundle: EvidenceBundle, service: EcsService, now: string): OwnedAction {
  const before = service.deployments.find(({ fromTaskDefinition }) => fromTaskDefinition !== null);
  const revision = before?.fromTaskDefinition ?? null;
  const update = `aws ecs update-service --region ${argument('REGION', bundle.region)} --cluster ${argument('CLUSTER', service.clusterArn)} --service ${argument('SERVICE', service.serviceName)} --task-definition`;
  return {
    title: `If it began with a deployment: go back to the version before it (ECS service ${printable(service.serviceName)})`,
    why: WHY,
    commands: [
      ...(revision === null ? ['# TASK_DEFINITION: the previous FAMILY:REVISION'] : []),
      `${update} ${revision === null ? 'TASK_DEFINITION' : argument('TASK_DEFINITION', revision)}`,
    ],
    rollback: [`${update} ${argument('TASK_DEFINITION', now)}`],
    layer: 'workload',
    owner: 'ecs',
  };
}

/**
 * How to run the version of before again, an action of its own: it changes something, and has a way back. Nothing where
 * it is not known what runs behind the group, or somebody else deploys it.
 */
export function previousVersion(
  bundle: EvidenceBundle,
  group: TargetGroup | undefined,
): readonly OwnedAction[] {
  if (group === undefined) return [];
  const service = group.workload?.ecsService;
  if (service !== undefined)
    return service.deploymentController === 'ECS' && service.taskDefinition !== null
      ? [onEcs(bundle, service, service.taskDefinition)]
      : [];
  const backend = kubernetesBehind(bundle, group);
  if (backend === null) return [];
  const { option, remark } = inNamespace(backend.namespace);
  const values = [...remark, '# DEPLOYMENT: the one whose pods are behind the target group'];
  const undo = `kubectl rollout undo deployment/DEPLOYMENT${option}`;
  return [
    {
      title: `If it began with a deployment: go back to the version before it (${backend.text})`,
      why: WHY,
      commands: [...values, undo],
      rollback: [...values, '# to return to the current version, undo once more:', undo],
      layer: 'workload',
      owner: 'kubernetes',
    },
  ];
}
