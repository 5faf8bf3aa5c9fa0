import type { LogAnalysis } from '../access-log/analysis.ts';
import type { AccessLogReading } from '../access-log/analysis-result.ts';
import { emptySummary } from '../access-log/summarize.ts';
import type { AccessLogSummary } from '../model/access-log-summary.ts';
import type { Gap } from '../model/evidence.ts';
import type { HealthCheckLog } from '../model/health-check-log.ts';
import { UNNAMED_LOAD_BALANCER } from '../model/logged-name.ts';

/** What the log says, or why it could not be read; what was left out is in the summary. */
export interface AccessLogEvidence {
  readonly summary: AccessLogSummary | null;
  readonly healthCheckLog?: HealthCheckLog | null;
  readonly gaps: readonly Gap[];
}

/** A gap about the access log that no call failed for. */
export const accessLogGap = (kind: Gap['kind'], resource: string, reason: string): Gap => ({
  subject: 'access-log',
  what: 'access log',
  metrics: [],
  action: null,
  resource,
  kind,
  reason,
});

/** What lines that lack fields are no evidence of. */
export function absentFieldGaps({ absentFields }: AccessLogReading, resource: string): readonly Gap[] {
  return [...absentFields].map(([field, records]) => ({
    ...accessLogGap(
      'not-found',
      resource,
      `${records} records have no field ${field}: they are counted, and nothing is concluded from them; have the delivery write it (recordFields)`,
    ),
    what: `${field} in the access log`,
  }));
}

/** Whose records are that do not say it; undefined where they may be another load balancer's. */
export const unnamedOf = (request: {
  readonly loadBalancerDimension: string;
  readonly isShared?: boolean;
}): string | undefined => (request.isShared === true ? undefined : request.loadBalancerDimension);

const UNNAMED =
  'its records do not say whose they are, and other load balancers write to the same place; have the delivery write elb (recordFields), or deliver to a place of its own';

/** What was read of one load balancer's log. */
export function evidenceOf(
  analysis: LogAnalysis,
  loadBalancer: string,
  leftOut: readonly string[],
): AccessLogEvidence {
  const whole = analysis.reading();
  const healthCheckLog = whole.healthChecks.of(loadBalancer);
  if (healthCheckLog !== null && whole.loadBalancers.length === 0)
    return { summary: null, healthCheckLog, gaps: [] };
  const [first] = whole.rejected;
  if (first !== undefined && whole.loadBalancers.length === 0 && whole.linesOutside === 0)
    return {
      summary: null,
      gaps: [accessLogGap('failed', first.file, `nothing of it could be read: ${first.reason}`)],
    };
  if (whole.loadBalancers.length === 0 && whole.outside.loadBalancers.includes(UNNAMED_LOAD_BALANCER))
    return { summary: null, healthCheckLog, gaps: [accessLogGap('failed', loadBalancer, UNNAMED)] };
  const summary = whole.loadBalancers[0] ?? emptySummary(loadBalancer);
  return {
    summary: {
      ...summary,
      linesRead: whole.linesRead,
      linesRejected: whole.linesRejected,
      leftOut: [...summary.leftOut, ...leftOut],
    },
    healthCheckLog,
    gaps: absentFieldGaps(whole, loadBalancer),
  };
}
