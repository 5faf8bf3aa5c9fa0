import { targetGroupDimensionOf } from '../model/arn.ts';
import type { DescribedLoadBalancer } from './load-balancer.reader.ts';
import type { DescribedTargetGroup } from './target-group.reader.ts';

/** One series to ask for: CloudWatch answers only for a dimension set that is published exactly so. */
export interface MetricQuery {
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly statistic: string;
}

// Which sets are published:
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
const OF_LOAD_BALANCER = [
  'HTTPCode_ELB_502_Count',
  'HTTPCode_ELB_500_Count',
  'HTTPCode_ELB_503_Count',
  'HTTPCode_ELB_504_Count',
  'HTTPCode_ELB_5XX_Count',
  'HTTPCode_Target_5XX_Count',
  'RequestCount',
  'NewConnectionCount',
  'ActiveConnectionCount',
  'RejectedConnectionCount',
  'TargetConnectionErrorCount',
  'TargetTLSNegotiationErrorCount',
] as const;

/**
 * Asked per zone: a failure of one zone is a failure of its network or its hosts, if other zones have traffic.
 */
const OF_ZONE = [
  'HTTPCode_ELB_502_Count',
  'HTTPCode_ELB_504_Count',
  'TargetConnectionErrorCount',
  'RequestCount',
] as const;

const OF_TARGET_GROUP: readonly (readonly [string, readonly string[]])[] = [
  ['RequestCount', ['Sum']],
  ['HTTPCode_Target_2XX_Count', ['Sum']],
  ['HTTPCode_Target_3XX_Count', ['Sum']],
  ['HTTPCode_Target_4XX_Count', ['Sum']],
  ['HTTPCode_Target_5XX_Count', ['Sum']],
  ['TargetResponseTime', ['Average', 'p99', 'Maximum']],
  ['HealthyHostCount', ['Minimum', 'Maximum']],
  ['UnHealthyHostCount', ['Minimum', 'Maximum']],
  ['UnhealthyRoutingRequestCount', ['Sum']],
];

/** Lambda targets have no connections: these are published for the other types only. */
const OF_CONNECTED_TARGETS: readonly (readonly [string, readonly string[]])[] = [
  ['TargetConnectionErrorCount', ['Sum']],
  ['TargetTLSNegotiationErrorCount', ['Sum']],
  ['AnomalousHostCount', ['Maximum']],
];

/**
 * Asked with and without the load balancer: the sources disagree on which set LambdaInternalError is published
 * with. Where both have data they count the same requests; prefer the set with both dimensions, never add them
 * up. The set without the load balancer also counts requests that reach the group through another one.
 */
const OF_LAMBDA = ['LambdaUserError', 'LambdaInternalError'] as const;

type Dimensions = MetricQuery['dimensions'];

const sums = (names: readonly string[], dimensions: Dimensions): MetricQuery[] =>
  names.map((name) => ({ name, dimensions, statistic: 'Sum' }));

const each = (
  rows: readonly (readonly [string, readonly string[]])[],
  dimensions: Dimensions,
): MetricQuery[] =>
  rows.flatMap(([name, statistics]) => statistics.map((statistic) => ({ name, dimensions, statistic })));

function ofTargetGroup(loadBalancer: string, group: DescribedTargetGroup): MetricQuery[] {
  const targetGroup = targetGroupDimensionOf(group.arn);
  const both = { LoadBalancer: loadBalancer, TargetGroup: targetGroup };
  if (group.targetType !== 'lambda')
    return [...each(OF_TARGET_GROUP, both), ...each(OF_CONNECTED_TARGETS, both)];
  return [
    ...each(OF_TARGET_GROUP, both),
    ...sums(OF_LAMBDA, both),
    ...sums(OF_LAMBDA, { TargetGroup: targetGroup }),
  ];
}

/**
 * Every series an investigation reads: 12 of the load balancer, 4 of each zone, 16 to 17 of each target group.
 */
export function metricQueriesFor(
  loadBalancer: Pick<DescribedLoadBalancer, 'dimension' | 'availabilityZones'>,
  targetGroups: readonly DescribedTargetGroup[],
): readonly MetricQuery[] {
  const whole = { LoadBalancer: loadBalancer.dimension };
  const hasLambda = targetGroups.some((group) => group.targetType === 'lambda');
  return [
    ...sums(OF_LOAD_BALANCER, whole),
    ...(hasLambda ? sums(['LambdaTargetProcessedBytes'], whole) : []),
    ...loadBalancer.availabilityZones.flatMap((zone) => sums(OF_ZONE, { AvailabilityZone: zone, ...whole })),
    ...targetGroups.flatMap((group) => ofTargetGroup(loadBalancer.dimension, group)),
  ];
}

const OF_QUIET: readonly string[] = ['HTTPCode_ELB_502_Count', 'RequestCount'];

/** The two series that distinguish a quiet load balancer from one that fails or has no traffic. */
export const quietQueriesFor = ({
  dimension,
}: Pick<DescribedLoadBalancer, 'dimension'>): readonly MetricQuery[] =>
  sums(OF_QUIET, { LoadBalancer: dimension });

/** The metrics that matter only where there are 502s. */
export const SCREENING_METRICS: readonly string[] = [
  ...new Set([
    ...OF_LOAD_BALANCER,
    ...[...OF_TARGET_GROUP, ...OF_CONNECTED_TARGETS].map(([name]) => name),
    ...OF_LAMBDA,
  ]),
].filter((name) => !OF_QUIET.includes(name));
