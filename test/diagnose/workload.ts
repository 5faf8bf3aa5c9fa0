import type { EvidenceBundle } from '../../lambda/model/evidence.ts';
import type {
  AutoScalingGroup,
  Container,
  EcsService,
  ScalingActivity,
  ServiceDeployment,
  StoppedTask,
  Workload,
} from '../../lambda/model/workload.ts';
import { at, type Edit } from './bundle.ts';

const CLUSTER = 'arn:aws:ecs:eu-central-1:123456789012:cluster/shop';

export const container = (patch: Partial<Container> = {}): Container => ({
  name: 'app',
  image: 'shop:42',
  entryPoint: null,
  command: null,
  environment: {},
  essential: true,
  servesTargetGroup: true,
  stopTimeoutSeconds: null,
  healthCheckCommand: null,
  ...patch,
});

const EMPTY_SERVICE: EcsService = {
  clusterArn: CLUSTER,
  serviceArn: 'arn:aws:ecs:eu-central-1:123456789012:service/shop/web',
  serviceName: 'web',
  taskDefinition: 'shop:42',
  launchType: 'FARGATE',
  deploymentController: 'ECS',
  ownsLoadBalancer: false,
  minimumHealthyPercent: 100,
  maximumPercent: 200,
  healthCheckGracePeriodSeconds: null,
  containers: [container()],
  deployments: [],
  events: [],
  stoppedTasks: [],
};

/** Changes the workload behind a group. */
export function workload(change: (workload: Workload) => Workload, name = 'web'): Edit {
  return (bundle): EvidenceBundle => ({
    ...bundle,
    targetGroups: bundle.targetGroups.map((one) =>
      one.name === name ? { ...one, workload: change(one.workload ?? {}) } : one,
    ),
  });
}

/** The ECS service behind a group: as it was, or a quiet one, with what is changed of it. */
export const ecsService = (patch: Partial<EcsService> = {}, name = 'web'): Edit =>
  workload((one) => ({ ...one, ecsService: { ...(one.ecsService ?? EMPTY_SERVICE), ...patch } }), name);

function inService(change: (service: EcsService) => Partial<EcsService>, name: string): Edit {
  return workload((one) => {
    const service = one.ecsService ?? EMPTY_SERVICE;
    return { ...one, ecsService: { ...service, ...change(service) } };
  }, name);
}

/** A deployment of the service from one minute to another. */
export const deployed = (
  from: number,
  to: number | null,
  patch: Partial<ServiceDeployment> = {},
  name = 'web',
): Edit =>
  inService(({ deployments }) => {
    const one: ServiceDeployment = {
      id: `d-${from}`,
      startedAt: at(from),
      finishedAt: to === null ? null : at(to),
      status: to === null ? 'IN_PROGRESS' : 'SUCCESSFUL',
      strategy: 'ROLLING',
      statusReason: null,
      fromTaskDefinition: 'shop:41',
      toTaskDefinition: 'shop:42',
      circuitBreakerStatus: null,
      trafficShiftedAt: null,
      ...patch,
    };
    return { deployments: [one, ...deployments] };
  }, name);

/** What is told of a stopped task: its place and end, and its one container's. */
export interface Stop extends Partial<StoppedTask> {
  readonly exitCode?: number | null;
  readonly reason?: string | null;
}

/** A task of the service that stopped at a minute. */
export const stopped = (
  minute: number,
  { exitCode = null, reason = null, ...patch }: Stop,
  name = 'web',
): Edit =>
  inService(({ stoppedTasks }) => {
    const one: StoppedTask = {
      taskArn: `arn:aws:ecs:eu-central-1:123456789012:task/shop/${String(stoppedTasks.length).padStart(8, '0')}ab`,
      taskDefinition: 'shop:42',
      target: '10.0.1.10:8080',
      startedAt: at(-600),
      stoppingAt: at(minute),
      stoppedAt: at(minute + 0.5),
      stopCode: 'EssentialContainerExited',
      stoppedReason: 'Essential container in task exited',
      containers: [{ name: 'app', exitCode, reason }],
      ...patch,
    };
    return { stoppedTasks: [one, ...stoppedTasks] };
  }, name);

/** What ECS tells of a task whose container the kernel killed. */
export const OUT_OF_MEMORY = {
  exitCode: 137,
  reason: 'OutOfMemoryError: Container killed due to memory usage',
} as const;
/** A task that the scheduler stopped to make room, in a rollout or to scale in. */
export const SCHEDULED = {
  stopCode: 'ServiceSchedulerInitiated',
  stoppedReason: 'Scaling activity initiated by (deployment ecs-svc/1234567890123456789)',
} as const;
export const SPOT = {
  stopCode: 'SpotInterruption',
  stoppedReason: 'Your Spot Task was interrupted.',
} as const;
export const UNHEALTHY = {
  stopCode: 'ServiceSchedulerInitiated',
  stoppedReason:
    'Task failed ELB health checks in (target-group arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/web/73e2d6bc24d8a067)',
} as const;
export const HOST_GONE = {
  stopCode: 'ServiceSchedulerInitiated',
  stoppedReason: 'Host EC2 (instance i-0123456789abcdef0) terminated.',
} as const;

const inScalingGroup = (change: (group: AutoScalingGroup) => Partial<AutoScalingGroup>, name = 'web'): Edit =>
  workload((one) => {
    const before: AutoScalingGroup = one.autoScalingGroup ?? {
      name: 'web-asg',
      healthCheckType: 'ELB',
      activities: [],
      instanceRefreshes: [],
    };
    return { ...one, autoScalingGroup: { ...before, ...change(before) } };
  }, name);

/** A termination of an instance, with AWS's words of its cause. */
export const terminated = (minute: number, cause: string, patch: Partial<ScalingActivity> = {}): Edit =>
  inScalingGroup(({ activities }) => ({
    activities: [
      {
        startedAt: at(minute),
        endedAt: at(minute + 1),
        kind: 'termination',
        status: 'Successful',
        description: 'Terminating EC2 instance: i-0123456789abcdef0',
        cause,
        instanceId: 'i-0123456789abcdef0',
        ...patch,
      },
      ...activities,
    ],
  }));

export const refreshed = (from: number, to: number | null, status = 'Successful'): Edit =>
  inScalingGroup(({ instanceRefreshes }) => ({
    instanceRefreshes: [
      {
        id: `refresh-${from}`,
        status,
        statusReason: null,
        startedAt: at(from),
        endedAt: to === null ? null : at(to),
      },
      ...instanceRefreshes,
    ],
  }));
