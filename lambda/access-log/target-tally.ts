import { ExchangeHistory, type HistoryBudget } from './exchange-history.ts';
import type { FailureMoment, FailureSample } from './keep-alive/sample.ts';

/** Lines of one target in one group. */
export interface TargetTally {
  readonly target: number;
  requests: number;
  elb502: number;
  firstAnswerSeconds: number;
  lastAnswerSeconds: number;
  /** When the last of its answered requests had been sent. */
  lastSentSeconds: number;
  /** Target times of all its answers together. */
  busySeconds: number;
  /** By the number of the node. */
  readonly streams: Stream[];
}

/** A stretch in which a target refused all requests of one node. */
export interface Outage {
  readonly sinceSeconds: number;
  lastSeconds: number;
  refused: number;
}

/** One load balancer node's exchanges with one target. */
export interface Stream {
  readonly history: ExchangeHistory;
  waiting: { readonly moment: FailureMoment; readonly samples: FailureSample[]; readonly slot: number }[];
  settledSeconds: number;
  failures: number;
  /** When the last of its answered requests had been sent. */
  lastSentSeconds: number;
  /** Since when no request was dispatched; NaN while the target answers. */
  outageSinceSeconds: number;
  /** The stretch with the most refused requests. */
  worstOutage: Outage | null;
  /** The last stretch; it may be over. */
  outage: Outage | null;
}

/** Nothing of it was read yet. */
export const emptyTarget = (target: number): TargetTally => ({
  target,
  requests: 0,
  elb502: 0,
  firstAnswerSeconds: Number.POSITIVE_INFINITY,
  lastAnswerSeconds: Number.NEGATIVE_INFINITY,
  lastSentSeconds: Number.NEGATIVE_INFINITY,
  busySeconds: 0,
  streams: [],
});

/** Nothing of it was read yet. */
export const emptyStream = (budget: HistoryBudget): Stream => ({
  history: new ExchangeHistory(budget),
  waiting: [],
  settledSeconds: Number.POSITIVE_INFINITY,
  failures: 0,
  lastSentSeconds: Number.NEGATIVE_INFINITY,
  outageSinceSeconds: Number.NaN,
  worstOutage: null,
  outage: null,
});

/** Counts a refused request in the stretch that began at `stream.outageSinceSeconds`. */
export function countRefusal(stream: Stream, seconds: number): void {
  const since = stream.outageSinceSeconds;
  const outage =
    stream.outage?.sinceSeconds === since
      ? stream.outage
      : { sinceSeconds: since, lastSeconds: seconds, refused: 0 };
  outage.lastSeconds = seconds;
  outage.refused++;
  stream.outage = outage;
  if (stream.worstOutage === null || outage.refused > stream.worstOutage.refused) stream.worstOutage = outage;
}
