import { CloudWatchClient, GetMetricDataCommand, ListMetricsCommand } from '@aws-sdk/client-cloudwatch';
import { answered, orThrow } from './aws-failure.ts';
import { type ClientOptions, clientConfig } from './clients.ts';

/** A metric whose sum is wanted. */
export interface WantedMetric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** Where and over which time, ISO; the end is rounded up to the minute. */
export interface SumWindow {
  readonly region: string;
  readonly start: string;
  readonly end: string;
}

const MINUTE_MS = 60_000;
const MOST_MINUTES_OF_ONE_POINT = 1440;

/**
 * Sums of metrics over a time, in the order they were asked for; null where nothing was published.
 *
 * @throws RemoteError where they cannot be read
 */
export function readMetricSums(
  metrics: readonly WantedMetric[],
  window: SumWindow,
  options: ClientOptions,
): Promise<readonly (number | null)[]> {
  const { region } = window;
  const call = { what: 'metrics', action: 'cloudwatch:GetMetricData', resource: null, region };
  const start = Math.floor(Date.parse(window.start) / MINUTE_MS) * MINUTE_MS;
  const end = Math.ceil(Date.parse(window.end) / MINUTE_MS) * MINUTE_MS;
  const minutes = Math.min(MOST_MINUTES_OF_ONE_POINT, Math.max(1, (end - start) / MINUTE_MS));
  return orThrow(call, async () => {
    const client = new CloudWatchClient(clientConfig(region, options));
    const { MetricDataResults } = await client.send(
      new GetMetricDataCommand({
        StartTime: new Date(start),
        EndTime: new Date(end),
        MetricDataQueries: metrics.map(({ namespace, name, dimensions }, index) => ({
          Id: `m${index}`,
          MetricStat: {
            Metric: {
              Namespace: namespace,
              MetricName: name,
              Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
            },
            Period: minutes * 60,
            Stat: 'Sum',
          },
        })),
      }),
    );
    const results = new Map(answered(MetricDataResults).map(({ Id, Values = [] }) => [Id, Values]));
    return metrics.map((_, index) => {
      const values = results.get(`m${index}`) ?? [];
      return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0);
    });
  });
}

/**
 * The names of a namespace's metrics that had data within two weeks, each with the values of one dimension.
 *
 * @throws RemoteError where they cannot be listed
 */
export function listMetricsOf(
  namespace: string,
  dimension: string,
  region: string,
  options: ClientOptions,
): Promise<readonly { readonly name: string; readonly value: string }[]> {
  const call = { what: `metrics of ${namespace}`, action: 'cloudwatch:ListMetrics', resource: null, region };
  return orThrow(call, async () => {
    const client = new CloudWatchClient(clientConfig(region, options));
    const { Metrics } = await client.send(new ListMetricsCommand({ Namespace: namespace }));
    return answered(Metrics).map(({ MetricName = '', Dimensions = [] }) => ({
      name: MetricName,
      value: Dimensions.find(({ Name }) => Name === dimension)?.Value ?? '',
    }));
  });
}
