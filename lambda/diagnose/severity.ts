import type { Drift, Mismatch, Severity } from '../model/diagnosis.ts';
import { sum } from './bundle/metric-view.ts';
import type { Symptom } from './symptom.ts';

/** Thresholds of severity; the defaults are those of the settings. */
export interface SeverityPolicy {
  /** Share of failed requests, in the last minutes and in the last hour, that makes an alert critical. */
  readonly critical502Ratio: number;
}

/**
 * The long window shows that it matters, the short one that it is still going on ("Alerting on SLOs", The Site
 * Reliability Workbook, chapter 5: 1 hour and 5 minutes for a page). At the default of 1 % an objective of 99.9 % burns
 * ten times too fast.
 */
const LONG_MS = 60 * 60_000;
const SHORT_MS = 5 * 60_000;

/** Fewer failures than this are never critical: in a quiet service a single one is a large share. */
const LEAST_CRITICAL_COUNT = 10;

/** Failed requests and requests in a window that ends with the newest minute that has any: metrics come late. */
function burnIn({ failures, requests }: Symptom, windowMs: number): { failed: number; all: number } {
  const times = [...requests.keys(), ...failures.keys()].map((time) => Date.parse(time));
  const newest = times.reduce((left, right) => Math.max(left, right), 0);
  const within = (counts: ReadonlyMap<string, number>): number =>
    sum([...counts].filter(([time]) => Date.parse(time) > newest - windowMs).map(([, count]) => count));
  const failed = within(failures);
  return { failed, all: Math.max(within(requests), failed) };
}

function isCritical(symptom: Symptom, { critical502Ratio }: SeverityPolicy): boolean {
  const { failures, summary } = symptom;
  // Where nobody counted the requests, each failure would seem to be all of them.
  if (summary.requestsKnown === false) return false;
  if (failures.size === 0) return summary.count >= LEAST_CRITICAL_COUNT && summary.ratio >= critical502Ratio;
  const long = burnIn(symptom, LONG_MS);
  const short = burnIn(symptom, SHORT_MS);
  const burns = ({ failed, all }: { failed: number; all: number }): boolean =>
    failed > 0 && failed / all >= critical502Ratio;
  return long.failed >= LEAST_CRITICAL_COUNT && burns(long) && burns(short);
}

/** A mismatch that is known warns; one by a mere default is to be checked. */
export const mismatchSeverity = (mismatches: readonly Mismatch[]): 'warning' | 'info' =>
  mismatches.some(({ assumed }) => assumed !== true) ? 'warning' : 'info';

/** How much it matters: 502s first, then a mismatch that waits for traffic, then a mere change. */
export function severityOf(
  symptom: Symptom,
  mismatches: readonly Mismatch[],
  drift: readonly Drift[],
  policy: SeverityPolicy,
): Severity {
  if (symptom.summary.count > 0) return isCritical(symptom, policy) ? 'critical' : 'warning';
  if (mismatches.length > 0) return mismatchSeverity(mismatches);
  return drift.length > 0 || !symptom.known ? 'info' : 'none';
}
