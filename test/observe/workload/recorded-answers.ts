/**
 * Answers of AWS for what moto does not have, in the form of the wire; a test holds each against AWS's model of its
 * operation.
 */

const ECS = 'arn:aws:ecs:eu-central-1:123456789012';
const at = (time: string): number => Date.parse(time) / 1000;

export const DEPLOYMENT = `${ECS}:service-deployment/web/shop/QwErTy`;
const revision = (id: string): string => `${ECS}:service-revision/web/shop/${id}`;

export const LISTED_DEPLOYMENTS = {
  serviceDeployments: [
    {
      serviceDeploymentArn: `${ECS}:service-deployment/web/shop/AsDfGh`,
      serviceArn: `${ECS}:service/web/shop`,
      clusterArn: `${ECS}:cluster/web`,
      createdAt: at('2026-11-20T06:00:00Z'),
      startedAt: at('2026-11-20T06:00:01Z'),
      finishedAt: at('2026-11-20T06:05:00Z'),
      status: 'SUCCESSFUL',
    },
    {
      serviceDeploymentArn: DEPLOYMENT,
      serviceArn: `${ECS}:service/web/shop`,
      clusterArn: `${ECS}:cluster/web`,
      createdAt: at('2026-11-20T10:10:00Z'),
      startedAt: at('2026-11-20T10:10:01Z'),
      targetServiceRevisionArn: revision('42'),
      status: 'ROLLBACK_SUCCESSFUL',
    },
  ],
};

export const DESCRIBED_DEPLOYMENTS = {
  serviceDeployments: [
    {
      serviceDeploymentArn: DEPLOYMENT,
      serviceArn: `${ECS}:service/web/shop`,
      clusterArn: `${ECS}:cluster/web`,
      createdAt: at('2026-11-20T10:10:00Z'),
      startedAt: at('2026-11-20T10:10:01Z'),
      finishedAt: at('2026-11-20T10:20:00Z'),
      updatedAt: at('2026-11-20T10:20:00Z'),
      sourceServiceRevisions: [
        { arn: revision('41'), requestedTaskCount: 2, runningTaskCount: 2, pendingTaskCount: 0 },
      ],
      targetServiceRevision: {
        arn: revision('42'),
        requestedTaskCount: 2,
        runningTaskCount: 0,
        pendingTaskCount: 0,
      },
      status: 'ROLLBACK_SUCCESSFUL',
      statusReason: 'Service deployment rolled back because the circuit breaker threshold was exceeded.',
      rollback: {
        reason: 'circuit breaker',
        startedAt: at('2026-11-20T10:15:00Z'),
        serviceRevisionArn: revision('41'),
      },
      deploymentConfiguration: { strategy: 'ROLLING', minimumHealthyPercent: 100, maximumPercent: 200 },
      deploymentCircuitBreaker: { status: 'TRIGGERED', failureCount: 3, threshold: 3 },
    },
  ],
  failures: [],
};

export const REVISIONS = {
  serviceRevisions: [
    { serviceRevisionArn: revision('41'), taskDefinition: `${ECS}:task-definition/shop:41` },
    { serviceRevisionArn: revision('42'), taskDefinition: `${ECS}:task-definition/shop:42` },
  ],
  failures: [],
};

const INSTANCE_OF_TASK = `${ECS}:container-instance/web/0123456789abcdef0123456789abcdef`;

