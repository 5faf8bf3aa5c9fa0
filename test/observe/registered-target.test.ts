import { DescribeInstancesCommand, EC2Client, RunInstancesCommand } from '@aws-sdk/client-ec2';
import {
  CreateTargetGroupCommand,
  DescribeTargetGroupsCommand,
  ElasticLoadBalancingV2Client,
  RegisterTargetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readRegisteredTargets } from '../../lambda/observe/registered-target.reader.ts';
import { type Moto, startMoto } from '../moto.ts';
import { forwardTo, type MotoFleet, motoFleet } from './moto-fleet.ts';

const AT = '2026-11-23T10:00:00.000Z';

let moto: Moto;
let fleet: MotoFleet;
let elb: ElasticLoadBalancingV2Client;
let ec2: EC2Client;

beforeAll(async () => {
  moto = await startMoto();
  fleet = await motoFleet(moto);
  elb = new ElasticLoadBalancingV2Client(moto.client);
  ec2 = new EC2Client(moto.client);
});
afterAll(() => moto.stop());

const read = () => readRegisteredTargets({ elb, ec2, region: moto.client.region }, AT);

async function vpcOf(targetGroupArn: string): Promise<string> {
  const { TargetGroups } = await elb.send(
    new DescribeTargetGroupsCommand({ TargetGroupArns: [targetGroupArn] }),
  );
  return TargetGroups?.[0]?.VpcId ?? '';
}

/** A running instance, registered in a group of the type `instance`. */
async function instanceGroup(vpcId: string): Promise<{ arn: string; address: string }> {
  const { Instances } = await ec2.send(
    new RunInstancesCommand({ ImageId: 'ami-12c6146b', MinCount: 1, MaxCount: 1 }),
  );
  const id = Instances?.[0]?.InstanceId ?? '';
  const { Reservations } = await ec2.send(new DescribeInstancesCommand({ InstanceIds: [id] }));
  const { TargetGroups } = await elb.send(
    new CreateTargetGroupCommand({
      Name: 'instances',
      Protocol: 'HTTP',
      Port: 9000,
      VpcId: vpcId,
      TargetType: 'instance',
    }),
  );
  const arn = TargetGroups?.[0]?.TargetGroupArn ?? '';
  await elb.send(new RegisterTargetsCommand({ TargetGroupArn: arn, Targets: [{ Id: id }] }));
  return { arn, address: Reservations?.[0]?.Instances?.[0]?.PrivateIpAddress ?? '' };
}

test('registered targets are read as they are reached, and what cannot be probed is named', async () => {
  const shop = await fleet.loadBalancer({ name: 'shop', idleTimeoutSeconds: 120 });
  const web = await fleet.targetGroup({
    name: 'web',
    protocol: 'HTTPS',
    targets: ['10.0.0.7'],
    healthCheckPath: '/up',
    tags: { 'alb502:probe-skip-paths': '/admin /jobs' },
  });
  const quiet = await fleet.targetGroup({
    name: 'quiet',
    targets: ['10.0.0.8'],
    tags: { 'alb502:ignore': 'true' },
  });
  const past = await fleet.targetGroup({
    name: 'past',
    targets: ['10.0.0.9'],
    tags: { 'alb502:ignore': '2026-01-01', 'alb502:probe-skip-paths': 'admin' },
  });
  const code = await fleet.lambdaTargetGroup('code');
  await fleet.targetGroup({ name: 'unattached', targets: ['10.0.0.10'] });
  const instances = await instanceGroup(await vpcOf(web));
  for (const [index, arn] of [web, quiet, past, code, instances.arn].entries())
    await fleet.listener(shop, 80 + index, forwardTo(arn));
  const network = await fleet.loadBalancer({ name: 'net', type: 'network' });
  await fleet.loadBalancer({ name: 'idle' });

  const { targets, skipped } = await read();

  const common = { loadBalancerArn: shop, idleTimeoutSeconds: 120 };
  expect(targets).toHaveLength(3);
  expect(targets).toEqual(
    expect.arrayContaining([
      {
        ...common,
        targetGroupArn: web,
        endpoint: { host: '10.0.0.7', port: 8080, tls: true, path: '/up' },
        skipPaths: ['/admin', '/jobs'],
      },
      {
        ...common,
        targetGroupArn: past,
        endpoint: { host: '10.0.0.9', port: 8080, tls: false, path: '/health' },
        // Malformed: nobody knows what is not to be asked.
        skipPaths: null,
      },
      {
        ...common,
        targetGroupArn: instances.arn,
        endpoint: { host: instances.address, port: 9000, tls: false, path: '/' },
        skipPaths: [],
      },
    ]),
  );
  expect(skipped).toEqual(
    expect.arrayContaining([
      { resource: quiet, reason: 'ignored by its tag' },
      { resource: code, reason: 'its targets are of type lambda' },
    ]),
  );
  expect(JSON.stringify({ targets, skipped })).not.toContain(network);
});
