import {
  CloudWatchLogsClient,
  DescribeDeliveriesCommand,
  DescribeDeliveryDestinationsCommand,
  DescribeDeliverySourcesCommand,
  DescribeLogGroupsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import {
  AddTagsCommand,
  DescribeLoadBalancerAttributesCommand,
  DescribeTagsCommand,
  DescribeTargetGroupAttributesCommand,
  ElasticLoadBalancingV2Client,
  ModifyLoadBalancerAttributesCommand,
  ModifyTargetGroupAttributesCommand,
  RemoveTagsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { EvidenceBundle } from '../../lambda/model/evidence.ts';
import type { Moto } from '../moto-server.ts';
import { type MotoFleet, motoFleet } from '../observe/moto-fleet.ts';
import { makeEcsServices, stateOfEcsServices } from './ecs-service.ts';

type Pairs = Readonly<Record<string, string>>;

/** Everything in the account that advice can change. */
export interface State {
  /** By ARN. */
  readonly attributes: Readonly<Record<string, Pairs>>;
  readonly tags: Readonly<Record<string, Pairs>>;
  readonly logGroups: Readonly<Record<string, number | null>>;
  readonly deliveries: readonly string[];
  readonly service: string;
}

interface Pair {
  readonly Key?: string | undefined;
  readonly Value?: string | undefined;
}

const pairsOf = (list: readonly Pair[] | undefined): Pairs =>
  Object.fromEntries((list ?? []).map(({ Key = '', Value = '' }) => [Key, Value]));

const listOf = (pairs: Pairs) => Object.entries(pairs).map(([Key, Value]) => ({ Key, Value }));

/** What AWS gives a group that nobody configured, and moto leaves out. */
const AWS_DEFAULTS: Pairs = {
  'target_group_health.unhealthy_state_routing.minimum_healthy_targets.count': '1',
};

const isGroup = (arn: string): boolean => arn.includes(':targetgroup/');

/** An account in moto, with a load balancer, groups and an ECS service as bundles have them. */
export class Account {
  readonly #elb: ElasticLoadBalancingV2Client;
  readonly #logs: CloudWatchLogsClient;
  readonly #fleet: MotoFleet;
  readonly #moto: Moto;
  /** What moto calls the resources of the bundles: by their name, of each kind. */
  readonly #made = new Map<string, string>();

  private constructor(moto: Moto, fleet: MotoFleet) {
    this.#elb = new ElasticLoadBalancingV2Client(moto.client);
    this.#logs = new CloudWatchLogsClient(moto.client);
    this.#fleet = fleet;
    this.#moto = moto;
  }

  static async make(moto: Moto): Promise<Account> {
    await makeEcsServices(moto);
    return new Account(moto, await motoFleet(moto));
  }

  /** Gives the account what the bundle says, and tells what moto calls each ARN of it. */
  async become({ loadBalancer, targetGroups }: EvidenceBundle): Promise<ReadonlyMap<string, string>> {
    const names = new Map<string, string>();
    for (const { arn, name, attributes, tags, targetType } of [
      { ...loadBalancer, targetType: null },
      ...targetGroups,
    ]) {
      const key = `${targetType === null ? 'load balancer' : 'target group'} ${name}`;
      const own = this.#made.get(key) ?? (await this.#make(name, targetType));
      this.#made.set(key, own);
      names.set(arn, own);
      const isOfServers = targetType !== null && targetType !== 'lambda';
      await this.#configure(own, isOfServers ? { ...AWS_DEFAULTS, ...attributes } : attributes, tags);
    }
    return names;
  }

  #make(name: string, targetType: string | null): Promise<string> {
    if (targetType === null) return this.#fleet.loadBalancer({ name });
    return targetType === 'lambda' ? this.#fleet.lambdaTargetGroup(name) : this.#fleet.targetGroup({ name });
  }

  async #configure(arn: string, attributes: Pairs, tags: Pairs): Promise<void> {
    // A log that is switched on would want a bucket with a policy.
    const Attributes = listOf(attributes).filter(({ Key }) => !Key.startsWith('access_logs.'));
    if (Attributes.length > 0)
      await (isGroup(arn)
        ? this.#elb.send(new ModifyTargetGroupAttributesCommand({ TargetGroupArn: arn, Attributes }))
        : this.#elb.send(new ModifyLoadBalancerAttributesCommand({ LoadBalancerArn: arn, Attributes })));
    const before = Object.keys((await this.#tagsOf([arn]))[arn] ?? {});
    if (before.length > 0)
      await this.#elb.send(new RemoveTagsCommand({ ResourceArns: [arn], TagKeys: before }));
    // Tags of AWS itself are nobody's to set.
    const Tags = listOf(tags).filter(({ Key }) => !Key.startsWith('aws:'));
    if (Tags.length > 0) await this.#elb.send(new AddTagsCommand({ ResourceArns: [arn], Tags }));
  }

  async #attributesOf(arn: string): Promise<Pairs> {
    const { Attributes } = isGroup(arn)
      ? await this.#elb.send(new DescribeTargetGroupAttributesCommand({ TargetGroupArn: arn }))
      : await this.#elb.send(new DescribeLoadBalancerAttributesCommand({ LoadBalancerArn: arn }));
    return pairsOf(Attributes);
  }

  async #tagsOf(arns: readonly string[]): Promise<Readonly<Record<string, Pairs>>> {
    const { TagDescriptions } = await this.#elb.send(new DescribeTagsCommand({ ResourceArns: [...arns] }));
    return Object.fromEntries(
      (TagDescriptions ?? []).map(({ ResourceArn = '', Tags }) => [ResourceArn, pairsOf(Tags)]),
    );
  }

  /** Of the resources with these ARNs of moto's, and of all that logs are delivered to. */
  async state(arns: readonly string[]): Promise<State> {
    const attributes = await Promise.all(
      arns.map(async (arn) => [arn, await this.#attributesOf(arn)] as const),
    );
    const { logGroups } = await this.#logs.send(new DescribeLogGroupsCommand({}));
    const { deliverySources } = await this.#logs.send(new DescribeDeliverySourcesCommand({}));
    const { deliveryDestinations } = await this.#logs.send(new DescribeDeliveryDestinationsCommand({}));
    const { deliveries } = await this.#logs.send(new DescribeDeliveriesCommand({}));
    return {
      attributes: Object.fromEntries(attributes),
      tags: await this.#tagsOf(arns),
      logGroups: Object.fromEntries(
        (logGroups ?? []).map(({ logGroupName = '', retentionInDays }) => [
          logGroupName,
          retentionInDays ?? null,
        ]),
      ),
      deliveries: [
        ...(deliverySources ?? []).map(({ name }) => `source ${name}`),
        ...(deliveryDestinations ?? []).map(({ name }) => `destination ${name}`),
        ...(deliveries ?? []).map(({ deliverySourceName }) => `delivery of ${deliverySourceName}`),
      ].sort(),
      service: await stateOfEcsServices(this.#moto),
    };
  }
}
