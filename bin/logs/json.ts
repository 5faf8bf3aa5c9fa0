import type { AccessLogReading } from '../../lambda/access-log/analysis-result.ts';
import type { LoggedTarget } from '../../lambda/model/access-log-summary.ts';
import type { LogVerdict } from './verdict.ts';

const targetOf = ({ target, elb502, keepAlive }: LoggedTarget) => ({ target, elb502, keepAlive });

/** The document of `logs --json` (contract, version 1). */
export function logsDocument(reading: AccessLogReading, verdicts: readonly LogVerdict[]): object {
  return {
    version: 1,
    linesRead: reading.linesRead,
    linesRejected: reading.linesRejected,
    rejected: reading.rejected,
    absentFields: Object.fromEntries(reading.absentFields),
    healthCheckLogs: reading.healthChecks.all(),
    loadBalancers: verdicts.map(({ summary, healthCheckLog, ranking, diagnosis }) => ({
      loadBalancer: summary.loadBalancer,
      requests: summary.requests,
      elb502: summary.elb502,
      leftOut: summary.leftOut,
      verdict: ranking?.verdict ?? null,
      probability: ranking?.probability ?? 0,
      hypotheses: ranking?.hypotheses ?? [],
      explanations: diagnosis.explanations,
      unexplained: diagnosis.unexplained,
      missingEvidence: diagnosis.missingEvidence,
      actions: diagnosis.actions,
      healthCheckLog,
      failingRequests: summary.failingRequests ?? [],
      targetGroups: summary.targetGroups.map((group) => ({
        targetGroupArn: group.targetGroupArn,
        requests: group.requests,
        elb502: group.elb502,
        keepAlive: group.keepAlive,
        signatures: group.signatures,
        targets: group.targets.map(targetOf),
      })),
    })),
  };
}
