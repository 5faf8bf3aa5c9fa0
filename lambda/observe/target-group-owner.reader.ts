import {
  DescribeTargetGroupsCommand,
  type ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { isMissing, orThrow } from './aws-failure.ts';

/**
 * The load balancers that a target group receives traffic from; none where it was deleted.
 *
 * @throws RemoteError where AWS would not say
 */
export function loadBalancersOf(
  elb: ElasticLoadBalancingV2Client,
  region: string,
  targetGroupArn: string,
): Promise<readonly string[]> {
  const call = {
    what: 'the load balancers of a target group',
    action: 'elasticloadbalancing:DescribeTargetGroups',
    resource: targetGroupArn,
    region,
  };
  return orThrow(call, async () => {
    try {
      const { TargetGroups } = await elb.send(
        new DescribeTargetGroupsCommand({ TargetGroupArns: [targetGroupArn] }),
      );
      return TargetGroups?.[0]?.LoadBalancerArns ?? [];
    } catch (error) {
      if (isMissing(error, 'TargetGroup')) return [];
      throw error;
    }
  });
}
