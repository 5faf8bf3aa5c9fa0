import { requiredKeepAliveSeconds } from '../model/required-keep-alive.ts';

/** A pause that is tried: the load balancer's connections to the targets lie idle for so long, then are used. */
export interface PlannedGap {
  readonly gapSeconds: number;
  readonly tries: number;
}

export interface VerifyPlan {
  readonly gaps: readonly PlannedGap[];
  /** Pauses for which time or requests do not suffice, in seconds. */
  readonly leftOut: readonly number[];
  readonly requests: number;
  readonly seconds: number;
}

export interface VerifyLimits {
  readonly maxRequests: number;
  readonly maxSeconds: number;
}

/**
 * After a pause the requests come in steps, each larger than the one before by as many as the first: the idle
 * connections that the earlier steps warmed are in use again, and as many cold ones are taken as in the first step,
 * whichever the load balancer takes first.
 */
export const STEPS = 5;
/** Milliseconds from one step to the next; the race window is about one round trip wide. */
export const STEP_MS = 10;

/** Connections that lie idle during a pause: what the last step uses. */
export const idleConnections = (firstStep: number): number => firstStep * STEPS;

/** Requests of one try: all its steps. */
export const requestsPerTry = (firstStep: number): number => (firstStep * STEPS * (STEPS + 1)) / 2;

/** Pauses shorter than this are tried more than once, for about this long. */
const REPEATED_BELOW_SECONDS = 20;
const MOST_TRIES = 4;
/** Connecting, answering, closing. */
const SECONDS_PER_TRY = 0.5;

/**
 * Pauses around the keep-alive that was too short and the idle timeout, and one beyond both. Node closes a second
 * after what it was told, so that is tried as well.
 */
export function defaultGaps(keepAliveSeconds: number, idleTimeoutSeconds: number): readonly number[] {
  const around = [
    ...[-0.1, 0, 0.1, 1].map((offset) => keepAliveSeconds + offset),
    ...[-1, 0].map((offset) => idleTimeoutSeconds + offset),
    requiredKeepAliveSeconds(idleTimeoutSeconds),
  ];
  const positive = around
    .filter((seconds) => seconds > 0)
    .map((seconds) => Math.round(seconds * 1000) / 1000);
  return [...new Set(positive)].sort((a, b) => a - b);
}

export const usualTries = (gapSeconds: number): number =>
  Math.max(1, Math.min(MOST_TRIES, Math.floor(REPEATED_BELOW_SECONDS / gapSeconds)));

/** Plans the pauses in the order given, as far as the limits allow. */
export function planOf(
  gaps: readonly number[],
  firstStep: number,
  limits: VerifyLimits,
  triesOf: (gapSeconds: number) => number = usualTries,
): VerifyPlan {
  const perTry = requestsPerTry(firstStep);
  let requests = idleConnections(firstStep);
  let seconds = SECONDS_PER_TRY;
  const planned: PlannedGap[] = [];
  const leftOut: number[] = [];
  for (const gapSeconds of gaps) {
    const byRequests = Math.floor((limits.maxRequests - requests) / perTry);
    const bySeconds = Math.floor((limits.maxSeconds - seconds) / (gapSeconds + SECONDS_PER_TRY));
    const tries = Math.min(triesOf(gapSeconds), byRequests, bySeconds);
    if (tries < 1) leftOut.push(gapSeconds);
    else {
      planned.push({ gapSeconds, tries });
      requests += tries * perTry;
      seconds += tries * (gapSeconds + SECONDS_PER_TRY);
    }
  }
  return { gaps: planned, leftOut, requests, seconds: Math.round(seconds * 10) / 10 };
}
