import {
  type CloudWatchClient,
  GetMetricDataCommand,
  type MetricDataResult,
} from '@aws-sdk/client-cloudwatch';
import type { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Gap, MetricSeries } from '../model/evidence.ts';
import { answered, attempt } from './aws-failure.ts';
import { type DescribedLoadBalancer, listLoadBalancers } from './load-balancer.reader.ts';
import { isLoadBalancerDimension, loadBalancerArnOf } from './load-balancer-arn.ts';
import { alignedWindow, readMetrics, type TimeWindow } from './metrics.reader.ts';

/** A load balancer that answered 502 by itself within the window. */
export interface TroubledLoadBalancer {
  readonly arn: string;
  readonly dimension: string;
  /** 502s in the window. */
  readonly count: number;
  /** Start of the first and last minute with a 502, ISO. */
  readonly firstSeenAt: string;
  readonly lastSeenAt: string;
}

/** Who is in trouble. Where it is not `complete`, a load balancer that is not in the list may still be. */
export interface TroubleReading {
  readonly troubled: readonly TroubledLoadBalancer[];
  readonly complete: boolean;
  /** Why it is not complete. */
  readonly because: string | null;
  /** It names as many as one answer holds, so there may be others. */
  readonly cut?: true;
  /** These credentials may not ask. */
  readonly denied?: true;
}

/** Whose trouble is asked for. */
export interface TroubleRequest extends TimeWindow {
  readonly region: string;
  readonly account: string;
}

const METRIC = 'HTTPCode_ELB_502_Count';
const QUERY = `SELECT SUM(${METRIC}) FROM SCHEMA("AWS/ApplicationELB", LoadBalancer) GROUP BY LoadBalancer ORDER BY SUM() DESC`;
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-metrics-insights-limits.html
const SERIES_LIMIT = 500;
const MAX_PAGES = 10;

interface Points {
  readonly timestamps: readonly string[];
  readonly values: readonly number[];
}

function troubled(request: TroubleRequest, dimension: string, points: Points): TroubledLoadBalancer[] {
  const failing = points.timestamps.filter((_, index) => (points.values[index] ?? 0) > 0).sort();
  const [firstSeenAt, lastSeenAt] = [failing[0], failing.at(-1)];
  if (!firstSeenAt || !lastSeenAt) return [];
  const count = points.values.reduce((sum, value) => sum + value, 0);
  const arn = loadBalancerArnOf(request.region, request.account, dimension);
  return [{ arn, dimension, count, firstSeenAt, lastSeenAt }];
}

const worstFirst = (a: TroubledLoadBalancer, b: TroubledLoadBalancer): number =>
  b.count - a.count || (a.dimension < b.dimension ? -1 : 1);

async function queryInsights(
  cloudWatch: CloudWatchClient,
  window: TimeWindow,
): Promise<{ readonly results: readonly MetricDataResult[]; readonly message: string | null }> {
  const results: MetricDataResult[] = [];
  let message: string | null = null;
  let token: string | undefined;
  for (let page = 0; page < MAX_PAGES; page++) {
    const answer = await cloudWatch.send(
      new GetMetricDataCommand({
        StartTime: new Date(window.start),
        EndTime: new Date(window.end),
        ScanBy: 'TimestampAscending',
        MetricDataQueries: [{ Id: 'trouble', Expression: QUERY, Period: 60 }],
        NextToken: token,
      }),
    );
    results.push(...answered(answer.MetricDataResults));
    message ??= answer.Messages?.[0]?.Value ?? answer.Messages?.[0]?.Code ?? null;
    token = answer.NextToken;
    if (!token) return { results, message };
  }
  return { results, message: `the answer did not end within ${MAX_PAGES} pages` };
}

/** Why an answer cannot be relied on, or null where it can. */
function doubt(results: readonly MetricDataResult[], message: string | null): string | null {
  if (message) return `CloudWatch says: ${message}`;
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
 * {@link readTroubleByName} on a slower beat, and whenever this is not complete.
 *
 * @throws RemoteError where the credentials are missing, expired or refused
 */
export async function readTrouble(
  cloudWatch: CloudWatchClient,
  request: TroubleRequest,
): Promise<TroubleReading> {
  const call = {
    subject: 'metrics' as const,
    what: 'the load balancers with 502s',
    action: 'cloudwatch:GetMetricData',
    resource: null,
    region: request.region,
  };
  const reading = await attempt(call, () => queryInsights(cloudWatch, alignedWindow(request)));
  if (reading.state === 'unknown') return { troubled: [], ...incomplete(reading.gap) };
  const { results, message } = reading.value;
  const because = doubt(results, message);
  const found = [...byDimension(results)].flatMap(([dimension, points]) =>
    troubled(request, dimension, points),
  );
  return {
    troubled: found.sort(worstFirst),
    complete: because === null,
    because,
    ...(because === CUT ? { cut: true } : {}),
  };
}

/**
 * Finds the load balancers with 502s by asking for each by its name, 500 a call: sees metrics that are not
 * listed yet, and costs with the size of the fleet.
 *
 * @param known - the load balancers to ask for; listed first where it is absent
 * @throws RemoteError where the load balancers cannot be listed
 */
export async function readTroubleByName(
  cloudWatch: CloudWatchClient,
  elb: ElasticLoadBalancingV2Client,
  request: TroubleRequest,
  known?: readonly Pick<DescribedLoadBalancer, 'dimension'>[],
): Promise<TroubleReading> {
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
  const ofSeries = ({ dimensions, timestamps, values }: MetricSeries): TroubledLoadBalancer[] =>
    troubled(request, dimensions['LoadBalancer'] ?? '', { timestamps, values });
  const [gap] = gaps;
  return {
    troubled: series.flatMap(ofSeries).sort(worstFirst),
    ...(gap === undefined ? { complete: true, because: null } : incomplete(gap)),
  };
}

const incomplete = ({ kind, reason }: Gap): Omit<TroubleReading, 'troubled'> => ({
  complete: false,
  because: reason,
  ...(kind === 'denied' ? { denied: true } : {}),
});
