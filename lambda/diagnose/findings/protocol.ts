import { printable } from '../command.ts';
import type { Finding, FindingReader } from '../finding.ts';
import { knowsGroups, servingGroups } from '../groups.ts';
import { couldRead, countByTime, coveredShare, sum } from '../metric-view.ts';
import { symptomOf } from '../symptom.ts';

/** TargetTLSNegotiationErrorCount beside the 502s, and whether any group speaks TLS at all. */
export const tlsFindings: FindingReader = (bundle) => {
  const metric = 'TargetTLSNegotiationErrorCount';
  const { failures, summary } = symptomOf(bundle);
  const findings: Finding[] = [];
  const speaksTls = bundle.targetGroups.some((group) => group.protocol === 'HTTPS');
  if (knowsGroups(bundle) && !speaksTls) {
    const fact = 'no target group uses HTTPS to its targets';
    findings.push({ id: 'no-https-group', fact, source: 'target group Protocol' });
  }
  if (failures.size === 0) return findings;
  const errors = countByTime(bundle, metric);
  const total = sum(errors.values());
  const share = coveredShare(failures, errors);
  if (total > 0 && share >= 0.05) {
    const fact = `${total} TLS handshakes with targets failed beside the ${summary.count} 502s`;
    findings.push({ id: 'tls-errors', fact, source: metric, strength: Math.min(1, 0.4 + share) });
  } else if (couldRead(bundle, metric)) {
    findings.push({ id: 'no-tls-errors', fact: 'no TLS handshake with a target failed', source: metric });
  }
  return findings;
};

/** Which HTTP the groups speak to their targets. */
export const protocolVersionFindings: FindingReader = (bundle) => {
  const spoken = servingGroups(bundle).filter((group) => group.targetType !== 'lambda');
  if (spoken.length === 0) return [];
  const source = 'target group ProtocolVersion';
  const modern = spoken.find(
    (group) => group.protocolVersion === 'HTTP2' || group.protocolVersion === 'GRPC',
  );
  if (modern) {
    const fact = `target group ${printable(modern.name)} speaks ${modern.protocolVersion} to its targets`;
    return [{ id: 'http2-group', fact, source }];
  }
  // Groups of which only a log tells carry no protocol.
  if (!knowsGroups(bundle) || spoken.some((group) => group.protocolVersion === null)) return [];
  return [{ id: 'http1-groups-only', fact: 'all target groups speak HTTP/1.1 to their targets', source }];
};
