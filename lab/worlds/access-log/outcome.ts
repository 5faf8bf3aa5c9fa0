import type { Exchange, TrueCause } from './scenario.ts';

/** How a request ended, as its line says it, and what was the cause. */
export type Outcome = Pick<
  Exchange,
  'end' | 'targetSeconds' | 'responseSeconds' | 'elbStatus' | 'targetStatus' | 'errorReason' | 'cause'
>;

/** The target answered 200. */
export const answered = (end: number, took: number): Outcome => ({
  end: end + 0.0002,
  targetSeconds: took,
  responseSeconds: 0,
  elbStatus: 200,
  targetStatus: 200,
  errorReason: null,
  cause: null,
});

/** The load balancer answered 502. */
export const failed = (end: number, targetSeconds: number, cause: TrueCause): Outcome => ({
  end,
  targetSeconds,
  responseSeconds: -1,
  elbStatus: 502,
  targetStatus: null,
  errorReason: null,
  cause,
});
