import type { CloudWatchClient, MetricDataQuery, MetricDataResult } from '@aws-sdk/client-cloudwatch';
import pLimit from 'p-limit';
import type { Gap, MetricSeries } from '../model/evidence.ts';
import { attempt, type ReadCall } from './aws-failure.ts';
import { DATA_POINTS_PER_CALL, QUERIES_PER_CALL, readMetricData } from './metric-data.reader.ts';
import type { MetricQuery } from './metric-query.ts';

/** A span of time: ISO instants, `end` exclusive. */
export interface TimeWindow {
  readonly start: string;
  readonly end: string;
}

/** The series that have data, and what could not be read. A query without a series or a gap had no data points. */
export interface MetricReading {
  readonly series: readonly MetricSeries[];
  readonly gaps: readonly Gap[];
}

/** Thousands of load balancers asked by name are then a matter of seconds. */
const BATCHES_AT_ONCE = 3;
const NAMESPACE = 'AWS/ApplicationELB';
const MINUTE_MS = 60_000;

/** The window widened to whole minutes, as the data points lie. */
export function alignedWindow(window: TimeWindow): TimeWindow {
  const start = Math.floor(Date.parse(window.start) / MINUTE_MS) * MINUTE_MS;
  const end = Math.ceil(Date.parse(window.end) / MINUTE_MS) * MINUTE_MS;
  return { start: new Date(start).toISOString(), end: new Date(end).toISOString() };
}

/**
 * The period for a window: a minute up to two days; longer windows would only cost calls, and CloudWatch itself
 * keeps minutes for 15 days and five minutes for 63.
 */
export function periodSecondsFor(window: TimeWindow): number {
  const days = (Date.parse(window.end) - Date.parse(window.start)) / 86_400_000;
  if (days <= 2) return 60;
  return days <= 14 ? 300 : 3600;
}

interface Collected {
  readonly points: Map<number, number>;
  /** null: the answer does not name it. */
  status: string | null;
  message: string;
}

interface CollectedBatch {
  readonly collected: readonly Collected[];
  /** Why there is more than was read; null where the last page was read. */
  readonly unread: string | null;
}

const collect = (into: Collected, result: MetricDataResult): void => {
  const values = result.Values ?? [];
  (result.Timestamps ?? []).forEach((timestamp, index) => {
    const value = values[index];
    if (typeof value === 'number' && Number.isFinite(value)) into.points.set(timestamp.getTime(), value);
  });
  // While pages follow, a series is PartialData; only the last word counts.
  into.status = result.StatusCode ?? 'Complete';
  into.message = result.Messages?.[0]?.Value ?? '';
};

const toApiQuery = (query: MetricQuery, index: number, periodSeconds: number): MetricDataQuery => ({
  Id: `q${index}`,
  MetricStat: {
    Metric: {
      Namespace: NAMESPACE,
      MetricName: query.name,
      Dimensions: Object.entries(query.dimensions).map(([Name, Value]) => ({ Name, Value })),
    },
    Period: periodSeconds,
    Stat: query.statistic,
  },
});

async function readBatch(
  cloudWatch: CloudWatchClient,
  queries: readonly MetricQuery[],
  window: TimeWindow,
  periodSeconds: number,
): Promise<CollectedBatch> {
  const collected = queries.map((): Collected => ({ points: new Map(), status: null, message: '' }));
  const { results, unread } = await readMetricData(
    cloudWatch,
    { start: new Date(window.start), end: new Date(window.end) },
    queries.map((query, index) => toApiQuery(query, index, periodSeconds)),
  );
  for (const result of results) {
    const into = collected[Number(result.Id?.slice(1))];
    if (into) collect(into, result);
  }
  return { collected, unread };
}

function toSeries(query: MetricQuery, { points }: Collected, periodSeconds: number): MetricSeries[] {
  if (points.size === 0) return [];
  const sorted = [...points].sort(([a], [b]) => a - b);
  return [
    {
      name: query.name,
      dimensions: { ...query.dimensions },
      statistic: query.statistic,
      periodSeconds,
      timestamps: sorted.map(([at]) => new Date(at).toISOString()),
      values: sorted.map(([, value]) => value),
    },
  ];
}

/** Why points of a series may be missing, whatever came of it; null where it is whole. */
function doubtOf({ status, message }: Collected, unread: string | null): string | null {
  if (status === null) return 'the answer of CloudWatch does not name it; whether it has points is not known';
  if (status !== 'Complete')
    return `CloudWatch answered ${status}${message ? `: ${message}` : ''}; points may be missing`;
  return unread === null ? null : `${unread}; points may be missing`;
}

