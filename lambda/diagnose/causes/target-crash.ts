import type { OwnedAction } from '../../model/diagnosis.ts';
import type { EvidenceBundle, TargetGroup } from '../../model/evidence.ts';
import type { EcsService } from '../../model/workload.ts';
import { anyTag, TAGS } from '../bundle/tags.ts';
import type { CauseRow } from '../cause-row.ts';
import { argument, printable } from '../remedies/command.ts';
import { groupThatFailed, ownerOfTargets } from '../remedies/owners.ts';
import { inNamespace, kubernetesBehind } from '../remedies/workload-text.ts';

/** What ended tasks of the service: AWS keeps them for about an hour. */
function stoppedTasks(region: string, service: EcsService): readonly string[] {
  const options = `--region ${region} --cluster ${argument('CLUSTER', service.clusterArn)}`;
  const named = service.stoppedTasks.slice(0, 5).map(({ taskArn }) => argument('TASK', taskArn));
  const query = `--query 'tasks[].[stopCode,stoppedReason,containers[].[name,exitCode,reason]]'`;
  return named.length > 0
    ? [`aws ecs describe-tasks ${options} --tasks ${named.join(' ')} ${query}`]
    : [
        `aws ecs list-tasks ${options} --service-name ${argument('SERVICE', service.serviceName)} --desired-status STOPPED`,
        '# TASK: an ARN that the line above shows',
        `aws ecs describe-tasks ${options} --tasks TASK ${query}`,
      ];
}

const POD_COLUMNS =
  'POD:.metadata.name,RESTARTS:.status.containerStatuses[*].restartCount,LAST:.status.containerStatuses[*].lastState.terminated.reason';

const OOM = 'journalctl -k --grep "out of memory|oom"';

/** How to see what ended, by what runs behind the group. */
function exitCommands(bundle: EvidenceBundle, group: TargetGroup | undefined): readonly string[] {
  const region = argument('REGION', bundle.region);
  const service = group?.workload?.ecsService;
  if (service !== undefined) return stoppedTasks(region, service);
  const backend = group === undefined ? null : kubernetesBehind(bundle, group);
  if (backend !== null) {
    const { option, remark } = inNamespace(backend.namespace);
    return [
      ...remark,
      `kubectl get pods${option} -o custom-columns='${POD_COLUMNS}'`,
      `kubectl get events${option} --sort-by=.lastTimestamp`,
    ];
  }
  return [
    '# on ECS; CLUSTER and TASK: the ones that stopped:',
    `aws ecs describe-tasks --region ${region} --cluster CLUSTER --tasks TASK --query 'tasks[].[stoppedReason,containers[].exitCode]'`,
    '# on an instance:',
    OOM,
  ];
}

function whyItEnded(bundle: EvidenceBundle): OwnedAction {
  const group = groupThatFailed(bundle);
  const logGroup = anyTag(bundle, TAGS.logGroup);
  const where = group === undefined ? '' : ` (${printable(group.name)})`;
  return {
    title: `Find out why the target process ended${where}: its log and exit code in the failing minutes`,
    why: 'a process that dies takes its open requests with it. Exit code 137 means it was killed, mostly for memory: raise the memory limit (memory in the task definition, resources.limits.memory of the pod) or find the leak. Side effect of a higher limit: fewer processes fit on a host.',
    commands: [
      ...(logGroup === null ? ['# LOG_GROUP: where the targets log'] : []),
      `aws logs filter-log-events --region ${argument('REGION', bundle.region)} --log-group-name ${logGroup === null ? 'LOG_GROUP' : argument('LOG_GROUP', logGroup)} --filter-pattern '?panic ?OutOfMemory ?SIGKILL ?Killed ?segfault'`,
      ...exitCommands(bundle, group),
    ],
    rollback: ['# if that did not help, set the memory limit back to its previous value'],
    layer: 'workload',
    owner: ownerOfTargets(bundle),
  };
}

/** The process died with requests in flight. */
export const targetCrash: CauseRow = { id: 'target-crash', advise: (bundle) => [whyItEnded(bundle)] };
