import type { Signatures } from '../../model/access-log-summary.ts';
import { fieldStart, isBlank, type LogLine } from '../reading/line.ts';

/** Longer than a round trip to any target near its load balancer, shorter than work. */
const REUSE_SECONDS = 0.1;
const CAPITAL_L = 76;

/**
 * Whether the load balancer itself answered this request with 502: `502 502` is the target's own answer.
 * (AWS, "Troubleshoot your Application Load Balancers": target_status_code is `-` unless the target answered.)
 */
export const isElb502 = (line: LogLine): boolean => line.elbStatus === 502 && line.targetStatus !== 502;

/** The class of a 502 line. */
export function signatureOf(line: LogLine): keyof Signatures {
  // The only error reasons of a 502 are those of Lambda targets; each begins with "Lambda".
  if (!isBlank(line, 'errorReason') && line.bytes[fieldStart(line, 'errorReason')] === CAPITAL_L)
    return 'lambda';
  if (line.targetSeconds < 0) return 'neverDispatched';
  if (line.targetStatus !== 0 || line.responseSeconds >= 0) return 'answeredBadly';
  return line.targetSeconds <= REUSE_SECONDS ? 'closedOnReuse' : 'midRequest';
}

/** All classes at zero. */
export const noSignatures = (): Signatures => ({
  closedOnReuse: 0,
  midRequest: 0,
  neverDispatched: 0,
  answeredBadly: 0,
  lambda: 0,
});
