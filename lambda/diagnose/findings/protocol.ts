import type { Finding, FindingReader } from '../finding.ts';
import { couldRead, countByTime, coveredShare, sum } from '../metric-view.ts';
import { symptomOf } from '../symptom.ts';

/** TargetTLSNegotiationErrorCount beside the 502s, and whether any group speaks TLS at all. */
export const tlsFindings: FindingReader = (bundle) => {
  const metric = 'TargetTLSNegotiationErrorCount';
  const { failures, summary } = symptomOf(bundle);
  const findings: Finding[] = [];
  const speaksTls = bundle.targetGroups.some((group) => group.protocol === 'HTTPS');
  if (bundle.targetGroups.length > 0 && !speaksTls) {
    const fact = 'no target group uses HTTPS to its targets';
    findings.push({ id: 'no-https-group', fact, source: 'target group Protocol' });
  }
  if (failures.size === 0 || !couldRead(bundle, metric)) return findings;
  const errors = countByTime(bundle, metric);
  const total = sum(errors.values());
  const share = coveredShare(failures, errors);
  if (total > 0 && share >= 0.05) {
    const fact = `${total} TLS handshakes with targets failed beside the ${summary.count} 502s`;
    findings.push({ id: 'tls-errors', fact, source: metric, strength: Math.min(1, 0.4 + share) });
  } else {
    findings.push({ id: 'no-tls-errors', fact: 'no TLS handshake with a target failed', source: metric });
  }
  return findings;
};

/** Which HTTP the groups speak to their targets. */
export const protocolVersionFindings: FindingReader = (bundle) => {
  const spoken = bundle.targetGroups.filter((group) => group.targetType !== 'lambda');
  if (spoken.length === 0) return [];
  const source = 'target group ProtocolVersion';
  const modern = spoken.find(
    (group) => group.protocolVersion === 'HTTP2' || group.protocolVersion === 'GRPC',
  );
  if (modern) {
    const fact = `target group ${modern.name} speaks ${modern.protocolVersion} to its targets`;
    return [{ id: 'http2-group', fact, source }];
  }
  return [{ id: 'http1-groups-only', fact: 'all target groups speak HTTP/1.1 to their targets', source }];
};

const LAMBDA_METRICS = ['LambdaUserError', 'LambdaInternalError'] as const;

/** Errors of one Lambda metric by minute: of groups within the load balancer, else of groups alone. */
function lambdaErrors(bundle: Parameters<FindingReader>[0]): ReadonlyMap<string, number> {
  const totals = new Map<string, number>();
  for (const metric of LAMBDA_METRICS) {
    const scoped = countByTime(bundle, metric);
    const alone = bundle.metrics.filter(
      (series) => series.name === metric && Object.keys(series.dimensions).join() === 'TargetGroup',
    );
    const points =
      scoped.size > 0
        ? [...scoped]
        : alone.flatMap((series) =>
            series.timestamps.map((time, at): [string, number] => [time, series.values[at] ?? 0]),
          );
    for (const [time, count] of points) totals.set(time, (totals.get(time) ?? 0) + count);
  }
  return totals;
}

/** Lambda targets and their errors. */
export const lambdaFindings: FindingReader = (bundle) => {
  const { failures, summary } = symptomOf(bundle);
  const groups = bundle.targetGroups;
  if (groups.length === 0) return [];
  const source = 'target group TargetType';
  const lambdas = groups.filter((group) => group.targetType === 'lambda');
  if (lambdas.length === 0)
    return [{ id: 'no-lambda-group', fact: 'no target is a Lambda function', source }];
  const findings: Finding[] = [];
  if (lambdas.length === groups.length) {
    findings.push({ id: 'lambda-groups-only', fact: 'all targets are Lambda functions', source });
  }
  if (failures.size === 0 || !LAMBDA_METRICS.every((metric) => couldRead(bundle, metric))) return findings;
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
  } else {
    const fact = 'no Lambda error was counted in the minutes of the 502s';
    findings.push({ id: 'no-lambda-errors', fact, source: LAMBDA_METRICS.join(', ') });
  }
  return findings;
};
