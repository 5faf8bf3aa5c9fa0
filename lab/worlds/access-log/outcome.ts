import type { Exchange } from './scenario.ts';
import { type Cause, type ExplanationKind, KIND_OF } from './truth.ts';

/** How a request ended, as its line says it, and what was the cause. */
export type Outcome = Pick<
  Exchange,
  | 'end'
  | 'targetSeconds'
  | 'responseSeconds'
  | 'elbStatus'
  | 'targetStatus'
  | 'errorReason'
  | 'cause'
  | 'kind'
>;

/** The target answered. */
export const answered = (end: number, took: number, status = 200): Outcome => ({
  end: end + 0.0002,
  targetSeconds: took,
  responseSeconds: 0,
  elbStatus: status,
  targetStatus: status,
  errorReason: null,
  cause: null,
  kind: null,
});

/** The load balancer answered 502. */
export const failed = (
  end: number,
  targetSeconds: number,
  cause: Cause,
  kind: ExplanationKind | null = KIND_OF[cause],
): Outcome => ({
  end,
  targetSeconds,
  responseSeconds: -1,
  elbStatus: 502,
  targetStatus: null,
  errorReason: null,
  cause,
  kind,
});

/** The target did not answer within the idle timeout: 504. */
export const timedOut = (end: number): Outcome => ({
  end,
  targetSeconds: -1,
  responseSeconds: -1,
  elbStatus: 504,
  targetStatus: null,
  errorReason: null,
  cause: null,
  kind: null,
});
