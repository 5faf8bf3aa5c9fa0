import * as z from 'zod';

const isoTime = z.iso.datetime();
const words = z.array(z.string());

/** What an image says of itself, from its configuration in the registry (OCI image specification, `config`). */
export const imageConfigurationSchema = z.strictObject({
  entryPoint: words.nullable(),
  command: words.nullable(),
  /** Of a list of known names only, such as `NODE_VERSION`. */
  environment: z.record(z.string(), z.string()),
});

/** One container of a task definition. */
export const containerSchema = z.strictObject({
  name: z.string(),
  image: z.string(),
  entryPoint: words.nullable(),
  /** Secrets are taken out before they get here. */
  command: words.nullable(),
  /** Of a list of known names only, such as `GUNICORN_CMD_ARGS`. */
  environment: z.record(z.string(), z.string()),
  /** Those of known names whose values are a secret's or a parameter's, which is not read; absent where there are none. */
  variablesNotRead: words.optional(),
  /** Whether files of variables are loaded into it, which are not read; absent where none are. */
  hasEnvironmentFiles: z.boolean().optional(),
  essential: z.boolean(),
  /** Whether the load balancer's connections end at a port of this container. */
  servesTargetGroup: z.boolean(),
  stopTimeoutSeconds: z.number().nullable(),
  healthCheckCommand: words.nullable(),
  /** Absent where the registry was not asked. */
  imageConfiguration: imageConfigurationSchema.optional(),
});

/** One deployment of an ECS service (`DescribeServiceDeployments`; of older services, `deployments` of `DescribeServices`). */
export const serviceDeploymentSchema = z.strictObject({
  id: z.string(),
  startedAt: isoTime,
  finishedAt: isoTime.nullable(),
  /** AWS's own word: `IN_PROGRESS`, `SUCCESSFUL`, `ROLLBACK_SUCCESSFUL`, `STOPPED`, ... */
  status: z.string(),
  /** `ROLLING`, `BLUE_GREEN`, `CANARY`, `LINEAR`; null where AWS does not say. */
  strategy: z.string().nullable(),
  statusReason: z.string().nullable(),
  /** `FAMILY:REVISION` before and after; null where it is not known. */
  fromTaskDefinition: z.string().nullable(),
  toTaskDefinition: z.string().nullable(),
  /** `TRIGGERED` where the circuit breaker stopped it; null where there is none. */
  circuitBreakerStatus: z.string().nullable(),
  /** The latest change of listener weights, in blue/green, canary and linear deployments; null where there was none. */
  trafficShiftedAt: isoTime.nullable(),
});

/** A task that stopped; AWS keeps them for about an hour. */
export const stoppedTaskSchema = z.strictObject({
  taskArn: z.string(),
  /** `FAMILY:REVISION`. */
  taskDefinition: z.string(),
  /** `IP:PORT` as registered in the target group; null where the address is not known. */
  target: z.string().nullable(),
  startedAt: isoTime.nullable(),
  stoppingAt: isoTime.nullable(),
  stoppedAt: isoTime.nullable(),
  /** AWS's own word: `EssentialContainerExited`, `ServiceSchedulerInitiated`, `SpotInterruption`, ... */
  stopCode: z.string().nullable(),
  stoppedReason: z.string().nullable(),
  containers: z.array(
    z.strictObject({ name: z.string(), exitCode: z.number().nullable(), reason: z.string().nullable() }),
  ),
});

/**
 * The proxy of ECS Service Connect, where it takes the load balancer's connections before the container: with a network
 * interface of its own (`awsvpc`) it listens on the container's port unless `ingressPortOverride` names another
 * (https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ServiceConnectService.html,
 * https://github.com/aws/containers-roadmap/issues/1958).
 */
export const serviceConnectSchema = z.strictObject({
  /** `appProtocol` of the port: `http`, `http2`, `grpc`; `tcp` where none is named: connections then end with those of the container. */
  protocol: z.string(),
  /** As they are set; null where the default holds, 0 where it is switched off. */
  idleTimeoutSeconds: z.number().nullable(),
  perRequestTimeoutSeconds: z.number().nullable(),
});

