import {
  type TargetGroup as ApiTargetGroup,
  DescribeTargetGroupAttributesCommand,
  DescribeTargetGroupsCommand,
  type DescribeTargetGroupsCommandOutput,
  type ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { TargetGroup } from '../model/evidence.ts';
import { redactedUrl } from '../model/redacted-url.ts';
import { answered, attempt, isMissing, type Reading } from './aws-failure.ts';
import { keyed } from './load-balancer.reader.ts';

/** A target group as DescribeTargetGroups gives it. */
export type DescribedTargetGroup = Omit<TargetGroup, 'attributes' | 'tags' | 'targets' | 'serving'>;

const PAGE_SIZE = 400;
/** 100 target groups are the quota of a load balancer; the bound only stops a marker that never ends. */
const MAX_PAGES = 50;

function described(group: ApiTargetGroup): DescribedTargetGroup | null {
  if (!group.TargetGroupArn) return null;
  const isLambda = group.TargetType === 'lambda';
  return {
    arn: group.TargetGroupArn,
    name: group.TargetGroupName ?? '',
    targetType: group.TargetType ?? 'instance',
    protocol: isLambda ? null : (group.Protocol ?? null),
    protocolVersion: isLambda ? null : (group.ProtocolVersion ?? null),
    port: isLambda ? null : (group.Port ?? null),
    ...(group.TargetControlPort === undefined ? {} : { targetControlPort: group.TargetControlPort }),
    healthCheck: {
      enabled: group.HealthCheckEnabled ?? !isLambda,
      protocol: group.HealthCheckProtocol ?? null,
      port: group.HealthCheckPort ?? null,
      path: group.HealthCheckPath === undefined ? null : redactedUrl(group.HealthCheckPath),
      intervalSeconds: group.HealthCheckIntervalSeconds ?? null,
      timeoutSeconds: group.HealthCheckTimeoutSeconds ?? null,
      healthyThresholdCount: group.HealthyThresholdCount ?? null,
      unhealthyThresholdCount: group.UnhealthyThresholdCount ?? null,
      matcher: group.Matcher?.HttpCode ?? group.Matcher?.GrpcCode ?? null,
    },
  };
}

/** The target groups of a load balancer, by name. */
export function readTargetGroups(
  elb: ElasticLoadBalancingV2Client,
  region: string,
  loadBalancerArn: string,
): Promise<Reading<readonly DescribedTargetGroup[]>> {
  const call = {
    subject: 'target-groups' as const,
    what: 'the target groups',
    action: 'elasticloadbalancing:DescribeTargetGroups',
    resource: loadBalancerArn,
    region,
  };
  // A load balancer that only redirects has none, which may be worded as an error.
  const send = (command: DescribeTargetGroupsCommand): Promise<DescribeTargetGroupsCommandOutput> =>
    elb.send(command).catch((error: unknown) => {
      if (isMissing(error, 'TargetGroup')) return { $metadata: {}, TargetGroups: [] };
      throw error;
    });
  return attempt(call, async () => {
    const found: DescribedTargetGroup[] = [];
    let marker: string | undefined;
    for (let page = 0; page < MAX_PAGES; page++) {
      const answer = await send(
        new DescribeTargetGroupsCommand({
          LoadBalancerArn: loadBalancerArn,
          PageSize: PAGE_SIZE,
          Marker: marker,
        }),
      );
      found.push(...answered(answer.TargetGroups).flatMap((group) => described(group) ?? []));
      marker = answer.NextMarker;
      if (!marker) break;
    }
    return found.sort((a, b) => (a.name < b.name ? -1 : 1));
  });
}

/**
 * The target groups of all load balancers of a region, 400 a call, by the ARN of the load balancer; null where they
 * do not fit into so many calls or AWS would not say.
 *
 * @param maxPages - calls at most
 */
export async function listTargetGroups(
  elb: ElasticLoadBalancingV2Client,
  maxPages: number,
): Promise<ReadonlyMap<string, readonly DescribedTargetGroup[]> | null> {
  const byLoadBalancer = new Map<string, DescribedTargetGroup[]>();
  let marker: string | undefined;
  try {
    for (let page = 0; page < maxPages; page++) {
      const answer = await elb.send(new DescribeTargetGroupsCommand({ PageSize: PAGE_SIZE, Marker: marker }));
      for (const group of answered(answer.TargetGroups)) {
        const known = described(group);
        for (const arn of known ? (group.LoadBalancerArns ?? []) : [])
          byLoadBalancer.set(arn, [...(byLoadBalancer.get(arn) ?? []), ...(known ? [known] : [])]);
      }
      marker = answer.NextMarker;
      if (!marker) return sortedByName(byLoadBalancer);
    }
    return null;
  } catch {
    return null;
  }
}

const sortedByName = (
  groups: ReadonlyMap<string, readonly DescribedTargetGroup[]>,
): ReadonlyMap<string, readonly DescribedTargetGroup[]> =>
  new Map([...groups].map(([arn, list]) => [arn, [...list].sort((a, b) => (a.name < b.name ? -1 : 1))]));

/** The attributes of a target group, every key that AWS gives, unknown ones included. */
export function readTargetGroupAttributes(
  elb: ElasticLoadBalancingV2Client,
  region: string,
  targetGroupArn: string,
): Promise<Reading<Record<string, string>>> {
  const call = {
    subject: 'attributes' as const,
    what: 'the attributes of the target group',
    action: 'elasticloadbalancing:DescribeTargetGroupAttributes',
    resource: targetGroupArn,
    region,
  };
  return attempt(call, async () => {
    const answer = await elb.send(
      new DescribeTargetGroupAttributesCommand({ TargetGroupArn: targetGroupArn }),
    );
    return keyed(answered(answer.Attributes));
  });
}
