import type { CloudWatchClient, MetricDataResult } from '@aws-sdk/client-cloudwatch';
import type { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { isLoadBalancerDimension, loadBalancerArnOf } from '../model/arn.ts';
import type { Gap, MetricSeries } from '../model/evidence.ts';
import { attempt } from './aws-failure.ts';
import { type DescribedLoadBalancer, listLoadBalancers } from './load-balancer.reader.ts';
import { type MetricDataAnswer, readMetricData } from './metric-data.reader.ts';
import { alignedWindow, readMetrics, type TimeWindow } from './metrics.reader.ts';

/** A load balancer that answered 502 by itself within the window. */
export interface FailingLoadBalancer {
  readonly arn: string;
  readonly dimension: string;
  /** 502s in the window. */
  readonly count: number;
  /** Start of the first and last minute with a 502, ISO. */
  readonly firstSeenAt: string;
  readonly lastSeenAt: string;
}

/** Who answered 502. Where it is not `complete`, a load balancer that is not in the list may still be. */
export interface FailingLoadBalancersReading {
  readonly failing: readonly FailingLoadBalancer[];
  readonly complete: boolean;
  /** Why it is not complete. */
  readonly because: string | null;
  /** It names as many as one answer holds, so there may be others. */
  readonly cut?: true;
  /** It holds nothing at all, not even a group without points: nobody knows whether it was answered. */
  readonly empty?: true;
  /** These credentials may not ask. */
  readonly denied?: true;
}

/** Whose 502s are asked for. */
export interface FailingLoadBalancersRequest extends TimeWindow {
  readonly region: string;
  readonly account: string;
}

const METRIC = 'HTTPCode_ELB_502_Count';
const QUERY = `SELECT SUM(${METRIC}) FROM SCHEMA("AWS/ApplicationELB", LoadBalancer) GROUP BY LoadBalancer ORDER BY SUM() DESC`;
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-metrics-insights-limits.html
const SERIES_LIMIT = 500;

interface Points {
  readonly timestamps: readonly string[];
  readonly values: readonly number[];
}

function failingOf(
  request: FailingLoadBalancersRequest,
  dimension: string,
  points: Points,
): FailingLoadBalancer[] {
  const failing = points.timestamps.filter((_, index) => (points.values[index] ?? 0) > 0).sort();
  const [firstSeenAt, lastSeenAt] = [failing[0], failing.at(-1)];
  if (!firstSeenAt || !lastSeenAt) return [];
  const count = points.values.reduce((sum, value) => sum + value, 0);
  const arn = loadBalancerArnOf(request.region, request.account, dimension);
  return [{ arn, dimension, count, firstSeenAt, lastSeenAt }];
}

const worstFirst = (a: FailingLoadBalancer, b: FailingLoadBalancer): number =>
  b.count - a.count || (a.dimension < b.dimension ? -1 : 1);

/** Why an answer cannot be relied on, or null where it can. */
function doubt({ results, message, unread }: MetricDataAnswer): string | null {
  if (message) return `CloudWatch says: ${message}`;
  if (unread) return unread;
  if (results.length === 0) return EMPTY;
  // A group without points carries no name of its own where nothing matched: that is no doubt.
  const groups = results.filter((result) => (result.Values ?? []).length > 0);
  const unnamed = groups.find((result) => !isLoadBalancerDimension(result.Label ?? ''));
  if (unnamed) return `the answer is not grouped by load balancer (group "${unnamed.Label ?? ''}")`;
  const last = new Map(results.map((result) => [result.Label ?? '', result.StatusCode ?? 'Complete']));
  const unfinished = [...last.values()].find((status) => status !== 'Complete');
  if (unfinished) return `CloudWatch answered ${unfinished}`;
  if (new Set(groups.map((result) => result.Label)).size >= SERIES_LIMIT) return CUT;
  return null;
}

const EMPTY = 'the answer holds no result, not even one without points';
const CUT = `the answer holds ${SERIES_LIMIT} load balancers, the most that one query gives`;

function byDimension(results: readonly MetricDataResult[]): ReadonlyMap<string, Points> {
  const merged = new Map<string, { timestamps: string[]; values: number[] }>();
  for (const result of results) {
    if (!isLoadBalancerDimension(result.Label ?? '')) continue;
    const points = merged.get(result.Label ?? '') ?? { timestamps: [], values: [] };
    merged.set(result.Label ?? '', points);
    (result.Timestamps ?? []).forEach((timestamp, index) => {
      points.timestamps.push(timestamp.toISOString());
      points.values.push(result.Values?.[index] ?? 0);
    });
  }
  return merged;
}

/**
 * Finds the load balancers with 502s by one Metrics Insights query, whatever the size of the fleet.
 *
 * The query sees only metrics that are listed already, which a first-ever 502 may not be for 15 minutes: ask
 * {@link readFailingLoadBalancersByName} on a slower beat, and whenever this is not complete.
 *
 * @throws RemoteError where the credentials are missing, expired or refused
 */
export async function readFailingLoadBalancers(
  cloudWatch: CloudWatchClient,
  request: FailingLoadBalancersRequest,
): Promise<FailingLoadBalancersReading> {
  const call = {
    subject: 'metrics' as const,
    what: 'the load balancers with 502s',
    action: 'cloudwatch:GetMetricData',
    resource: null,
    region: request.region,
  };
  const { start, end } = alignedWindow(request);
  const window = { start: new Date(start), end: new Date(end) };
  const query = { Id: 'failing', Expression: QUERY, Period: 60 };
  const reading = await attempt(call, () => readMetricData(cloudWatch, window, [query]));
  if (reading.state === 'unknown') return { failing: [], ...incomplete(reading.gap) };
  const because = doubt(reading.value);
  const found = [...byDimension(reading.value.results)].flatMap(([dimension, points]) =>
    failingOf(request, dimension, points),
  );
  return {
    failing: found.sort(worstFirst),
    complete: because === null,
    because,
    ...(because === CUT ? { cut: true } : {}),
    ...(because === EMPTY ? { empty: true } : {}),
  };
}

/**
 * Finds the load balancers with 502s by asking for each by its name, 500 a call: sees metrics that are not
 * listed yet, and costs with the size of the fleet.
 *
 * @param known - the load balancers to ask for; listed first where it is absent
 * @throws RemoteError where the load balancers cannot be listed
 */
export async function readFailingLoadBalancersByName(
  cloudWatch: CloudWatchClient,
  elb: ElasticLoadBalancingV2Client,
  request: FailingLoadBalancersRequest,
  known?: readonly Pick<DescribedLoadBalancer, 'dimension'>[],
): Promise<FailingLoadBalancersReading> {
  const loadBalancers = known ?? (await listLoadBalancers(elb, request.region));
  const { series, gaps } = await readMetrics(cloudWatch, request.region, {
    queries: loadBalancers.map(({ dimension }) => ({
      name: METRIC,
      dimensions: { LoadBalancer: dimension },
      statistic: 'Sum',
    })),
    window: request,
    resource: null,
  });
  const ofSeries = ({ dimensions, timestamps, values }: MetricSeries): FailingLoadBalancer[] =>
    failingOf(request, dimensions['LoadBalancer'] ?? '', { timestamps, values });
  const [gap] = gaps;
  return {
    failing: series.flatMap(ofSeries).sort(worstFirst),
    ...(gap === undefined ? { complete: true, because: null } : incomplete(gap)),
  };
}

const incomplete = ({ kind, reason }: Gap): Omit<FailingLoadBalancersReading, 'failing'> => ({
  complete: false,
  because: reason,
  ...(kind === 'denied' ? { denied: true } : {}),
});
