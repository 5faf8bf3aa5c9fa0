import type {
  Container,
  EcsService,
  Kubernetes,
  ServiceDeployment,
  StoppedTask,
  Workload,
} from '../../lambda/model/workload.ts';
import { at, change, type Edit, edits, groupArn, LOAD_BALANCER_ARN } from '../diagnose/bundle.ts';

// Whoever made the load balancer and the groups behind it, as AWS shows it: by tags, by the last change, by the workload.

/** Tags of the load balancer and of every group. */
const tagged =
  (tags: Readonly<Record<string, string>>, groupTags: Readonly<Record<string, string>> = tags): Edit =>
  (bundle) => ({
    ...bundle,
    loadBalancer: { ...bundle.loadBalancer, tags: { ...bundle.loadBalancer.tags, ...tags } },
    targetGroups: bundle.targetGroups.map((group) => ({ ...group, tags: { ...group.tags, ...groupTags } })),
  });

const behindEveryGroup =
  (workload: Workload): Edit =>
  (bundle) => ({
    ...bundle,
    targetGroups: bundle.targetGroups.map((group) =>
      group.targetType === 'lambda' ? group : { ...group, workload },
    ),
  });

/** The last changes of load balancer and group, long before the failures. */
const changedWith = (userAgent: string, principal: string): Edit =>
  edits(
    change(-4_000, 'ModifyLoadBalancerAttributes', LOAD_BALANCER_ARN, { userAgent, principal }),
    change(-4_000, 'ModifyTargetGroupAttributes', groupArn('web'), { userAgent, principal }),
  );

const stack = (logicalId: string): Record<string, string> => ({
  'aws:cloudformation:stack-name': 'shop',
  'aws:cloudformation:stack-id':
    'arn:aws:cloudformation:eu-central-1:123456789012:stack/shop/8f1c9a60-0000-11ee-8000-0a5b3c1d2e3f',
  'aws:cloudformation:logical-id': logicalId,
});

const kubernetes = (kind: Kubernetes['kind'], name: string): Edit =>
  behindEveryGroup({
    kubernetes: { cluster: 'prod', kind, namespace: 'shop', name, backend: 'web:8080' },
  });

const CONTAINER: Container = {
  name: 'web',
  image: '123456789012.dkr.ecr.eu-central-1.amazonaws.com/shop:7',
  entryPoint: null,
  command: ['node', 'server.js'],
  environment: {},
  essential: true,
  servesTargetGroup: true,
  stopTimeoutSeconds: 30,
  healthCheckCommand: null,
};

const ROLLOUT: ServiceDeployment = {
  id: 'arn:aws:ecs:eu-central-1:123456789012:service-deployment/prod/shop/Zk3mJ8n1',
  startedAt: at(80),
  finishedAt: null,
  status: 'IN_PROGRESS',
  strategy: 'ROLLING',
  statusReason: null,
  fromTaskDefinition: 'shop:6',
  toTaskDefinition: 'shop:7',
  circuitBreakerStatus: null,
  trafficShiftedAt: null,
};

const STOPPED: StoppedTask = {
  taskArn: 'arn:aws:ecs:eu-central-1:123456789012:task/prod/0123456789abcdef0123456789abcdef',
  taskDefinition: 'shop:7',
  target: '10.0.1.10:8080',
  startedAt: at(10),
  stoppingAt: at(90),
  stoppedAt: at(91),
  stopCode: 'EssentialContainerExited',
  stoppedReason: 'Essential container in task exited',
  containers: [{ name: 'web', exitCode: 137, reason: 'OutOfMemoryError' }],
};

const service = (patch: Partial<EcsService>): Edit =>
  behindEveryGroup({
    ecsService: {
      clusterArn: 'arn:aws:ecs:eu-central-1:123456789012:cluster/prod',
      serviceArn: 'arn:aws:ecs:eu-central-1:123456789012:service/prod/shop',
      serviceName: 'shop',
      taskDefinition: 'shop:7',
      launchType: 'FARGATE',
      deploymentController: 'ECS',
      ownsLoadBalancer: false,
      minimumHealthyPercent: 100,
      maximumPercent: 200,
      healthCheckGracePeriodSeconds: 60,
      containers: [CONTAINER],
      deployments: [],
      events: [{ at: at(-100), message: '(service shop) has reached a steady state.' }],
      stoppedTasks: [],
      ...patch,
    },
  });

