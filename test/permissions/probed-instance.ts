import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { EC2Client, RunInstancesCommand } from '@aws-sdk/client-ec2';
import {
  CreateTargetGroupCommand,
  DescribeTargetGroupsCommand,
  ElasticLoadBalancingV2Client,
  RegisterTargetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { FaultRule } from '../aws-faults.ts';
import type { Moto } from '../moto.ts';
import { forwardTo, motoFleet } from '../observe/moto-fleet.ts';

/** A registered instance that is really a server on this machine. */
export interface ProbedInstance {
  /** Gives the instance this machine's address. */
  readonly address: FaultRule;
  stop(): void;
}

async function listening(): Promise<readonly [Server, number]> {
  const server = createServer({ keepAliveTimeout: 1 }, (_, response) => response.end('ok'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return [server, address.port];
}

/** Registers an instance behind a load balancer of its own. */
export async function buildProbedInstance(moto: Moto, groupInVpc: string): Promise<ProbedInstance> {
  const elb = new ElasticLoadBalancingV2Client(moto.client);
  const [server, port] = await listening();
  const { Instances } = await new EC2Client(moto.client).send(
    new RunInstancesCommand({ ImageId: 'ami-12c6146b', MinCount: 1, MaxCount: 1 }),
  );
  const instanceId = Instances?.[0]?.InstanceId ?? '';
  const known = await elb.send(new DescribeTargetGroupsCommand({ TargetGroupArns: [groupInVpc] }));
  const { TargetGroups } = await elb.send(
    new CreateTargetGroupCommand({
      Name: 'instances',
      Protocol: 'HTTP',
      Port: port,
      VpcId: known.TargetGroups?.[0]?.VpcId,
      TargetType: 'instance',
    }),
  );
  const group = TargetGroups?.[0]?.TargetGroupArn ?? '';
  await elb.send(new RegisterTargetsCommand({ TargetGroupArn: group, Targets: [{ Id: instanceId }] }));
  const fleet = await motoFleet(moto);
  await fleet.listener(await fleet.loadBalancer({ name: 'probed' }), 80, forwardTo(group));
  const described = `<DescribeInstancesResponse><reservationSet><item><instancesSet><item><instanceId>${instanceId}</instanceId><privateIpAddress>127.0.0.1</privateIpAddress></item></instancesSet></item></reservationSet></DescribeInstancesResponse>`;
  return {
    address: { action: 'DescribeInstances', fault: { answer: () => described } },
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
