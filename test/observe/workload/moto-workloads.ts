import {
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  EC2Client,
  ModifyVpcAttributeCommand,
} from '@aws-sdk/client-ec2';
import {
  type ContainerDefinition,
  CreateClusterCommand,
  CreateServiceCommand,
  ECSClient,
  type NetworkMode,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
  StopTaskCommand,
} from '@aws-sdk/client-ecs';
import type { Moto } from '../../moto.ts';

const given = (value: string | undefined): string => {
  if (!value) throw new Error('moto gave no name');
  return value;
};

export interface MotoEcs {
  readonly clusterArn: string;
  taskDefinition(
    family: string,
    containers: readonly ContainerDefinition[],
    networkMode?: NetworkMode,
  ): Promise<string>;
  service(options: {
    readonly name: string;
    readonly taskDefinition: string;
    readonly targetGroupArn: string;
    readonly containerName: string;
  }): Promise<string>;
  /** Runs a task with an address of its own and stops it. */
  stoppedTask(taskDefinition: string, reason: string): Promise<string>;
}

/** A cluster in moto, whose tasks get addresses of a network of their own. */
export async function motoEcs(moto: Pick<Moto, 'client'>, cluster: string): Promise<MotoEcs> {
  const ecs = new ECSClient(moto.client);
  const ec2 = new EC2Client(moto.client);
  const created = await ecs.send(new CreateClusterCommand({ clusterName: cluster }));
  const clusterArn = given(created.cluster?.clusterArn);
  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.9.0.0/16' }));
  const VpcId = given(Vpc?.VpcId);
  // Without it moto's network interfaces lack the name that its tasks want.
  await ec2.send(new ModifyVpcAttributeCommand({ VpcId, EnableDnsHostnames: { Value: true } }));
  const { Subnet } = await ec2.send(new CreateSubnetCommand({ VpcId, CidrBlock: '10.9.0.0/24' }));
  const group = await ec2.send(
    new CreateSecurityGroupCommand({ VpcId, GroupName: cluster, Description: 'tasks' }),
  );
  const awsvpcConfiguration = {
    subnets: [given(Subnet?.SubnetId)],
    securityGroups: [given(group.GroupId)],
  };
  return {
    clusterArn,
    taskDefinition: async (family, containers, networkMode = 'awsvpc') => {
      const { taskDefinition } = await ecs.send(
        new RegisterTaskDefinitionCommand({ family, networkMode, containerDefinitions: [...containers] }),
      );
      return given(taskDefinition?.taskDefinitionArn);
    },
    service: async ({ name, taskDefinition, targetGroupArn, containerName }) => {
      const { service } = await ecs.send(
        new CreateServiceCommand({
          cluster,
          serviceName: name,
          taskDefinition,
          desiredCount: 2,
          launchType: 'FARGATE',
          networkConfiguration: { awsvpcConfiguration },
          loadBalancers: [{ targetGroupArn, containerName, containerPort: 8080 }],
        }),
      );
      return given(service?.serviceArn);
    },
    stoppedTask: async (taskDefinition, reason) => {
      const { tasks } = await ecs.send(
        new RunTaskCommand({
          cluster,
          taskDefinition,
          launchType: 'FARGATE',
          networkConfiguration: { awsvpcConfiguration },
        }),
      );
      const task = given(tasks?.[0]?.taskArn);
      await ecs.send(new StopTaskCommand({ cluster, task, reason }));
      return task;
    },
  };
}
