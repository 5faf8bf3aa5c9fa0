import type { EcsService } from '../../lambda/model/workload.ts';
import { REGION } from './bundle.ts';

/** An ECS service on Fargate whose only container runs gunicorn. */
export const ecsService = (patch: Partial<EcsService> = {}): EcsService => ({
  clusterArn: `arn:aws:ecs:${REGION}:123456789012:cluster/prod`,
  serviceArn: `arn:aws:ecs:${REGION}:123456789012:service/prod/shop`,
  serviceName: 'shop',
  taskDefinition: 'shop:12',
  launchType: 'FARGATE',
  deploymentController: 'ECS',
  ownsLoadBalancer: false,
  minimumHealthyPercent: 100,
  maximumPercent: 200,
  healthCheckGracePeriodSeconds: 60,
  containers: [
    {
      name: 'web',
      image: 'shop/web:3',
      entryPoint: null,
      command: ['gunicorn', 'shop:app', '--bind', '0.0.0.0:8080'],
      environment: {},
      essential: true,
      servesTargetGroup: true,
      stopTimeoutSeconds: null,
      healthCheckCommand: null,
    },
  ],
  deployments: [],
  events: [],
  stoppedTasks: [],
  ...patch,
});
