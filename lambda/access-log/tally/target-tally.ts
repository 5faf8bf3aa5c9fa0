import { ExchangeHistory, type HistoryBudget } from './exchange-history.ts';
import { Numbered } from './numbered.ts';
import { TimeHistogram } from './time-histogram.ts';

const MOST_TIME_BINS = 512;
const MOST_TIMEOUT_BINS = 128;

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
  /** When its requests ended, failed ones included. */
  readonly times: TimeHistogram;
  /** When requests ended, with 504, for which no connection to it was made in time; null where none did. */
  connectTimeouts: TimeHistogram | null;
  /** By the number of the node. */
  readonly streams: Numbered<Stream>;
}

/** One load balancer node's exchanges with one target. */
export interface Stream {
  readonly history: ExchangeHistory;
  requests: number;
  failures: number;
  answered: number;
  /** Number of the run of failures that is not over; 0 where the target answered since. */
  run: number;
  /** When the first failure of the run ended. */
  runSinceSeconds: number;
  /** Requests sent before the target refused others, and answered after: its process was alive all the time. */
  answeredWhileRefusing: number;
  /** When the last request ended that the target neither answered nor broke off (504, 460): it had a connection. */
  lastUnansweredSeconds: number;
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
  times: new TimeHistogram(MOST_TIME_BINS),
  connectTimeouts: null,
  streams: new Numbered(),
});

/** Nothing of it was read yet. */
export const emptyStream = (budget: HistoryBudget): Stream => ({
  history: new ExchangeHistory(budget),
  requests: 0,
  failures: 0,
  answered: 0,
  run: 0,
  runSinceSeconds: Number.NaN,
  answeredWhileRefusing: 0,
  lastUnansweredSeconds: Number.NEGATIVE_INFINITY,
});

/** Counts a request for which no connection to the target was made in time. */
export function addConnectTimeout(tally: TargetTally, endSeconds: number): void {
  tally.connectTimeouts ??= new TimeHistogram(MOST_TIMEOUT_BINS);
  tally.connectTimeouts.add(endSeconds);
}
