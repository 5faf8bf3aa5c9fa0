import { withDeclaredAttributes } from '../diagnose/changes/declared-attributes.ts';
import { symptomOf } from '../diagnose/symptom.ts';
import type { AccessLogSummary } from '../model/access-log-summary.ts';
import type { BackendLogMatch, Change, EvidenceBundle, Gap } from '../model/evidence.ts';
import type { HealthCheckLog } from '../model/health-check-log.ts';
import type { Settings } from '../model/settings.ts';
import { withReportedChanges } from './reported-changes.ts';

/** Evidence of a load balancer, or that it was deleted. */
export type Observed =
  | { readonly state: 'observed'; readonly bundle: EvidenceBundle }
  | { readonly state: 'gone'; readonly loadBalancerArn: string };

/** Reads logs around the 502s of a bundle. */
export interface LogPorts {
  readonly readAccessLog: (bundle: EvidenceBundle) => Promise<{
    summary: AccessLogSummary | null;
    healthCheckLog?: HealthCheckLog | null;
    gaps: readonly Gap[];
  }>;
  /** The targets' own logs. */
  readonly readBackendLog: (
    bundle: EvidenceBundle,
  ) => Promise<{ matches: readonly BackendLogMatch[]; gaps: readonly Gap[] }>;
}

/** Where the parts of a bundle come from. */
export interface CollectPorts extends LogPorts {
  /** Configuration, health, metrics, changes and what is remembered. */
  readonly observe: () => Promise<Observed>;
}

/** What is known beside what AWS says. */
export interface Known {
  readonly declaredAttributes: Settings['declaredAttributes'];
  /** Changes that events told of. */
  readonly reportedChanges: readonly Change[];
}

/** Where nobody asked for the logs. */
export const LOGS_OFF: LogPorts = {
  readAccessLog: async () => ({ summary: null, gaps: [] }),
  readBackendLog: async () => ({ matches: [], gaps: [] }),
};

/** Nothing is known beside what AWS says. */
export const NOTHING_KNOWN: Known = { declaredAttributes: [], reportedChanges: [] };

/**
 * Builds the evidence bundle of one load balancer: the one way to it for the monitor, `scan` and the lab. Logs are
 * read only where there were 502s.
 *
 * @throws RemoteError where AWS cannot be reached or the credentials are no good
 */
export async function collect(ports: CollectPorts, known: Known): Promise<Observed> {
  const observed = await ports.observe();
  if (observed.state === 'gone') return observed;
  const wanted = withDeclaredAttributes(observed.bundle, known.declaredAttributes);
  const bundle = await withLogs(withReportedChanges(wanted, known.reportedChanges), ports);
  return { state: 'observed', bundle };
}

async function withLogs(bundle: EvidenceBundle, ports: LogPorts): Promise<EvidenceBundle> {
  if (symptomOf(bundle).summary.count === 0) return bundle;
  const [access, backend] = await Promise.all([ports.readAccessLog(bundle), ports.readBackendLog(bundle)]);
  return {
    ...bundle,
    accessLog: access.summary,
    ...(access.healthCheckLog ? { healthCheckLog: access.healthCheckLog } : {}),
    backendLogMatches: [...backend.matches],
    gaps: [...bundle.gaps, ...access.gaps, ...backend.gaps],
  };
}
