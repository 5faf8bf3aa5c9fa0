import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { OWN_METRICS } from './env.ts';
import type { EvidenceBundle } from './model/evidence.ts';
import type { ScreenReport } from './screen/screen.ts';

/** What is counted. What could not be read is left out: no value is not zero. */
export type OwnCounts = Readonly<
  Partial<Record<'oldestUndelivered' | 'openAlerts' | 'failedReads', number | null>>
>;

const UNITS = {
  oldestUndelivered: MetricUnit.Seconds,
  openAlerts: MetricUnit.Count,
  failedReads: MetricUnit.Count,
} as const satisfies Record<keyof OwnCounts, string>;

/** What one screening tells of the monitor itself. */
export function countsOfScreening(
  { delivery, openAlerts }: Pick<ScreenReport, 'delivery' | 'openAlerts'>,
  now: string,
): OwnCounts {
  // What lies aside is undelivered as well, and nobody else would notice.
  const [since = null] = [delivery?.oldestWaitingAt, delivery?.aside?.oldestAt]
    .flatMap((at) => at ?? [])
    .sort();
  const age = since === null ? 0 : Math.max(0, Date.parse(now) - Date.parse(since)) / 1000;
  return { oldestUndelivered: delivery === null ? null : age, openAlerts };
}

/** What one look tells of the monitor itself; null: the load balancer is gone. */
export function countsOfLook(bundle: Pick<EvidenceBundle, 'gaps'> | null): OwnCounts {
  return { failedReads: bundle?.gaps.filter(({ kind }) => kind !== 'switched-off').length ?? 0 };
}

/**
 * Writes counts as one line of the log in CloudWatch's embedded metric format. Nothing waits for it and nothing is
 * called; it is switched off with POWERTOOLS_METRICS_DISABLED.
 *
 * @param monitor - tells the monitors of an account and region apart: the name of the table
 */
export function publishCounts(monitor: string, counts: readonly OwnCounts[]): void {
  const metrics = new Metrics({
    namespace: OWN_METRICS.namespace,
    defaultDimensions: { [OWN_METRICS.dimension]: monitor },
  });
  const names = ['oldestUndelivered', 'openAlerts', 'failedReads'] as const;
  for (const name of names) {
    const values = counts.flatMap((count) => count[name] ?? []);
    if (values.length > 0)
      metrics.addMetric(
        OWN_METRICS[name],
        UNITS[name],
        values.reduce((sum, value) => sum + value, 0),
      );
  }
  if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
}
