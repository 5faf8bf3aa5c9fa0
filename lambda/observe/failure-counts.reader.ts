import { type CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { parseLoadBalancerArn } from './load-balancer-arn.ts';

const MINUTE_S = 60;
const DAY_MS = 86_400_000;
/** At most so many steps: as many bars as the picture has room for. */
const MOST_STEPS = 48;
const STEPS_S = [1, 5, 15, 30, 60, 180, 360, 720, 1440].map((minutes) => minutes * MINUTE_S);
/** GetMetricData takes 500 queries (CloudWatch API reference). */
const MOST_QUERIES = 500;

/** A range in milliseconds since 1970. */
export interface CountRange {
  readonly start: number;
  readonly end: number;
}

/**
 * Length of a step in seconds. Points of one minute are kept for 15 days, of five minutes for 63:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html
 */
export function stepSecondsOf({ start, end }: CountRange, nowMs: number): number {
  const ageDays = (nowMs - start) / DAY_MS;
  const finest = ageDays > 63 ? 3600 : ageDays > 15 ? 300 : MINUTE_S;
  const wanted = Math.max(finest, (end - start) / 1000 / MOST_STEPS);
  return STEPS_S.find((step) => step >= wanted && step % finest === 0) ?? 86_400 * Math.ceil(wanted / 86_400);
}

/**
 * The 502s of load balancers of one region, step by step over a range, oldest first; 0 where nothing was published.
 *
 * @param arns - at most 500
 * @throws what the SDK throws
 */
export async function readFailureCounts(
  cloudWatch: CloudWatchClient,
  arns: readonly string[],
  range: CountRange,
  nowMs: number,
): Promise<ReadonlyMap<string, readonly number[]>> {
  const step = stepSecondsOf(range, nowMs);
  const first = Math.floor(range.start / 1000 / step) * step;
  const steps = Math.max(1, Math.ceil((range.end / 1000 - first) / step));
  const counts = arns
    .slice(0, MOST_QUERIES)
    .map((arn) => ({ arn, values: Array.from({ length: steps }, () => 0) }));
  let token: string | undefined;
  do {
    const answer = await cloudWatch.send(
      new GetMetricDataCommand({
        StartTime: new Date(first * 1000),
        EndTime: new Date((first + steps * step) * 1000),
        MetricDataQueries: counts.map(({ arn }, index) => query(arn, index, step)),
        NextToken: token,
      }),
    );
    for (const { Id, Timestamps = [], Values = [] } of answer.MetricDataResults ?? []) {
      const values = counts[Number(Id?.slice(1))]?.values;
      Timestamps.forEach((time, at) => {
        const position = Math.floor((time.getTime() / 1000 - first) / step);
        if (values?.[position] !== undefined) values[position] += Values[at] ?? 0;
      });
    }
    token = answer.NextToken;
  } while (token !== undefined);
  return new Map(counts.map(({ arn, values }) => [arn, values]));
}

const query = (arn: string, index: number, step: number) => ({
  Id: `m${index}`,
  MetricStat: {
    Metric: {
      Namespace: 'AWS/ApplicationELB',
      MetricName: 'HTTPCode_ELB_502_Count',
      Dimensions: [{ Name: 'LoadBalancer', Value: parseLoadBalancerArn(arn).dimension }],
    },
    Period: step,
    Stat: 'Sum',
  },
});
