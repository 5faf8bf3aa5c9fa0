import {
  AutoScalingClient,
  CreateAutoScalingGroupCommand,
  CreateLaunchConfigurationCommand,
  DescribeAutoScalingGroupsCommand,
} from '@aws-sdk/client-auto-scaling';
import { CreateSubnetCommand, CreateVpcCommand, DescribeImagesCommand, EC2Client } from '@aws-sdk/client-ec2';
import {
  CreateTargetGroupCommand,
  ElasticLoadBalancingV2Client,
  RegisterTargetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Moto } from '../../moto.ts';

/** An Auto Scaling group of two instances in moto, all targets of a group of its name. */
export async function motoAutoScaling(
  moto: Pick<Moto, 'client'>,
  name: string,
): Promise<{ readonly targetGroupArn: string; readonly instanceIds: readonly string[] }> {
  const ec2 = new EC2Client(moto.client);
  const autoScaling = new AutoScalingClient(moto.client);
  const elb = new ElasticLoadBalancingV2Client(moto.client);
  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.8.0.0/16' }));
  const { Subnet } = await ec2.send(new CreateSubnetCommand({ VpcId: Vpc?.VpcId, CidrBlock: '10.8.0.0/24' }));
  const { Images } = await ec2.send(new DescribeImagesCommand({ Owners: ['amazon'] }));
  await autoScaling.send(
    new CreateLaunchConfigurationCommand({
      LaunchConfigurationName: name,
      ImageId: Images?.[0]?.ImageId,
      InstanceType: 't3.micro',
    }),
  );
  await autoScaling.send(
    new CreateAutoScalingGroupCommand({
      AutoScalingGroupName: name,
      LaunchConfigurationName: name,
      MinSize: 2,
      MaxSize: 2,
      VPCZoneIdentifier: Subnet?.SubnetId,
    }),
  );
  const { AutoScalingGroups } = await autoScaling.send(
    new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [name] }),
  );
  const instances = AutoScalingGroups?.flatMap(({ Instances }) => Instances ?? []) ?? [];
  const instanceIds = instances.flatMap(({ InstanceId }) => InstanceId ?? []);
  const { TargetGroups } = await elb.send(
    new CreateTargetGroupCommand({ Name: name, Protocol: 'HTTP', Port: 80, VpcId: Vpc?.VpcId }),
  );
  const targetGroupArn = TargetGroups?.[0]?.TargetGroupArn ?? '';
  await elb.send(
    new RegisterTargetsCommand({
      TargetGroupArn: targetGroupArn,
      Targets: instanceIds.map((Id) => ({ Id })),
    }),
  );
  return { targetGroupArn, instanceIds };
}
