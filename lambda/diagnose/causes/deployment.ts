import type { OwnedAction } from '../../model/diagnosis.ts';
import {
  DEFAULT_STOP_SECONDS,
  LONGEST_STOP_ON_FARGATE_SECONDS,
  PRE_STOP_SECONDS,
} from '../../model/draining.ts';
import type { EvidenceBundle, TargetGroup } from '../../model/evidence.ts';
import type { EcsService } from '../../model/workload.ts';
import { largest } from '../bundle/metric-view.ts';
import type { CauseRow } from '../cause-row.ts';
import { argument, describeAttributes, describeTargetHealth, printable } from '../remedies/command.ts';
import { ownerOfWorkload } from '../remedies/owners.ts';
import { inNamespace, kubernetesBehind } from '../remedies/workload-text.ts';

/** What a request takes at most, as far as the window shows; the time to end it after SIGTERM. */
const longestRequestSeconds = (bundle: EvidenceBundle): number =>
  Math.max(DEFAULT_STOP_SECONDS, Math.ceil((largest(bundle, 'TargetResponseTime', 'Maximum') ?? 0) * 1.5));

/** Lines of the task definition and of the service, as they are to be, and as they are. */
function ecsLines(service: EcsService, wanted: number): { readonly to: string[]; readonly back: string[] } {
  const container = service.containers.find(({ servesTargetGroup }) => servesTargetGroup);
  const definition = printable(service.taskDefinition ?? service.serviceName);
  const where = `# task definition ${definition}, container ${printable(container?.name ?? 'that serves')}:`;
  const before = container?.stopTimeoutSeconds ?? null;
  const { minimumHealthyPercent: percent, healthCheckGracePeriodSeconds: grace } = service;
  const isLow = percent !== null && percent < 100;
  // With all tasks kept, a new one needs room above them, or the rollout stands still.
  const noRoom = isLow && service.maximumPercent !== null && service.maximumPercent <= 100;
  const noGrace = grace === null || grace < 30;
  const of = `# service ${printable(service.serviceName)}:`;
  return {
    to: [
      where,
      `"stopTimeout": ${wanted}`,
      ...(isLow || noGrace ? [of] : []),
      ...(isLow ? ['"minimumHealthyPercent": 100'] : []),
      ...(noRoom ? ['"maximumPercent": 200'] : []),
      ...(noGrace ? ['"healthCheckGracePeriodSeconds": 60'] : []),
    ],
    back: [
      where,
      before === null
        ? `# remove stopTimeout: unset, it is ${DEFAULT_STOP_SECONDS} s`
        : `"stopTimeout": ${before}`,
      ...(isLow || noGrace ? [of] : []),
      ...(isLow ? [`"minimumHealthyPercent": ${percent}`] : []),
      ...(noRoom ? [`"maximumPercent": ${service.maximumPercent}`] : []),
      ...(noGrace ? [`"healthCheckGracePeriodSeconds": ${grace ?? 0}`] : []),
    ],
  };
}

/** ECS deregisters a task and waits for its draining before it stops it: what is left is the end of the process. */
function onEcs(bundle: EvidenceBundle, service: EcsService): OwnedAction {
  const longest = longestRequestSeconds(bundle);
  const isFargate = service.launchType !== 'EC2' && service.launchType !== 'EXTERNAL';
  const wanted = isFargate ? Math.min(LONGEST_STOP_ON_FARGATE_SECONDS, longest) : longest;
  const limit = isFargate
    ? ' On Fargate stopTimeout is at most 120 s: less than a deregistration delay of 300 s, which is fine.'
    : '';
  const { to, back } = ecsLines(service, wanted);
  return {
    title: `On the ECS service ${printable(service.serviceName)}: answer requests in flight after SIGTERM, within stopTimeout`,
    why: `ECS deregisters a task and waits for draining by itself before it sends SIGTERM. So look for tasks that exited on their own, for a process that exits at once or never gets the signal (a shell as the first process does not pass it on), and for a sidecar that exits first.${limit} Side effect: a rollout takes longer.`,
    commands: [
      `aws ecs describe-services --region ${argument('REGION', bundle.region)} --cluster ${argument('CLUSTER', service.clusterArn)} --services ${argument('SERVICE', service.serviceName)} --query 'services[].events[:10].message'`,
      ...to,
    ],
    rollback: back,
    layer: 'workload',
    owner: 'ecs',
  };
}

