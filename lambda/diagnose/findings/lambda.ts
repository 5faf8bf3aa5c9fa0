import type { EvidenceBundle } from '../../model/evidence.ts';
import type { Finding, FindingReader } from '../finding.ts';
import { knowsGroups, servingGroups } from '../groups.ts';
import { couldRead, countByTime, coveredShare, sum, totalsByTime } from '../metric-view.ts';
import { symptomOf } from '../symptom.ts';

const LAMBDA_METRICS = ['LambdaUserError', 'LambdaInternalError'] as const;

/** Errors of one Lambda metric by minute: of groups within the load balancer, else of groups alone. */
function lambdaErrors(bundle: EvidenceBundle): ReadonlyMap<string, number> {
  const totals = new Map<string, number>();
  for (const metric of LAMBDA_METRICS) {
    const scoped = countByTime(bundle, metric);
    const alone = bundle.metrics.filter(
      (series) => series.name === metric && Object.keys(series.dimensions).join() === 'TargetGroup',
    );
    for (const [time, count] of scoped.size > 0 ? scoped : totalsByTime(alone))
      totals.set(time, (totals.get(time) ?? 0) + count);
  }
  return totals;
}

/** Lambda targets and their errors. */
export const lambdaFindings: FindingReader = (bundle) => {
  const { failures, summary } = symptomOf(bundle);
  const groups = servingGroups(bundle);
  if (!knowsGroups(bundle) || groups.length === 0) return [];
  const source = 'target group TargetType';
  // Traffic may have been moved off a group within the window, so only the absence of any is sure.
  const lambdas = groups.filter((group) => group.targetType === 'lambda');
  if (lambdas.length === 0 && bundle.targetGroups.some((group) => group.targetType === 'lambda')) return [];
  if (lambdas.length === 0)
    return [{ id: 'no-lambda-group', fact: 'no target is a Lambda function', source }];
  const findings: Finding[] = [];
  if (lambdas.length === groups.length) {
    findings.push({ id: 'lambda-groups-only', fact: 'all targets are Lambda functions', source });
  }
  if (failures.size === 0) return findings;
  const errors = lambdaErrors(bundle);
  const total = sum(errors.values());
  const share = coveredShare(failures, errors);
  if (total > 0 && share >= 0.05) {
    const fact = `the Lambda target failed ${total} times beside the ${summary.count} 502s`;
    findings.push({
      id: 'lambda-errors',
      fact,
      source: LAMBDA_METRICS.join(', '),
      strength: Math.min(1, 0.4 + share),
    });
  } else if (LAMBDA_METRICS.every((metric) => couldRead(bundle, metric))) {
    const fact = 'no Lambda error was counted in the minutes of the 502s';
    findings.push({ id: 'no-lambda-errors', fact, source: LAMBDA_METRICS.join(', ') });
  }
  return findings;
};