/** An ECS service whose container is started with a command. */
export const startedWith = (command: readonly string[]): Edit =>
  service({ containers: [{ ...CONTAINER, command: [...command] }] });

/** One edit for each way in which a load balancer is owned. */
export const OWNERS: Readonly<Record<string, Edit>> = {
  unknown: edits(),
  person: changedWith(
    'Mozilla/5.0 (X11; Linux x86_64) console.amazonaws.com',
    'arn:aws:iam::123456789012:user/sam',
  ),
  CloudFormation: tagged(stack('LoadBalancer'), stack('TargetGroup')),
  CDK: edits(
    tagged(stack('ShopLB1A2B3C4D'), stack('ShopLBListenerWebGroup5E6F7A8B')),
    changedWith(
      'cloudformation.amazonaws.com',
      'arn:aws:sts::123456789012:assumed-role/cdk-hnb659fds-cfn-exec-role-123456789012-eu-central-1/AWSCloudFormation',
    ),
  ),
  Terraform: changedWith(
    'APN/1.0 HashiCorp/1.0 Terraform/1.9.0 (+https://www.terraform.io) terraform-provider-aws/5.60.0 aws-sdk-go-v2/1.30.1',
    'arn:aws:iam::123456789012:role/terraform',
  ),
  Pulumi: changedWith('pulumi-aws/6.50.0 aws-sdk-go-v2/1.30.1', 'arn:aws:iam::123456789012:role/pulumi'),
  Ingress: edits(
    tagged(
      {
        'elbv2.k8s.aws/cluster': 'prod',
        'ingress.k8s.aws/stack': 'shop/web',
        'ingress.k8s.aws/resource': 'LoadBalancer',
      },
      {
        'elbv2.k8s.aws/cluster': 'prod',
        'ingress.k8s.aws/stack': 'shop/web',
        'ingress.k8s.aws/resource': 'shop/web-web:8080',
      },
    ),
    kubernetes('Ingress', 'web'),
  ),
  IngressGroup: edits(
    tagged({
      'elbv2.k8s.aws/cluster': 'prod',
      'ingress.k8s.aws/stack': 'public',
      'ingress.k8s.aws/resource': 'LoadBalancer',
    }),
    kubernetes('IngressGroup', 'public'),
  ),
  Gateway: edits(
    tagged({
      'elbv2.k8s.aws/cluster': 'prod',
      'gateway.k8s.aws.alb/stack': 'shop/public',
      'gateway.k8s.aws.alb/resource': 'LoadBalancer',
    }),
    kubernetes('Gateway', 'public'),
  ),
  Service: edits(
    tagged({
      'elbv2.k8s.aws/cluster': 'prod',
      'service.k8s.aws/stack': 'shop/web',
      'service.k8s.aws/resource': 'LoadBalancer',
    }),
    kubernetes('Service', 'web'),
  ),
  TargetGroupBinding: behindEveryGroup({
    kubernetes: { cluster: 'prod', kind: 'TargetGroupBinding', namespace: null, name: 'web', backend: null },
  }),
  'Auto Scaling': behindEveryGroup({
    autoScalingGroup: { name: 'shop', healthCheckType: 'ELB', activities: [], instanceRefreshes: [] },
  }),
  'ECS on Fargate': service({}),
  'ECS on EC2': service({ launchType: 'EC2', deploymentController: 'CODE_DEPLOY' }),
  'ECS, of which little is known': service({
    taskDefinition: null,
    containers: [],
    minimumHealthyPercent: 50,
    maximumPercent: 100,
    healthCheckGracePeriodSeconds: null,
  }),
  'ECS with tasks that stopped': service({
    containers: [
      { ...CONTAINER, stopTimeoutSeconds: null },
      { ...CONTAINER, name: 'envoy', image: 'envoyproxy/envoy:v1.31', servesTargetGroup: false },
    ],
    deployments: [ROLLOUT],
    stoppedTasks: [STOPPED],
  }),
  'ECS Service Connect': service({
    serviceConnect: { protocol: 'http', idleTimeoutSeconds: null, perRequestTimeoutSeconds: 0 },
  }),
  'ECS Service Connect, TCP': service({
    serviceConnect: { protocol: 'tcp', idleTimeoutSeconds: 60, perRequestTimeoutSeconds: null },
  }),
  'ECS Express Mode': edits(
    tagged({ AmazonECSManaged: 'true' }),
    service({ ownsLoadBalancer: true, launchType: null }),
  ),
};
