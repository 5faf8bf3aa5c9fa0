import { requiredKeepAliveSeconds } from '../model/required-keep-alive.ts';
import type { FailureCode } from './failure.ts';
import { type IdleClose, MEASUREMENT_ERROR_SECONDS, rounded } from './idle-summary.ts';
import type { RequestsPerConnection } from './request-limit.ts';

/** Why a target is safe behind the load balancer, or is not. */
export type VerdictReason =
  /** Keeps idle connections for at least the required time. */
  | 'outlasts'
  /** Says in each response that it closes, so that no connection is idle. */
  | 'never-reused'
  /** Closes at or before the idle timeout. */
  | 'closes-first'
  /** Closes after the idle timeout, but not by the margin. */
  | 'thin-margin'
  /** Stops answering on connections it has not closed. */
  | 'goes-mute'
  /** Was open when the probe stopped looking, which was too soon to tell. */
  | 'not-watched-long-enough'
  /** Closes unannounced after a number of requests. */
  | 'unannounced-request-limit';

export interface Verdict {
  readonly idleTimeoutSeconds: number;
  readonly requiredSeconds: number;
  /** True or false only where it was shown; null where it was not watched long enough to tell. */
  readonly safe: boolean | null;
  /** Measured keep-alive less the idle timeout; a lower bound where the target never closed. */
  readonly marginSeconds: number;
  readonly reason: VerdictReason;
}

/** What a probe learnt of one target. */
export interface Measurement {
  readonly server: string | null;
  readonly declaredKeepAliveSeconds: number | null;
  /** Status of the first response. */
  readonly statusCode: number;
  readonly idleClose: IdleClose;
  readonly requestsPerConnection: RequestsPerConnection;
}

/** One target's element of `probe --json` (contract, version 1). */
export type ProbeResult =
  | ({ readonly version: 1; readonly target: string; readonly verdict: Verdict } & Measurement)
  | {
      readonly version: 1;
      readonly target: string;
      readonly server: null;
      readonly declaredKeepAliveSeconds: null;
      readonly statusCode: null;
      readonly idleClose: null;
      readonly requestsPerConnection: null;
      readonly verdict: null;
      readonly errorCode: FailureCode;
      readonly error: string;
    };

/** Judges a measurement against an idle timeout. */
export function judge(measured: Measurement, idleTimeoutSeconds: number): Verdict {
  const requiredSeconds = rounded(requiredKeepAliveSeconds(idleTimeoutSeconds));
  const { idleClose } = measured;
  const kept = 'seconds' in idleClose ? idleClose.seconds : idleClose.openAfterSeconds;
  const reason = reasonFor(measured, kept, idleTimeoutSeconds, requiredSeconds);
  return {
    idleTimeoutSeconds,
    requiredSeconds,
    safe: isSafe(reason, measured),
    marginSeconds: rounded(kept - idleTimeoutSeconds),
    reason,
  };
}

function isSafe(reason: VerdictReason, { requestsPerConnection }: Measurement): boolean | null {
  // A limit that is not announced is unsafe however long an idle connection lasts.
  if (reason === 'not-watched-long-enough') return endsUnannounced(requestsPerConnection) ? false : null;
  return reason === 'outlasts' || reason === 'never-reused';
}

const endsUnannounced = (requests: RequestsPerConnection): boolean =>
  'limit' in requests && !requests.announced;

function reasonFor(
  { idleClose, requestsPerConnection }: Measurement,
  kept: number,
  idleTimeoutSeconds: number,
  requiredSeconds: number,
): VerdictReason {
  if ('seconds' in idleClose && idleClose.by === 'response-close') return 'never-reused';
  if (kept < requiredSeconds - MEASUREMENT_ERROR_SECONDS) {
    if (!('seconds' in idleClose)) {
      return idleClose.muteAfterSeconds === null ? 'not-watched-long-enough' : 'goes-mute';
    }
    // Equal timeouts race, and the error of measurement does not make them unequal.
    return kept <= idleTimeoutSeconds + MEASUREMENT_ERROR_SECONDS ? 'closes-first' : 'thin-margin';
  }
  return endsUnannounced(requestsPerConnection) ? 'unannounced-request-limit' : 'outlasts';
}
