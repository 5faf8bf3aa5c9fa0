import type { EvidenceBundle } from '../model/evidence.ts';
import type { Finding, FindingReader } from './finding.ts';
import { accessLogFindings } from './findings/access-log.ts';
import { backendLogFindings } from './findings/backend-log.ts';
import { changeFindings } from './findings/change.ts';
import { connectionFindings, timeoutFindings } from './findings/connection.ts';
import { deregisteredTargetFindings } from './findings/deregistered-target.ts';
import { healthHistoryFindings, targetStateFindings } from './findings/health.ts';
import { healthCheckLogFindings } from './findings/health-check-log.ts';
import { keepAliveFindings } from './findings/keep-alive.ts';
import { lambdaFindings } from './findings/lambda.ts';
import { responseTimeFindings, timeFindings, zoneFindings } from './findings/pattern.ts';
import { probedResponseFindings } from './findings/probed-response.ts';
import { protocolVersionFindings, tlsFindings } from './findings/protocol.ts';
import { registrationFindings } from './findings/registration.ts';

const READERS: readonly FindingReader[] = [
  connectionFindings,
  timeoutFindings,
  tlsFindings,
  protocolVersionFindings,
  lambdaFindings,
  targetStateFindings,
  healthCheckLogFindings,
  healthHistoryFindings,
  registrationFindings,
  deregisteredTargetFindings,
  changeFindings,
  keepAliveFindings,
  timeFindings,
  zoneFindings,
  responseTimeFindings,
  backendLogFindings,
  accessLogFindings,
  probedResponseFindings,
];

/** Every observation a bundle gives. */
export function findingsOf(bundle: EvidenceBundle): readonly Finding[] {
  return READERS.flatMap((read) => read(bundle));
}
