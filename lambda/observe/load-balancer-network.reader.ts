import {
  type ElasticLoadBalancingV2Client,
  paginateDescribeLoadBalancers,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { answered, orThrow } from './aws-failure.ts';

/** Where a load balancer stands in the network. */
export interface LoadBalancerNetwork {
  readonly arn: string;
  readonly vpcId: string;
  readonly securityGroupIds: readonly string[];
}

/**
 * The networks of the application load balancers of a region, 400 a call.
 *
 * @throws RemoteError where they cannot be listed
 */
export function listLoadBalancerNetworks(
  elb: ElasticLoadBalancingV2Client,
  region: string,
): Promise<readonly LoadBalancerNetwork[]> {
  const call = {
    what: 'the networks of the load balancers',
    action: 'elasticloadbalancing:DescribeLoadBalancers',
    resource: null,
    region,
  };
  return orThrow(call, async () => {
    const found: LoadBalancerNetwork[] = [];
    for await (const page of paginateDescribeLoadBalancers({ client: elb, pageSize: 400 }, {}))
      for (const { LoadBalancerArn: arn, Type, VpcId: vpcId, SecurityGroups = [] } of answered(
        page.LoadBalancers,
      ))
        if (Type === 'application' && arn && vpcId)
          found.push({ arn, vpcId, securityGroupIds: SecurityGroups });
    return found;
  });
}
