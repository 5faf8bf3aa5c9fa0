import * as z from 'zod';
import type { SimulatedFleet } from './simulated-fleet.ts';

// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-metrics-insights-limits.html
const MOST_QUERIES = 500;
const MOST_SERIES = 500;

const requestSchema = z.object({
  StartTime: z.number(),
  EndTime: z.number(),
  MetricDataQueries: z.array(
    z.object({
      Id: z.string(),
      Expression: z.string().optional(),
      MetricStat: z
        .object({
          Metric: z.object({
            MetricName: z.string(),
            Dimensions: z.array(z.object({ Name: z.string(), Value: z.string() })),
          }),
        })
        .optional(),
    }),
  ),
});

interface MetricDataResult {
  readonly Id: string;
  readonly Label: string;
  readonly Timestamps: readonly number[];
  readonly Values: readonly number[];
  readonly StatusCode: 'Complete';
}

/** What a call asked for, as AWS bills it: up to five statistics of one metric count once. */
export interface MetricDataAnswer {
  readonly body: { readonly MetricDataResults: readonly MetricDataResult[] };
  /** Metrics asked for by name. */
  readonly metricsRequested: number;
  /** Metrics that a Metrics Insights query had to look through. */
  readonly metricsAnalyzed: number;
  /** Values of the dimension LoadBalancer. */
  readonly about: readonly string[];
}

/**
 * Answers GetMetricData, Metrics Insights with its GROUP BY included.
 *
 * @param now - epoch milliseconds
 * @throws Error where a limit of the API is exceeded
 */
export function answerMetricData(fleet: SimulatedFleet, body: unknown, now: number): MetricDataAnswer {
  const { StartTime, EndTime, MetricDataQueries } = requestSchema.parse(body);
  const span = { start: StartTime * 1000, end: EndTime * 1000, now };
  const insights = MetricDataQueries.filter(({ Expression }) => Expression !== undefined);
  if (MetricDataQueries.length > MOST_QUERIES) throw new Error(`at most ${MOST_QUERIES} queries a call`);
  if (insights.length > 1) throw new Error('one Metrics Insights query a call');
  const results: MetricDataResult[] = [];
  const requested = new Set<string>();
  const about = new Set<string>();
  let metricsAnalyzed = 0;
  for (const { Id, MetricStat } of MetricDataQueries) {
    if (!MetricStat) {
      const listed = fleet.listedFailing(now);
      metricsAnalyzed += Math.max(1, listed.length);
      results.push(...groupsOf(fleet, Id, span));
      continue;
    }
    const { MetricName, Dimensions } = MetricStat.Metric;
    const dimensions = Object.fromEntries(Dimensions.map(({ Name, Value }) => [Name, Value]));
    requested.add(`${MetricName} ${JSON.stringify(dimensions)}`);
    if (dimensions['LoadBalancer'] !== undefined) about.add(dimensions['LoadBalancer']);
    results.push(seriesOf(Id, MetricName, fleet.pointsOf(MetricName, dimensions, span)));
  }
  return {
    body: { MetricDataResults: results },
    metricsRequested: requested.size,
    metricsAnalyzed,
    about: [...about],
  };
}

const seriesOf = (
  id: string,
  label: string,
  points: readonly (readonly [number, number])[],
): MetricDataResult => ({
  Id: id,
  Label: label,
  Timestamps: points.map(([at]) => at / 1000),
  Values: points.map(([, value]) => value),
  StatusCode: 'Complete',
});

function groupsOf(
  fleet: SimulatedFleet,
  id: string,
  span: { readonly start: number; readonly end: number; readonly now: number },
): readonly MetricDataResult[] {
  const found = fleet.listedFailing(span.now).flatMap(({ dimension }) => {
    const points = fleet.pointsOf('HTTPCode_ELB_502_Count', { LoadBalancer: dimension }, span);
    return points.length === 0 ? [] : [seriesOf(id, dimension, points)];
  });
  // Nothing matched: a group without name and points.
  return found.length === 0 ? [seriesOf(id, id, [])] : found.slice(0, MOST_SERIES);
}