/** A task on its host's network that ran out of memory, and one that somebody stopped. */
export const STOPPED_TASKS = {
  tasks: [
    {
      taskArn: `${ECS}:task/web/11111111111111111111111111111111`,
      clusterArn: `${ECS}:cluster/web`,
      taskDefinitionArn: `${ECS}:task-definition/shop:42`,
      containerInstanceArn: INSTANCE_OF_TASK,
      startedAt: at('2026-11-20T09:00:00Z'),
      stoppingAt: at('2026-11-20T10:12:00Z'),
      stoppedAt: at('2026-11-20T10:12:05Z'),
      stopCode: 'EssentialContainerExited',
      stoppedReason: 'Essential container in task exited',
      desiredStatus: 'STOPPED',
      lastStatus: 'STOPPED',
      containers: [
        {
          name: 'web',
          exitCode: 137,
          reason: 'OutOfMemoryError: Container killed due to memory usage',
          lastStatus: 'STOPPED',
          networkBindings: [{ bindIP: '0.0.0.0', containerPort: 8080, hostPort: 32768, protocol: 'tcp' }],
        },
        { name: 'log-router', exitCode: 0, lastStatus: 'STOPPED', networkBindings: [] },
      ],
    },
    {
      taskArn: `${ECS}:task/web/22222222222222222222222222222222`,
      clusterArn: `${ECS}:cluster/web`,
      taskDefinitionArn: `${ECS}:task-definition/shop:42`,
      stoppingAt: at('2026-11-20T10:14:00Z'),
      stopCode: 'UserInitiated',
      stoppedReason: 'restarted, password=hunter2hunter2',
      desiredStatus: 'STOPPED',
      lastStatus: 'DEACTIVATING',
      attachments: [
        {
          id: 'a',
          type: 'ElasticNetworkInterface',
          status: 'DELETED',
          details: [{ name: 'privateIPv4Address', value: '10.0.3.7' }],
        },
      ],
      containers: [{ name: 'web', exitCode: 143, lastStatus: 'STOPPED' }],
    },
  ],
  failures: [],
};

export const LISTED_TASKS = { taskArns: STOPPED_TASKS.tasks.map(({ taskArn }) => taskArn) };

export const CONTAINER_INSTANCES = {
  containerInstances: [{ containerInstanceArn: INSTANCE_OF_TASK, ec2InstanceId: 'i-0aaaaaaaaaaaaaaaa' }],
  failures: [],
};

export const RECORDED: readonly (readonly [operation: string, answer: unknown])[] = [
  ['ListServiceDeployments', LISTED_DEPLOYMENTS],
  ['DescribeServiceDeployments', DESCRIBED_DEPLOYMENTS],
  ['DescribeServiceRevisions', REVISIONS],
  ['ListTasks', LISTED_TASKS],
  ['DescribeTasks', STOPPED_TASKS],
  ['DescribeContainerInstances', CONTAINER_INSTANCES],
];

export const REFRESHES = `<DescribeInstanceRefreshesResponse xmlns="http://autoscaling.amazonaws.com/doc/2011-01-01/">
<DescribeInstanceRefreshesResult><InstanceRefreshes><member>
<InstanceRefreshId>08b91cf7-8fa6-48af-b6a6-d227f40f1b9b</InstanceRefreshId>
<AutoScalingGroupName>shop</AutoScalingGroupName><Status>InProgress</Status>
<StartTime>2026-11-20T10:05:00Z</StartTime></member></InstanceRefreshes></DescribeInstanceRefreshesResult>
<ResponseMetadata><RequestId>0</RequestId></ResponseMetadata></DescribeInstanceRefreshesResponse>`;

export const ACTIVITIES = `<DescribeScalingActivitiesResponse xmlns="http://autoscaling.amazonaws.com/doc/2011-01-01/">
<DescribeScalingActivitiesResult><Activities><member>
<ActivityId>1</ActivityId><AutoScalingGroupName>shop</AutoScalingGroupName>
<Description>Launching a new EC2 instance: i-0fedcba9876543210</Description>
<Cause>At 2026-11-20T10:02:00Z an instance was started in response to a difference between desired and actual capacity.</Cause>
<StartTime>2026-11-20T10:02:00Z</StartTime><EndTime>2026-11-20T10:03:00Z</EndTime>
<StatusCode>Successful</StatusCode><Progress>100</Progress></member><member>
<ActivityId>2</ActivityId><AutoScalingGroupName>shop</AutoScalingGroupName>
<Description>Terminating EC2 instance: i-0123456789abcdef0</Description>
<Cause>At 2026-11-20T10:12:00Z an instance was taken out of service in response to an ELB system health check failure.</Cause>
<StartTime>2026-11-20T10:12:00Z</StartTime><StatusCode>WaitingForELBConnectionDraining</StatusCode>
<Progress>60</Progress></member><member>
<ActivityId>3</ActivityId><AutoScalingGroupName>shop</AutoScalingGroupName>
<Description>Terminating EC2 instance: i-00000000000000000</Description><Cause>long ago</Cause>
<StartTime>2026-11-18T10:12:00Z</StartTime><EndTime>2026-11-18T10:14:00Z</EndTime>
<StatusCode>Successful</StatusCode></member></Activities></DescribeScalingActivitiesResult>
<ResponseMetadata><RequestId>0</RequestId></ResponseMetadata></DescribeScalingActivitiesResponse>`;
