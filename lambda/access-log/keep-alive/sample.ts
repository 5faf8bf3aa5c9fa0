import { idleSinceIfLastInFirstOut, lowerBound, type StreamTimes } from './pool.ts';

/** A request of the same node and target near a failure, that was answered: it shows what chance looks like. */
export interface Control {
  readonly sentSeconds: number;
  /** Idle time of its connection, if connections are taken last in, first out; NaN if unknown. */
  readonly idleSeconds: number;
}

/** A failure that may be the idle race, with the answers that came before it. */
export interface FailureSample {
  readonly endSeconds: number;
  readonly sentSeconds: number;
  /** Ends of all remembered answers of the same node and target, sorted; some are later than the failure. */
  readonly ends: Float64Array;
  /** How long its connection had been idle, if connections are taken last in, first out; NaN if unknown. */
  readonly idleSeconds: number;
  readonly controls: readonly Control[];
}

const CONTROLS_PER_FAILURE = 40;
/** So many of the latest answers are enough: where they reach back for less than the keep-alive, it does not show. */
const MOST_ENDS = 8192;

/** The requests nearest to a time, half of them before and half after where there are enough. */
function nearestStarts(starts: Float64Array, sentSeconds: number): Float64Array {
  const at = lowerBound(starts, sentSeconds);
  const half = CONTROLS_PER_FAILURE / 2;
  const last = Math.min(starts.length, Math.max(at + half, CONTROLS_PER_FAILURE));
  return starts.subarray(Math.max(0, last - CONTROLS_PER_FAILURE), last);
}

/** Idle time of the connection that a request took, if connections are taken last in, first out; NaN if unknown. */
export const idleSecondsOf = (times: StreamTimes, sentSeconds: number): number =>
  sentSeconds - idleSinceIfLastInFirstOut(times, sentSeconds);

/** Joins a failure with the exchanges of its node and target. */
export function sampleOf(
  { endSeconds, sentSeconds }: { readonly endSeconds: number; readonly sentSeconds: number },
  times: StreamTimes,
): FailureSample {
  const controls: Control[] = [];
  let latest = sentSeconds;
  for (const start of nearestStarts(times.starts, sentSeconds)) {
    if (start === sentSeconds) continue;
    controls.push({ sentSeconds: start, idleSeconds: idleSecondsOf(times, start) });
    latest = Math.max(latest, start);
  }
  const last = lowerBound(times.ends, latest);
  return {
    endSeconds,
    sentSeconds,
    ends: times.ends.subarray(Math.max(0, last - MOST_ENDS), last),
    idleSeconds: idleSecondsOf(times, sentSeconds),
    controls,
  };
}
