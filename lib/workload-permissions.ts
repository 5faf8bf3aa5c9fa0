import type { ArnComponents } from 'aws-cdk-lib';
import { ArnFormat, type Stack } from 'aws-cdk-lib';
import type { Permission, WorkloadResource } from './permission.ts';

const permission = (resource: WorkloadResource, actions: readonly string[], why: string): Permission => ({
  actions,
  resource,
  why,
  caller: 'code',
});

/** What reading the workloads behind target groups needs: each may be denied, and leaves a gap then. */
export const READ_WORKLOADS: readonly Permission[] = [
  permission(
    'any-workload',
    ['ecs:ListClusters', 'ecs:ListServices'],
    'find the ECS service behind a target group; the list is kept for six hours',
  ),
  permission(
    'any-workload',
    ['ecs:DescribeTaskDefinition'],
    'read image, command and ports; secrets are masked, and of the environment only variables of known servers are kept',
  ),
  permission(
    'any-workload',
    [
      'autoscaling:DescribeAutoScalingInstances',
      'autoscaling:DescribeScalingActivities',
      'autoscaling:DescribeInstanceRefreshes',
    ],
    'tell terminations and instance refreshes from crashes',
  ),
  permission('ecs-services', ['ecs:DescribeServices'], 'read the service, its events and target groups'),
  permission(
    'ecs-services',
    ['ecs:ListServiceDeployments', 'ecs:DescribeServiceDeployments', 'ecs:DescribeServiceRevisions'],
    'tell deployments, and which revision replaced which',
  ),
  permission('ecs-service-deployments', ['ecs:DescribeServiceDeployments'], 'the same'),
  permission('ecs-service-revisions', ['ecs:DescribeServiceRevisions'], 'the same'),
  permission('any-workload', ['ecs:ListTasks'], 'find the tasks that stopped within the hour'),
  permission('ecs-tasks', ['ecs:DescribeTasks'], 'read why they stopped: stop code, exit code, reason'),
  permission(
    'ecs-container-instances',
    ['ecs:DescribeContainerInstances'],
    "know which target a task on its host's network was",
  ),
  permission(
    'lambda-functions',
    ['lambda:GetFunctionConfiguration'],
    'read timeout, memory and state of a function that is a target; its variables are not kept',
  ),
];

/** The ARNs behind them, in every region, for a monitor may watch several; none where workloads are not read. */
export function workloadArns(
  stack: Stack,
  isRead: boolean,
): Readonly<Record<WorkloadResource, readonly string[]>> {
  const arns = (components: Pick<ArnComponents, 'service' | 'resource' | 'arnFormat'>): string[] =>
    isRead ? [stack.formatArn({ region: '*', resourceName: '*', ...components })] : [];
  const ofEcs = (resource: string) => arns({ service: 'ecs', resource });
  return {
    'any-workload': isRead ? ['*'] : [],
    'ecs-services': ofEcs('service'),
    'ecs-service-deployments': ofEcs('service-deployment'),
    'ecs-service-revisions': ofEcs('service-revision'),
    'ecs-tasks': ofEcs('task'),
    'ecs-container-instances': ofEcs('container-instance'),
    'lambda-functions': arns({
      service: 'lambda',
      resource: 'function',
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    }),
  };
}