function incompleteGap(query: MetricQuery, status: string | null, reason: string, call: ReadCall): Gap {
  return {
    subject: 'metrics',
    metrics: [query.name],
    what: `the metric ${query.name} (${query.statistic}) of ${Object.values(query.dimensions).join(' ')}`,
    action: 'cloudwatch:GetMetricData',
    resource: call.resource,
    kind: status === 'Forbidden' ? 'denied' : 'failed',
    reason,
  };
}

/** What is not known of a batch that was answered: a missing series is not one without points. */
function gapsOf(queries: readonly MetricQuery[], batch: CollectedBatch, call: ReadCall): Gap[] {
  const { collected, unread } = batch;
  if (collected.every(({ status }) => status === null)) {
    const reason = unread ?? `the answer of CloudWatch names none of the ${queries.length} series asked for`;
    const { subject, what, action, resource } = call;
    return [{ subject, what, action, resource, metrics: [], kind: 'failed', reason }];
  }
  return queries.flatMap((query, index) => {
    const series = collected[index];
    const doubt = series ? doubtOf(series, unread) : null;
    return series && doubt !== null ? [incompleteGap(query, series.status, doubt, call)] : [];
  });
}

/**
 * Reads series of AWS/ApplicationELB over a window, at most 500 a call.
 *
 * A batch that fails is one gap, `the metrics`; a series that CloudWatch could not complete, or leaves out of its answer,
 * is a gap of its own beside the points that came.
 *
 * @param resource - the ARN the gaps name
 * @throws RemoteError where the credentials are missing, expired or refused
 */
export async function readMetrics(
  cloudWatch: CloudWatchClient,
  region: string,
  request: {
    readonly queries: readonly MetricQuery[];
    readonly window: TimeWindow;
    readonly resource: string | null;
  },
): Promise<MetricReading> {
  const window = alignedWindow(request.window);
  const periodSeconds = periodSecondsFor(window);
  const pointsPerQuery = Math.max(
    1,
    (Date.parse(window.end) - Date.parse(window.start)) / (periodSeconds * 1000),
  );
  const size = Math.max(1, Math.min(QUERIES_PER_CALL, Math.floor(DATA_POINTS_PER_CALL / pointsPerQuery)));
  const call: ReadCall = {
    subject: 'metrics',
    what: 'the metrics',
    action: 'cloudwatch:GetMetricData',
    resource: request.resource,
    region,
  };
  const sideBySide = pLimit(BATCHES_AT_ONCE);
  const starts = Array.from({ length: Math.ceil(request.queries.length / size) }, (_, index) => index * size);
  const batches = await Promise.all(
    starts.map((start) => {
      const queries = request.queries.slice(start, start + size);
      return sideBySide(() => readOrGap(cloudWatch, { call, queries, window, periodSeconds }));
    }),
  );
  return { series: batches.flatMap(({ series }) => series), gaps: batches.flatMap(({ gaps }) => gaps) };
}

interface Batch {
  readonly call: ReadCall;
  readonly queries: readonly MetricQuery[];
  readonly window: TimeWindow;
  readonly periodSeconds: number;
}

const isPercentile = ({ statistic }: MetricQuery): boolean => /^p\d/.test(statistic);

/**
 * One batch; where it fails and asks for percentiles, once more without them: an endpoint that knows none
 * must not cost us the counts.
 */
async function readOrGap(cloudWatch: CloudWatchClient, batch: Batch): Promise<MetricReading> {
  const { call, queries, window, periodSeconds } = batch;
  const reading = await attempt(call, () => readBatch(cloudWatch, queries, window, periodSeconds));
  if (reading.state === 'known') {
    const series = queries.flatMap((query, index) => {
      const collected = reading.value.collected[index];
      return collected ? toSeries(query, collected, periodSeconds) : [];
    });
    return { series, gaps: gapsOf(queries, reading.value, call) };
  }
  const plain = queries.filter((query) => !isPercentile(query));
  if (reading.gap.kind !== 'failed' || plain.length === queries.length || plain.length === 0)
    return { series: [], gaps: [reading.gap] };
  const rest = await readOrGap(cloudWatch, { ...batch, queries: plain });
  const names = new Set(queries.filter(isPercentile).map(({ name }) => name));
  const gap: Gap = { ...reading.gap, what: 'percentiles of metrics', metrics: [...names] };
  const restFailed = rest.gaps.some(({ metrics }) => metrics.length === 0);
  return restFailed ? rest : { series: rest.series, gaps: [...rest.gaps, gap] };
}
