import { InputError } from '../model/failure.ts';
import { partitionOf } from '../model/partition.ts';

/** What an ARN of an application load balancer says. */
export interface LoadBalancerArn {
  readonly arn: string;
  readonly partition: string;
  readonly region: string;
  readonly account: string;
  readonly name: string;
  /** The CloudWatch dimension `LoadBalancer`: `app/NAME/ID`. */
  readonly dimension: string;
}

const ARN =
  /^arn:(?<partition>aws[a-z-]*):elasticloadbalancing:(?<region>[a-z0-9-]+):(?<account>\d{12}):loadbalancer\/(?<kind>app|net|gwy)\/(?<name>[^/]+)\/(?<id>[0-9A-Za-z]+)$/;
const DIMENSION = /^app\/[^/]+\/[0-9A-Za-z]+$/;
const KINDS: Readonly<Record<string, string>> = { net: 'network', gwy: 'gateway' };

/**
 * @throws InputError where it is no ARN of an application load balancer
 */
export function parseLoadBalancerArn(arn: string): LoadBalancerArn {
  const groups = ARN.exec(arn)?.groups;
  const { partition, region, account, kind, name, id } = groups ?? {};
  if (!partition || !region || !account || !kind || !name || !id)
    throw new InputError(
      `"${arn}" is not the ARN of a load balancer; expected arn:aws:elasticloadbalancing:REGION:ACCOUNT:loadbalancer/app/NAME/ID`,
    );
  const other = KINDS[kind];
  if (other)
    throw new InputError(`${arn} is a ${other} load balancer; alb502 looks at application load balancers`);
  return { arn, partition, region, account, name, dimension: `app/${name}/${id}` };
}

/** Whether a text is a value of the CloudWatch dimension `LoadBalancer` of an application load balancer. */
export const isLoadBalancerDimension = (text: string): boolean => DIMENSION.test(text);

/** The ARN that belongs to a dimension value `app/NAME/ID`. */
export const loadBalancerArnOf = (region: string, account: string, dimension: string): string =>
  `arn:${partitionOf(region)}:elasticloadbalancing:${region}:${account}:loadbalancer/${dimension}`;

/** The CloudWatch dimension `TargetGroup`, `targetgroup/NAME/ID`, of a target group's ARN. */
export const targetGroupDimensionOf = (arn: string): string => arn.slice(arn.lastIndexOf(':') + 1);
