import { DescribeTaskDefinitionCommand, type ECSClient, type Service } from '@aws-sdk/client-ecs';
import { answered, attempt, type Reading } from '../aws-failure.ts';
import { workloadCall } from './workload-call.ts';

/** Where a container of a task definition logs to in CloudWatch Logs. */
export interface ContainerLog {
  readonly containerName: string;
  readonly logGroupName: string;
  readonly region: string;
}

/** The containers of a task definition that log with the driver `awslogs`; one call. */
export function readContainerLogs(
  ecs: ECSClient,
  region: string,
  taskDefinitionArn: string,
): Promise<Reading<readonly ContainerLog[]>> {
  const call = workloadCall(region, 'ecs:DescribeTaskDefinition', 'the task definition', taskDefinitionArn);
  return attempt(call, async () => {
    const answer = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: taskDefinitionArn }));
    return (answered(answer.taskDefinition).containerDefinitions ?? []).flatMap(
      ({ name = '', logConfiguration }) => {
        const { 'awslogs-group': logGroupName, 'awslogs-region': of } = logConfiguration?.options ?? {};
        if (logConfiguration?.logDriver !== 'awslogs' || !logGroupName) return [];
        return [{ containerName: name, logGroupName, region: of || region }];
      },
    );
  });
}

/** A service's task definition behind one target group. */
export interface Served {
  readonly targetGroupArn: string;
  readonly serviceArn: string;
  readonly taskDefinitionArn: string;
  /** The container that the target group sends to; null where the service does not say. */
  readonly containerName: string | null;
}

/** Of the service itself, and of its task sets where another controller deploys it. */
export const servedBy = ({
  serviceArn = '',
  taskDefinition,
  loadBalancers,
  taskSets = [],
}: Service): Served[] =>
  [{ taskDefinition, loadBalancers }, ...taskSets].flatMap((set) =>
    (set.loadBalancers ?? []).flatMap(({ targetGroupArn, containerName }) =>
      targetGroupArn === undefined || set.taskDefinition === undefined
        ? []
        : [
            {
              ...{ targetGroupArn, serviceArn },
              taskDefinitionArn: set.taskDefinition,
              containerName: containerName ?? null,
            },
          ],
    ),
  );