/** The ECS service whose tasks are the targets. */
export const ecsServiceSchema = z.strictObject({
  clusterArn: z.string(),
  serviceArn: z.string(),
  serviceName: z.string(),
  /** `FAMILY:REVISION` in force. */
  taskDefinition: z.string().nullable(),
  /** `FARGATE`, `EC2`, `EXTERNAL`; null where a capacity provider decides. */
  launchType: z.string().nullable(),
  /** `ECS`, `CODE_DEPLOY`, `EXTERNAL`. */
  deploymentController: z.string(),
  /** Whether ECS itself made the load balancer (Express Mode): it offers no idle timeout then. */
  ownsLoadBalancer: z.boolean(),
  minimumHealthyPercent: z.number().nullable(),
  maximumPercent: z.number().nullable(),
  healthCheckGracePeriodSeconds: z.number().nullable(),
  /** Names of other services with tasks in the same target group that are started otherwise, or nobody knows how; absent where there are none. */
  otherServices: words.optional(),
  /** Absent where the load balancer's connections end at the container. */
  serviceConnect: serviceConnectSchema.optional(),
  containers: z.array(containerSchema),
  /** Newest first. */
  deployments: z.array(serviceDeploymentSchema),
  /** What the service scheduler said, newest first. */
  events: z.array(z.strictObject({ at: isoTime, message: z.string() })),
  stoppedTasks: z.array(stoppedTaskSchema),
});

/** One activity of an Auto Scaling group (`DescribeScalingActivities`). */
export const scalingActivitySchema = z.strictObject({
  startedAt: isoTime,
  endedAt: isoTime.nullable(),
  kind: z.enum(['launch', 'termination', 'other']),
  /** AWS's own word: `Successful`, `InProgress`, `WaitingForELBConnectionDraining`, ... */
  status: z.string(),
  description: z.string(),
  cause: z.string(),
  instanceId: z.string().nullable(),
});

export const autoScalingGroupSchema = z.strictObject({
  name: z.string(),
  /** `EC2`, `ELB` and others, as AWS lists them. */
  healthCheckType: z.string().nullable(),
  /** Newest first. */
  activities: z.array(scalingActivitySchema),
  instanceRefreshes: z.array(
    z.strictObject({
      id: z.string(),
      status: z.string(),
      statusReason: z.string().nullable(),
      startedAt: isoTime.nullable(),
      endedAt: isoTime.nullable(),
    }),
  ),
});

/** The Lambda function that is the target (`GetFunctionConfiguration`). */
export const lambdaFunctionSchema = z.strictObject({
  functionArn: z.string(),
  runtime: z.string().nullable(),
  /** `Zip` or `Image`. */
  packageType: z.string().nullable(),
  timeoutSeconds: z.number().nullable(),
  memoryMegabytes: z.number().nullable(),
  lastModifiedAt: isoTime.nullable(),
  state: z.string().nullable(),
  lastUpdateStatus: z.string().nullable(),
});

/** The Kubernetes object that the target group was made for, from the controller's tags. */
export const kubernetesSchema = z.strictObject({
  cluster: z.string(),
  kind: z.enum(['Ingress', 'IngressGroup', 'Service', 'Gateway', 'TargetGroupBinding']),
  namespace: z.string().nullable(),
  name: z.string(),
  /** Service and port behind the target group, as the tag names them; null where it does not. */
  backend: z.string().nullable(),
});

/** What runs behind a target group, as far as the account says: each part absent where there is none or it was not read. */
export const workloadSchema = z.strictObject({
  ecsService: ecsServiceSchema.optional(),
  autoScalingGroup: autoScalingGroupSchema.optional(),
  lambdaFunction: lambdaFunctionSchema.optional(),
  kubernetes: kubernetesSchema.optional(),
});

export type ImageConfiguration = z.infer<typeof imageConfigurationSchema>;
export type Container = z.infer<typeof containerSchema>;
export type ServiceConnect = z.infer<typeof serviceConnectSchema>;
export type ServiceDeployment = z.infer<typeof serviceDeploymentSchema>;
export type StoppedTask = z.infer<typeof stoppedTaskSchema>;
export type EcsService = z.infer<typeof ecsServiceSchema>;
export type ScalingActivity = z.infer<typeof scalingActivitySchema>;
export type AutoScalingGroup = z.infer<typeof autoScalingGroupSchema>;
export type LambdaFunction = z.infer<typeof lambdaFunctionSchema>;
export type Kubernetes = z.infer<typeof kubernetesSchema>;
export type Workload = z.infer<typeof workloadSchema>;