function onKubernetes(bundle: EvidenceBundle, group: TargetGroup): OwnedAction | null {
  const backend = kubernetesBehind(bundle, group);
  if (backend === null) return null;
  const { option, remark } = inNamespace(backend.namespace);
  const space = option.replace(' -n ', '');
  const label = 'elbv2.k8s.aws/pod-readiness-gate-inject';
  const hasGates = group.targetType === 'ip';
  return {
    title: `On Kubernetes, ${backend.text}: sleep ${PRE_STOP_SECONDS} s before SIGTERM${hasGates ? ', and keep old pods until new ones are healthy' : ''}`,
    why: `draining targets have been seen to get new requests for 17 to 19 s, so a preStop of 15 s is too short. The grace period covers the sleep and the longest request.${hasGates ? ' With a readiness gate a rollout waits until the load balancer reports a new pod healthy; pods created before the label have none.' : ' Here the targets are nodes; readiness gates need target type ip.'} Side effect: a rollout takes longer.`,
    commands: [
      '# in its pod template:',
      `terminationGracePeriodSeconds: ${PRE_STOP_SECONDS + longestRequestSeconds(bundle) + 5}`,
      '# in the container that serves; before Kubernetes 1.30 use exec with command ["sleep", "25"]',
      `lifecycle: { preStop: { sleep: { seconds: ${PRE_STOP_SECONDS} } } }`,
      ...(hasGates
        ? [
            ...remark,
            `kubectl get namespace ${space} --show-labels`,
            `kubectl label namespace ${space} ${label}=enabled`,
          ]
        : []),
    ],
    rollback: [
      '# set preStop and terminationGracePeriodSeconds back to their previous values',
      ...(hasGates
        ? ['# unless the label was there before:', ...remark, `kubectl label namespace ${space} ${label}-`]
        : []),
    ],
    layer: 'workload',
    owner: 'kubernetes',
  };
}

/** An Auto Scaling group deregisters and waits as well; what it ended, and why, is in its activities. */
function onAutoScaling(bundle: EvidenceBundle, group: TargetGroup): OwnedAction | null {
  const { workload } = group;
  if (workload?.autoScalingGroup === undefined) return null;
  const { name } = workload.autoScalingGroup;
  const options = `--region ${argument('REGION', bundle.region)} --auto-scaling-group-name ${argument('GROUP', name)}`;
  return {
    title: `On the Auto Scaling group ${printable(name)}: find out what replaced instances, and keep serving until drained`,
    why: 'it deregisters an instance and waits for the deregistration delay before it terminates it. So either a server was restarted in place, or something else terminated the instance (Spot, a failed EC2 check). Before a restart in place, deregister first. Side effect: none, it only reads.',
    commands: [
      `aws autoscaling describe-scaling-activities ${options} --max-items 10`,
      `aws autoscaling describe-instance-refreshes ${options} --max-records 10`,
    ],
    rollback: [],
    layer: 'workload',
    owner: ownerOfWorkload(bundle, group),
  };
}

/** Where nothing says what runs behind a group. */
const IN_GENERAL = {
  title: 'On the targets: keep serving until drained, then close idle connections, then exit',
  why:
    'deregister a target first, and keep it answering until the load balancer has stopped sending, which has been seen to take 17 to 19 s. ' +
    'ECS waits for draining by itself before SIGTERM; Kubernetes does not. Side effect: every deployment takes that much longer.',
  commands: [
    '# ECS, the container definition (the time after SIGTERM, at most 120 on Fargate):',
    '"stopTimeout": 120',
    '# Kubernetes, the pod template, together with a readiness gate:',
    'terminationGracePeriodSeconds: 60',
    `lifecycle: { preStop: { sleep: { seconds: ${PRE_STOP_SECONDS} } } }`,
    '// Node.js, at SIGTERM, once drained:',
    'server.close(); server.closeIdleConnections();',
  ],
  rollback: ['# set stopTimeout, preStop and the grace period back to their previous values'],
  layer: 'workload',
} as const;

function lookAtTargets(bundle: EvidenceBundle, groups: readonly TargetGroup[]): OwnedAction {
  return {
    title: 'Look at the targets and their deregistration delay',
    why: 'after deregistration the process must keep running for as long as requests can take, at most that delay. Side effect: none, it only reads.',
    commands: groups.flatMap((group) => [describeTargetHealth(group.arn), describeAttributes(group.arn)]),
    rollback: [],
    layer: 'load-balancer',
    owner: groups[0] === undefined ? 'unknown' : ownerOfWorkload(bundle, groups[0]),
  };
}

/** Targets were replaced, or traffic was shifted, before requests in flight were answered. */
export const deployment: CauseRow = {
  id: 'deployment',
  advise: (bundle) => {
    const groups = bundle.targetGroups.filter((group) => group.targetType !== 'lambda').slice(0, 3);
    const known = groups.flatMap((group) => {
      const service = group.workload?.ecsService;
      const action =
        service === undefined
          ? (onKubernetes(bundle, group) ?? onAutoScaling(bundle, group))
          : onEcs(bundle, service);
      return action ?? [];
    });
    const [first] = groups;
    const general: OwnedAction = {
      ...IN_GENERAL,
      commands: [...IN_GENERAL.commands],
      rollback: [...IN_GENERAL.rollback],
      owner: first === undefined ? 'unknown' : ownerOfWorkload(bundle, first),
    };
    return [...(known.length > 0 ? known : [general]), lookAtTargets(bundle, groups)];
  },
};
