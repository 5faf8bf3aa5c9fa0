import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { parseLoadBalancerArn } from '../model/arn.ts';
import { QUERIES_PER_CALL, readMetricData } from './metric-data.reader.ts';

const MINUTE_S = 60;
const DAY_MS = 86_400_000;
/** At most so many steps: as many bars as the picture has room for. */
const MOST_STEPS = 48;
const STEPS_S = [1, 5, 15, 30, 60, 180, 360, 720, 1440].map((minutes) => minutes * MINUTE_S);

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
 * The 502s of load balancers of one region, step by step over a range, oldest first; 0 where nothing was published. One
 * whose series is missing from the answer, or not whole in it, is left out: its 502s are not known.
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
  const asked = arns.slice(0, QUERIES_PER_CALL);
  const window = { start: new Date(first * 1000), end: new Date((first + steps * step) * 1000) };
  const queries = asked.map((arn, index) => query(arn, index, step));
  const { results, unread } = await readMetricData(cloudWatch, window, queries);
  const counts = asked.map((arn) => ({ arn, values: Array.from({ length: steps }, () => 0), whole: false }));
  for (const { Id, Timestamps = [], Values = [], StatusCode = 'Complete' } of results) {
    const counted = counts[Number(Id?.slice(1))];
    if (!counted) continue;
    counted.whole = StatusCode === 'Complete' && unread === null;
    Timestamps.forEach((time, at) => {
      const position = Math.floor((time.getTime() / 1000 - first) / step);
      if (counted.values[position] !== undefined) counted.values[position] += Values[at] ?? 0;
    });
  }
  return new Map(counts.flatMap(({ arn, values, whole }) => (whole ? [[arn, values] as const] : [])));
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
