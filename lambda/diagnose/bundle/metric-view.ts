import type { EvidenceBundle, MetricSeries, TargetGroup } from '../../model/evidence.ts';

/** Which published dimension set a figure is read from. */
export type Scope = 'load-balancer' | 'target-group' | 'zone';

const has = (series: MetricSeries, dimension: string): boolean => dimension in series.dimensions;

/** CloudWatch publishes each figure in several dimension sets; adding up two of them counts twice. */
function scopeOf(series: MetricSeries): Scope | null {
  const keys = Object.keys(series.dimensions);
  if (keys.length === 1 && has(series, 'LoadBalancer')) return 'load-balancer';
  if (keys.length === 2 && has(series, 'LoadBalancer') && has(series, 'TargetGroup')) return 'target-group';
  if (keys.length === 2 && has(series, 'LoadBalancer') && has(series, 'AvailabilityZone')) return 'zone';
  return null;
}

/** The series of a metric in one of the dimension sets that CloudWatch publishes it in. */
export function seriesOf(
  bundle: EvidenceBundle,
  name: string,
  scope: Scope,
  statistic = 'Sum',
): readonly MetricSeries[] {
  return bundle.metrics.filter(
    (series) => series.name === name && series.statistic === statistic && scopeOf(series) === scope,
  );
}

/** A count of one target group within the load balancer. */
export function seriesOfGroup(
  bundle: EvidenceBundle,
  name: string,
  group: TargetGroup,
): readonly MetricSeries[] {
  const dimension = group.arn.split(':').at(-1);
  return seriesOf(bundle, name, 'target-group').filter(
    (series) => series.dimensions['TargetGroup'] === dimension,
  );
}

/** More than any service counts in a minute; keeps sums of a damaged bundle finite. */
const MOST = 1e12;

/** Counts by the start of their period (ISO time), added up over the series given. */
export function totalsByTime(series: readonly MetricSeries[]): ReadonlyMap<string, number> {
  const totals = new Map<string, number>();
  for (const { timestamps, values } of series) {
    timestamps.forEach((time, index) => {
      const value = Math.max(0, Math.min(MOST, values[index] ?? 0));
      totals.set(time, (totals.get(time) ?? 0) + value);
    });
  }
  return totals;
}

/**
 * A count by minute: of the load balancer as a whole where CloudWatch has it, else added up over target groups.
 */
export function countByTime(bundle: EvidenceBundle, name: string): ReadonlyMap<string, number> {
  const whole = seriesOf(bundle, name, 'load-balancer');
  return totalsByTime(whole.length > 0 ? whole : seriesOf(bundle, name, 'target-group'));
}

/** `12 %`. */
export const percent = (share: number): string => `${Math.round(share * 100)} %`;

/** The sum of some numbers; 0 of none. */
export function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

/** The largest value of a statistic over all target groups; null where there is no point. */
export function largest(bundle: EvidenceBundle, name: string, statistic: string): number | null {
  const values = bundle.metrics
    .filter((series) => series.name === name && series.statistic === statistic)
    .flatMap((series) => series.values);
  return values.length === 0 ? null : values.reduce((left, right) => Math.max(left, right));
}

/** Whether a metric could be read: a gap about it means that silence proves nothing. */
export function couldRead(bundle: EvidenceBundle, metric: string): boolean {
  return !bundle.gaps.some(
    (gap) => gap.subject === 'metrics' && (gap.metrics.length === 0 || gap.metrics.includes(metric)),
  );
}

/** Share of the failures that happened within a minute of an error count; 0 where there are no failures. */
export function coveredShare(
  failures: ReadonlyMap<string, number>,
  errors: ReadonlyMap<string, number>,
): number {
  const total = sum(failures.values());
  if (total === 0) return 0;
  const errorTimes = [...errors]
    .filter(([, count]) => count > 0)
    .map(([time, count]) => ({ at: Date.parse(time), count }));
  let covered = 0;
  for (const [time, count] of failures) {
    const at = Date.parse(time);
    const near = sum(
      errorTimes.filter((error) => Math.abs(error.at - at) <= 60_000).map((error) => error.count),
    );
    covered += Math.min(count, near);
  }
  return covered / total;
}

/** Share of the failures that an error of the very same minute accounts for; 0 where there are no failures. */
export function sameMinuteShare(
  failures: ReadonlyMap<string, number>,
  errors: ReadonlyMap<string, number>,
): number {
  const total = sum(failures.values());
  if (total === 0) return 0;
  return sum([...failures].map(([time, count]) => Math.min(count, errors.get(time) ?? 0))) / total;
}
