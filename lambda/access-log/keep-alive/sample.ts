import type { Exchanges } from '../exchange-history.ts';
import { idleSinceIfLastInFirstOut, lowerBound } from './pool.ts';

/** A request of the same node and target near a failure, that was answered: it shows what chance looks like. */
export interface Control {
  readonly sentSeconds: number;
  /** Idle time of its connection, if connections are taken last in, first out; NaN if unknown. */
  readonly idleSeconds: number;
}

/** A failure that may be the idle race, with the answers that came before it. */
export interface FailureSample {
  readonly target: number;
  readonly path: number;
  readonly client: number;
  readonly endSeconds: number;
  readonly sentSeconds: number;
  /** Whether the line says that the request was sent. */
  readonly dispatched: boolean;
  /** Ends of all remembered answers of the same node and target, sorted; some are later than the failure. */
  readonly ends: Float64Array;
  readonly idleSeconds: number;
  readonly controls: readonly Control[];
}

const CONTROLS_PER_FAILURE = 40;

/** The answered requests nearest to a time, half of them before and half after where there are enough. */
function nearestStarts(starts: Float64Array, sentSeconds: number): Float64Array {
  const at = lowerBound(starts, sentSeconds);
  const half = CONTROLS_PER_FAILURE / 2;
  const last = Math.min(starts.length, Math.max(at + half, CONTROLS_PER_FAILURE));
  return starts.subarray(Math.max(0, last - CONTROLS_PER_FAILURE), last);
}

/** What is known of a failure from its line. */
export type FailureMoment = Pick<
  FailureSample,
  'target' | 'path' | 'client' | 'endSeconds' | 'sentSeconds' | 'dispatched'
>;

/**
 * Joins a failure with the history of its node and target. Called some seconds after the failure, so that
 * requests that were in flight at its time are known too.
 *
 * @param mostEnds - how many of the latest answers to keep
 */
export function sampleOf(moment: FailureMoment, exchanges: Exchanges, mostEnds: number): FailureSample {
  const idle = (sentSeconds: number) => sentSeconds - idleSinceIfLastInFirstOut(exchanges, sentSeconds);
  const controls: Control[] = [];
  let latest = moment.sentSeconds;
  for (const start of nearestStarts(exchanges.starts, moment.sentSeconds)) {
    if (start === moment.sentSeconds) continue;
    controls.push({ sentSeconds: start, idleSeconds: idle(start) });
    latest = Math.max(latest, start);
  }
  const last = lowerBound(exchanges.ends, latest);
  return {
    ...moment,
    ends: exchanges.ends.slice(Math.max(0, last - mostEnds), last),
    idleSeconds: idle(moment.sentSeconds),
    controls,
  };
}
