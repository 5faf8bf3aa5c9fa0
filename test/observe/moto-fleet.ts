import { CloudWatchClient, type MetricDatum, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { CreateSubnetCommand, CreateVpcCommand, EC2Client } from '@aws-sdk/client-ec2';
import {
  type Action,
  AddTagsCommand,
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateRuleCommand,
  CreateTargetGroupCommand,
  ElasticLoadBalancingV2Client,
  ModifyLoadBalancerAttributesCommand,
  RegisterTargetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Moto } from '../moto-server.ts';

/** Builds load balancers in a moto server. */
export interface MotoFleet {
  loadBalancer(options: {
    readonly name: string;
    readonly type?: 'application' | 'network';
    readonly idleTimeoutSeconds?: number;
    readonly tags?: Readonly<Record<string, string>>;
  }): Promise<string>;
  targetGroup(options: {
    readonly name: string;
    readonly protocol?: 'HTTP' | 'HTTPS';
    readonly targets?: readonly string[];
    readonly healthCheckPath?: string;
    readonly tags?: Readonly<Record<string, string>>;
  }): Promise<string>;
  lambdaTargetGroup(name: string): Promise<string>;
  /** A listener whose default action is given; returns its ARN. */
  listener(loadBalancerArn: string, port: number, action: Action): Promise<string>;
  rule(listenerArn: string, priority: number, action: Action): Promise<void>;
  /**
   * Data points of `AWS/ApplicationELB`, one a minute from `start`; null leaves a minute out. Dimensions in the
   * order of their names: moto, unlike AWS, tells two orders apart.
   */
  metric(
    name: string,
    dimensions: Readonly<Record<string, string>>,
    start: Date,
    values: readonly (number | null)[],
  ): Promise<void>;
}

/** An action that forwards to groups, by weight; a single group goes the old way, without a ForwardConfig. */
export const forwardTo = (
  ...groups: readonly (string | readonly [arn: string, weight: number])[]
): Action => {
  const [only] = groups;
  if (groups.length === 1 && typeof only === 'string') return { Type: 'forward', TargetGroupArn: only };
  return {
    Type: 'forward',
    ForwardConfig: {
      TargetGroups: groups.map((group) =>
        typeof group === 'string'
          ? { TargetGroupArn: group, Weight: 1 }
          : { TargetGroupArn: group[0], Weight: group[1] },
      ),
    },
  };
};

export const notFound: Action = { Type: 'fixed-response', FixedResponseConfig: { StatusCode: '404' } };

const tagList = (tags: Readonly<Record<string, string>>) =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

const required = (value: string | undefined): string => {
  if (!value) throw new Error('moto gave no ARN');
  return value;
};

/** Makes the network that load balancers need, then builds on it. */
export async function motoFleet(moto: Pick<Moto, 'client'>, region = moto.client.region): Promise<MotoFleet> {
  const config = { ...moto.client, region };
  const ec2 = new EC2Client(config);
  const elb = new ElasticLoadBalancingV2Client(config);
  const cloudWatch = new CloudWatchClient({ ...config, disableRequestCompression: true });
  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }));
  const vpcId = required(Vpc?.VpcId);
  const subnets: string[] = [];
  for (const [index, zone] of ['a', 'b'].entries()) {
    const { Subnet } = await ec2.send(
      new CreateSubnetCommand({
        VpcId: vpcId,
        CidrBlock: `10.0.${index}.0/24`,
        AvailabilityZone: `${region}${zone}`,
      }),
    );
    subnets.push(required(Subnet?.SubnetId));
  }
  return {
    loadBalancer: async ({ name, type = 'application', idleTimeoutSeconds, tags = {} }) => {
      const { LoadBalancers } = await elb.send(
        new CreateLoadBalancerCommand({
          Name: name,
          Type: type,
          Subnets: subnets,
          ...(Object.keys(tags).length > 0 ? { Tags: tagList(tags) } : {}),
        }),
      );
      const arn = required(LoadBalancers?.[0]?.LoadBalancerArn);
      if (idleTimeoutSeconds !== undefined)
        await elb.send(
          new ModifyLoadBalancerAttributesCommand({
            LoadBalancerArn: arn,
            Attributes: [{ Key: 'idle_timeout.timeout_seconds', Value: String(idleTimeoutSeconds) }],
          }),
        );
      return arn;
    },
    targetGroup: async ({
      name,
      protocol = 'HTTP',
      targets = [],
      healthCheckPath = '/health',
      tags = {},
    }) => {
      const { TargetGroups } = await elb.send(
        new CreateTargetGroupCommand({
          Name: name,
          Protocol: protocol,
          Port: 8080,
          VpcId: vpcId,
          TargetType: 'ip',
          HealthCheckPath: healthCheckPath,
        }),
      );
      const arn = required(TargetGroups?.[0]?.TargetGroupArn);
      if (targets.length > 0)
        await elb.send(
          new RegisterTargetsCommand({
            TargetGroupArn: arn,
            Targets: targets.map((Id) => ({ Id, Port: 8080 })),
          }),
        );
      if (Object.keys(tags).length > 0)
        await elb.send(new AddTagsCommand({ ResourceArns: [arn], Tags: tagList(tags) }));
      return arn;
    },
    lambdaTargetGroup: async (name) => {
      const { TargetGroups } = await elb.send(
        new CreateTargetGroupCommand({ Name: name, TargetType: 'lambda' }),
      );
      return required(TargetGroups?.[0]?.TargetGroupArn);
    },
    listener: async (loadBalancerArn, port, action) => {
      const { Listeners } = await elb.send(
        new CreateListenerCommand({
          LoadBalancerArn: loadBalancerArn,
          Port: port,
          Protocol: 'HTTP',
          DefaultActions: [action],
        }),
      );
      return required(Listeners?.[0]?.ListenerArn);
    },
    rule: async (listenerArn, priority, action) => {
      await elb.send(
        new CreateRuleCommand({
          ListenerArn: listenerArn,
          Priority: priority,
          Conditions: [{ Field: 'path-pattern', Values: [`/path-${priority}/*`] }],
          Actions: [action],
        }),
      );
    },
    metric: async (name, dimensions, start, values) => {
      const data = values.flatMap((value, minute): MetricDatum[] =>
        value === null
          ? []
          : [
              {
                MetricName: name,
                Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
                Timestamp: new Date(start.getTime() + minute * 60_000),
                Value: value,
              },
            ],
      );
      for (let from = 0; from < data.length; from += 500)
        await cloudWatch.send(
          new PutMetricDataCommand({
            Namespace: 'AWS/ApplicationELB',
            MetricData: data.slice(from, from + 500),
          }),
        );
    },
  };
}
