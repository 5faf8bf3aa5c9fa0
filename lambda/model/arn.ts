import { InputError } from './failure.ts';
import { partitionOf } from './partition.ts';

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
  /^arn:(?<partition>aws[a-z-]*):elasticloadbalancing:(?<region>[a-z0-9-]+):(?<account>\d{12}):loadbalancer\/(?<kind>app|net|gwy)\/(?<name>[\w-]+)\/(?<id>[0-9A-Za-z]+)$/;
const DIMENSION = /^app\/[\w-]+\/[0-9A-Za-z]+$/;
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

/** Whether a text is the ARN of an application load balancer. */
export const isLoadBalancerArn = (text: string): boolean => ARN.exec(text)?.groups?.['kind'] === 'app';

/** The CloudWatch dimension `LoadBalancer` in a load balancer's ARN; the text itself where it is none. */
export const loadBalancerDimensionOf = (arn: string): string => arn.split(':loadbalancer/').at(-1) ?? arn;

/** Whether an ARN is a target group's. */
export const isTargetGroupArn = (arn: string): boolean => arn.includes(':targetgroup/');

/** Whether a text is the ARN of something of Elastic Load Balancing. */
export const isElbArn = (text: string): boolean => /^arn:[\w-]+:elasticloadbalancing:/.test(text);

/** The load balancer that an ARN names or lies within, as a listener's does: `...:listener/app/NAME/ID/...`; null where none. */
export function loadBalancerArnWithin(arn: string): string | null {
  const named = arn.replace(/:listener(-rule)?\//, ':loadbalancer/');
  return /^.*:loadbalancer\/app\/[^/]+\/[^/]+/.exec(named)?.[0] ?? null;
}

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html: arn:partition:service:region:account:resource
const partOf = (arn: string, index: number): string => arn.split(':')[index] ?? '';

/** The region in an ARN; empty where it has none. */
export const regionOfArn = (arn: string): string => partOf(arn, 3);

/** The account in an ARN; empty where it has none. */
export const accountOfArn = (arn: string): string => partOf(arn, 4);

/** The name in the ARN of a Lambda function, `...:function:NAME[:QUALIFIER]`; the text itself where it is none. */
export const functionNameOf = (arn: string): string => partOf(arn, 6) || arn;

/** Whether a text is a value of the CloudWatch dimension `LoadBalancer` of an application load balancer. */
export const isLoadBalancerDimension = (text: string): boolean => DIMENSION.test(text);

/** The ARN that belongs to a dimension value `app/NAME/ID`. */
export const loadBalancerArnOf = (region: string, account: string, dimension: string): string =>
  `arn:${partitionOf(region)}:elasticloadbalancing:${region}:${account}:loadbalancer/${dimension}`;

/** The CloudWatch dimension `TargetGroup`, `targetgroup/NAME/ID`, of a target group's ARN. */
export const targetGroupDimensionOf = (arn: string): string => arn.slice(arn.lastIndexOf(':') + 1);
