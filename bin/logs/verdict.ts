import { bundleOfLog } from '../../lambda/diagnose/bundle/bundle-of-log.ts';
import { DEFAULT_POLICY, diagnose } from '../../lambda/diagnose/diagnose.ts';
import type { AccessLogSummary } from '../../lambda/model/access-log-summary.ts';
import type { Cause } from '../../lambda/model/cause.ts';
import type { Diagnosis } from '../../lambda/model/diagnosis.ts';
import type { Gap } from '../../lambda/model/evidence.ts';
import type { HealthCheckLog } from '../../lambda/model/health-check-log.ts';

/** What the log of one load balancer comes to. */
export interface LogVerdict {
  readonly summary: AccessLogSummary;
  /** null where no health check log was read. */
  readonly healthCheckLog: HealthCheckLog | null;
  readonly diagnosis: Diagnosis;
  /** null where there were no 502s. */
  readonly ranking: (Pick<Diagnosis, 'probability' | 'hypotheses'> & { readonly verdict: Cause }) | null;
  readonly actions: Diagnosis['actions'];
}

/**
 * The diagnosis of a bundle that holds a log and nothing else.
 *
 * @param idleTimeoutSeconds - of the load balancer; null where it was not given
 * @param gaps - what the log does not say
 * @param now - for advice that looks back to the log's time
 */
export function verdictOf(
  summary: AccessLogSummary,
  idleTimeoutSeconds: number | null,
  healthCheckLog: HealthCheckLog | null = null,
  gaps: readonly Gap[] = [],
  now?: string,
): LogVerdict {
  const bundle = bundleOfLog(summary, idleTimeoutSeconds, healthCheckLog);
  const diagnosis = diagnose(
    { ...bundle, gaps: [...bundle.gaps, ...gaps] },
    { ...DEFAULT_POLICY, ...(now === undefined ? {} : { now }) },
  );
  const { verdict, probability, hypotheses, actions } = diagnosis;
  const ranking = verdict === null ? null : { verdict, probability, hypotheses };
  return { summary, healthCheckLog, diagnosis, ranking, actions };
}
