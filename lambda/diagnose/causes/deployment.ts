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
  const noGrace = grace === null || grace < 30;
  const of = `# service ${printable(service.serviceName)}:`;
  return {
    to: [
      where,
      `"stopTimeout": ${wanted}`,
      ...(isLow || noGrace ? [of] : []),
      ...(isLow ? ['"minimumHealthyPercent": 100'] : []),
      ...(noGrace ? ['"healthCheckGracePeriodSeconds": 60'] : []),
    ],
    back: [
      where,
      before === null
        ? `# remove stopTimeout: unset, it is ${DEFAULT_STOP_SECONDS} s`
        : `"stopTimeout": ${before}`,
      ...(isLow || noGrace ? [of] : []),
      ...(isLow ? [`"minimumHealthyPercent": ${percent}`] : []),
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
    ? ' On Fargate stopTimeout is at most 120 s: it cannot reach a deregistration delay of 300 s, and need not.'
    : '';
  const { to, back } = ecsLines(service, wanted);
  return {
    title: `On the ECS service ${printable(service.serviceName)}: answer what is in flight after SIGTERM, within stopTimeout`,
    why: `when ECS stops a task of a service it deregisters it and waits for draining by itself, then sends SIGTERM. So look for tasks that ended by themselves, for a process that ends at once or never gets the signal (a shell as the first process passes none on), and for a sidecar that ends first.${limit} Side effect: a rollout takes longer.`,
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
    title: `On Kubernetes, ${backend.text}: sleep ${PRE_STOP_SECONDS} s before SIGTERM${hasGates ? ', and let old pods wait for healthy new ones' : ''}`,
    why: `a draining target was seen to get new requests for 17 to 19 s, so a preStop of 15 s is too short. The grace period is above the sleep and the longest request.${hasGates ? ' With a readiness gate a rollout waits until the load balancer calls a new pod healthy; pods made before the label have none.' : ' Targets are nodes here: readiness gates need target type ip.'} Side effect: a rollout takes longer.`,
    commands: [
      '# the pod template behind it:',
      `terminationGracePeriodSeconds: ${PRE_STOP_SECONDS + longestRequestSeconds(bundle) + 5}`,
      '# its container that serves; before Kubernetes 1.30: exec with command ["sleep", "25"]',
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
      '# set preStop and terminationGracePeriodSeconds back to their values of before',
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
    title: `On the Auto Scaling group ${printable(name)}: look at what replaced instances, and keep serving until drained`,
    why: 'it deregisters an instance and waits for the deregistration delay before it ends it, so a server that fails then was restarted in place, or the instance was ended by someone else (Spot, a failed EC2 check). In place, deregister first. Side effect: none, it only reads.',
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
    'a target must be deregistered first and go on answering until the load balancer has stopped sending, which was seen to take 17 to 19 s. ' +
    'ECS waits for draining by itself before SIGTERM; Kubernetes does not. Side effect: every deployment takes longer by that wait.',
  commands: [
    '# ECS, the container definition (the time after SIGTERM, at most 120 on Fargate):',
    '"stopTimeout": 120',
    '# Kubernetes, the pod template, with a readiness gate beside it:',
    'terminationGracePeriodSeconds: 60',
    `lifecycle: { preStop: { sleep: { seconds: ${PRE_STOP_SECONDS} } } }`,
    '// Node.js, at SIGTERM, once drained:',
    'server.close(); server.closeIdleConnections();',
  ],
  rollback: ['# set stopTimeout, preStop and the grace period back to their values of before'],
  layer: 'workload',
} as const;

function lookAtTargets(bundle: EvidenceBundle, groups: readonly TargetGroup[]): OwnedAction {
  return {
    title: 'Look at the targets and their deregistration delay',
    why: 'the process must live on after its deregistration for as long as requests can take, and at most that delay. Side effect: none, it only reads.',
    commands: groups.flatMap((group) => [describeTargetHealth(group.arn), describeAttributes(group.arn)]),
    rollback: [],
    layer: 'load-balancer',
    owner: groups[0] === undefined ? 'unknown' : ownerOfWorkload(bundle, groups[0]),
  };
}

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
