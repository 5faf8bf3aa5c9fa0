import type { Container, EcsService } from '../../../lambda/model/workload.ts';

/** A container that has the target group's port, started by its image alone. */
export const container = (patch: Partial<Container> = {}): Container => ({
  name: 'web',
  image: '123456789012.dkr.ecr.eu-central-1.amazonaws.com/shop:1.2',
  entryPoint: null,
  command: null,
  environment: {},
  essential: true,
  servesTargetGroup: true,
  stopTimeoutSeconds: null,
  healthCheckCommand: null,
  ...patch,
});

/** The service whose task definition is `shop:42`. */
export const service = (...containers: readonly Container[]): EcsService => ({
  clusterArn: 'arn:aws:ecs:eu-central-1:123456789012:cluster/main',
  serviceArn: 'arn:aws:ecs:eu-central-1:123456789012:service/main/shop',
  serviceName: 'shop',
  taskDefinition: 'shop:42',
  launchType: 'FARGATE',
  deploymentController: 'ECS',
  ownsLoadBalancer: false,
  minimumHealthyPercent: 100,
  maximumPercent: 200,
  healthCheckGracePeriodSeconds: null,
  containers: [...containers],
  deployments: [],
  events: [],
  stoppedTasks: [],
});

/** A service of one container that runs a command. */
export const running = (
  command: readonly string[] | null,
  environment: Readonly<Record<string, string>> = {},
  patch: Partial<Container> = {},
): EcsService =>
  service(
    container({ command: command === null ? null : [...command], environment: { ...environment }, ...patch }),
  );
