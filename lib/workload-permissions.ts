import type { ArnComponents } from 'aws-cdk-lib';
import { ArnFormat, type Stack } from 'aws-cdk-lib';
import type { Settings } from '../lambda/env.ts';
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
    'distinguish terminations and instance refreshes from crashes',
  ),
  permission('ecs-services', ['ecs:DescribeServices'], 'read the service, its events and target groups'),
  permission(
    'ecs-services',
    ['ecs:ListServiceDeployments', 'ecs:DescribeServiceDeployments', 'ecs:DescribeServiceRevisions'],
    'read deployments, and which revision replaced which',
  ),
  permission('ecs-service-deployments', ['ecs:DescribeServiceDeployments'], 'the same'),
  permission('ecs-service-revisions', ['ecs:DescribeServiceRevisions'], 'the same'),
  permission('any-workload', ['ecs:ListTasks'], 'find the tasks that stopped within the hour'),
  permission('ecs-tasks', ['ecs:DescribeTasks'], 'read why they stopped: stop code, exit code, reason'),
  permission(
    'ecs-container-instances',
    ['ecs:DescribeContainerInstances'],
    "find the target of a task on its host's network",
  ),
  permission(
    'lambda-functions',
    ['lambda:GetFunctionConfiguration'],
    'read timeout, memory and state of a function that is a target; its variables are not kept',
  ),
  permission(
    'ecr-repositories',
    ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
    'read the configuration of an image: entry point, command, and of the environment variables of known servers',
  ),
];

/** The ARNs behind them, in every region, for a monitor may watch several; none where workloads are not read. */
export function workloadArns(
  stack: Stack,
  { readWorkloads: isRead, readImages }: Pick<Settings, 'readWorkloads' | 'readImages'>,
): Readonly<Record<WorkloadResource, readonly string[]>> {
  const arns = (
    components: Pick<ArnComponents, 'service' | 'resource' | 'arnFormat' | 'account'>,
  ): string[] => (isRead ? [stack.formatArn({ region: '*', resourceName: '*', ...components })] : []);
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
    // Of other accounts too: an image is often shared.
    'ecr-repositories': readImages ? arns({ service: 'ecr', resource: 'repository', account: '*' }) : [],
  };
}
