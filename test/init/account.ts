import {
  AllocateAddressCommand,
  CreateNatGatewayCommand,
  CreateRouteCommand,
  CreateSecurityGroupCommand,
  DescribeRouteTablesCommand,
  DescribeSubnetsCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import {
  DescribeLoadBalancersCommand,
  ElasticLoadBalancingV2Client,
  ModifyLoadBalancerAttributesCommand,
  SetSecurityGroupsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import type { Moto } from '../moto.ts';
import { setUpDelivery } from '../observe/log-deliveries.ts';
import { forwardTo, motoFleet } from '../observe/moto-fleet.ts';
import { motoEcs } from '../observe/workload/moto-workloads.ts';

export const BUCKET = 'access-logs-of-the-shop';
export const DELIVERED_GROUP = '/aws/vendedlogs/alb/api';
export const SERVICE_GROUP = '/ecs/shop';
const ACCOUNT = '123456789012';
export const logGroupArn = (name: string): string => `arn:aws:logs:eu-central-1:${ACCOUNT}:log-group:${name}`;

/** What an account holds. */
export interface Account {
  readonly loadBalancerArn: string;
  readonly subnetIds: readonly string[];
}

/**
 * An account with two load balancers in eu-central-1 (one with access logs in a bucket and an ECS service behind it, one
 * whose log is delivered to a log group) and one without a log in eu-west-1.
 */
export async function buildAccount(moto: Moto): Promise<Account> {
  const fleet = await motoFleet(moto);
  const shop = await fleet.loadBalancer({ name: 'shop' });
  const api = await fleet.loadBalancer({ name: 'api' });
  await fleet.loadBalancer({ name: 'network', type: 'network' });
  await writeToBucket(moto, shop);
  await setUpDelivery(moto, {
    name: 'api',
    loadBalancerArn: api,
    to: logGroupArn(DELIVERED_GROUP),
    outputFormat: 'plain',
  });
  const targetGroupArn = await fleet.targetGroup({ name: 'shop' });
  await fleet.listener(shop, 80, forwardTo(targetGroupArn));
  await runService(moto, targetGroupArn);
  const elsewhere = await motoFleet(moto, 'eu-west-1');
  await elsewhere.loadBalancer({ name: 'quiet' });
  await giveSecurityGroup(moto, shop);
  return { loadBalancerArn: shop, subnetIds: await giveNat(moto, shop) };
}

async function writeToBucket(moto: Moto, loadBalancerArn: string): Promise<void> {
  await new S3Client({ ...moto.client, forcePathStyle: true }).send(
    new CreateBucketCommand({
      Bucket: BUCKET,
      CreateBucketConfiguration: { LocationConstraint: 'eu-central-1' },
    }),
  );
  const attributes = { 'access_logs.s3.enabled': 'true', 'access_logs.s3.bucket': BUCKET };
  await new ElasticLoadBalancingV2Client(moto.client).send(
    new ModifyLoadBalancerAttributesCommand({
      LoadBalancerArn: loadBalancerArn,
      Attributes: Object.entries(attributes).map(([Key, Value]) => ({ Key, Value })),
    }),
  );
}

/** A service whose container that serves logs to one group, and a sidecar to another; and one behind no load balancer. */
async function runService(moto: Moto, targetGroupArn: string): Promise<void> {
  const ecs = await motoEcs(moto, 'prod');
  const logging = (group: string) =>
    ({
      logDriver: 'awslogs',
      options: { 'awslogs-group': group, 'awslogs-region': 'eu-central-1' },
    }) as const;
  const taskDefinition = await ecs.taskDefinition('shop', [
    { name: 'web', image: 'nginx:1.27', memory: 128, logConfiguration: logging(SERVICE_GROUP) },
    { name: 'metrics', image: 'agent:1', memory: 128, logConfiguration: logging('/ecs/metrics') },
  ]);
  await ecs.service({ name: 'shop', taskDefinition, targetGroupArn, containerName: 'web' });
}

const vpcOf = async (moto: Moto, loadBalancerArn: string): Promise<string> => {
  const { LoadBalancers } = await new ElasticLoadBalancingV2Client(moto.client).send(
    new DescribeLoadBalancersCommand({ LoadBalancerArns: [loadBalancerArn] }),
  );
  return LoadBalancers?.[0]?.VpcId ?? '';
};

async function giveSecurityGroup(moto: Moto, loadBalancerArn: string): Promise<void> {
  const VpcId = await vpcOf(moto, loadBalancerArn);
  const { GroupId = '' } = await new EC2Client(moto.client).send(
    new CreateSecurityGroupCommand({ VpcId, GroupName: 'shop', Description: 'load balancer' }),
  );
  await new ElasticLoadBalancingV2Client(moto.client).send(
    new SetSecurityGroupsCommand({ LoadBalancerArn: loadBalancerArn, SecurityGroups: [GroupId] }),
  );
}

/** Gives the VPC of a load balancer a NAT gateway that all its subnets go out by. */
async function giveNat(moto: Moto, loadBalancerArn: string): Promise<readonly string[]> {
  const ec2 = new EC2Client(moto.client);
  const Filters = [{ Name: 'vpc-id', Values: [await vpcOf(moto, loadBalancerArn)] }];
  const { Subnets = [] } = await ec2.send(new DescribeSubnetsCommand({ Filters }));
  const { AllocationId } = await ec2.send(new AllocateAddressCommand({ Domain: 'vpc' }));
  const { NatGateway } = await ec2.send(
    new CreateNatGatewayCommand({ SubnetId: Subnets[0]?.SubnetId, AllocationId }),
  );
  const { RouteTables = [] } = await ec2.send(new DescribeRouteTablesCommand({ Filters }));
  await ec2.send(
    new CreateRouteCommand({
      RouteTableId: RouteTables[0]?.RouteTableId,
      DestinationCidrBlock: '0.0.0.0/0',
      NatGatewayId: NatGateway?.NatGatewayId,
    }),
  );
  return Subnets.flatMap(({ SubnetId }) => SubnetId ?? []).sort();
}
