import type { Drift, Mismatch, Severity } from '../model/diagnosis.ts';
import type { EvidenceBundle } from '../model/evidence.ts';
import { sum } from './metric-view.ts';
import type { Symptom } from './symptom.ts';

/** Thresholds of severity; the defaults are those of the settings. */
export interface SeverityPolicy {
  /** Share of failed requests in the last 15 minutes that makes an alert critical. */
  readonly critical502Ratio: number;
}

/** Fewer failures than this are never critical: in a quiet service a single one is a large share. */
const LEAST_CRITICAL_COUNT = 10;
const RECENT_MS = 15 * 60_000;

function isCritical({ failures, requests, summary }: Symptom, end: string, policy: SeverityPolicy): boolean {
  if (failures.size === 0)
    return summary.count >= LEAST_CRITICAL_COUNT && summary.ratio >= policy.critical502Ratio;
  const since = Date.parse(end) - RECENT_MS;
  const recent = (counts: ReadonlyMap<string, number>): number =>
    sum([...counts].filter(([time]) => Date.parse(time) >= since).map(([, count]) => count));
  const failed = recent(failures);
  const all = Math.max(recent(requests), failed);
  return failed >= LEAST_CRITICAL_COUNT && failed / all >= policy.critical502Ratio;
}

/** How much it matters: 502s first, then a mismatch that waits for traffic, then a mere change. */
export function severityOf(
  bundle: EvidenceBundle,
  symptom: Symptom,
  mismatches: readonly Mismatch[],
  drift: readonly Drift[],
  policy: SeverityPolicy,
): Severity {
  if (symptom.summary.count > 0)
    return isCritical(symptom, bundle.window.end, policy) ? 'critical' : 'warning';
  if (mismatches.length > 0) return 'warning';
  return drift.length > 0 || !symptom.known ? 'info' : 'none';
}
