import type { Refusals } from '../model/access-log-summary.ts';
import type { GroupFailure } from './group-tally.ts';
import type { TargetTally } from './target-tally.ts';

/** Nodes meet a dead target as their requests come; first refusals this close are of one stretch. */
const ONE_STRETCH_SECONDS = 10;
/** What a dying process cut off ends before the next request is refused: some requests' time, within these bounds. */
const REQUESTS_BETWEEN = 5;
const SHORTEST_REACH_SECONDS = 1;
const LONGEST_REACH_SECONDS = 60;
/** Nodes' clocks and what is still to be read of a connection differ by less than this. */
const AFTER_SECONDS = 1;

/** The first of a node's requests that a target refused, after others or as the first of all. */
export interface Refusal {
  readonly target: number;
  readonly sinceSeconds: number;
}

/** The first refusal of each stretch: nodes that meet the same stretch count once. */
function stretchesOf(refusals: readonly Refusal[]): Refusal[] {
  const ordered = [...refusals].sort((a, b) => a.target - b.target || a.sinceSeconds - b.sinceSeconds);
  return ordered.filter((refusal, at) => {
    const before = ordered[at - 1];
    return (
      before?.target !== refusal.target || refusal.sinceSeconds - before.sinceSeconds > ONE_STRETCH_SECONDS
    );
  });
}

/**
 * Looks at the begin of each stretch of refused requests: a process that dies cuts off what it was at work on, one
 * that never listened or was stopped in order does not.
 *
 * @param spanSeconds - the time that the log covers
 */
export function refusalsOf(
  refusals: readonly Refusal[],
  failures: readonly GroupFailure[],
  targets: readonly (TargetTally | undefined)[],
  spanSeconds: number,
): Refusals {
  const result = { stretches: 0, afterAnswers: 0, afterCut: 0, inFlight: 0 };
  const span = Math.max(1, spanSeconds);
  for (const { target, sinceSeconds } of stretchesOf(refusals)) {
    const tally = targets[target];
    result.stretches++;
    if (tally === undefined || tally.firstAnswerSeconds > sinceSeconds) continue;
    result.afterAnswers++;
    const between = (REQUESTS_BETWEEN * span) / tally.requests;
    const reach = Math.min(LONGEST_REACH_SECONDS, Math.max(SHORTEST_REACH_SECONDS, between));
    const isCut = failures.some(
      (failure) =>
        failure.cut &&
        failure.target === target &&
        failure.endSeconds >= sinceSeconds - reach &&
        failure.endSeconds <= sinceSeconds + AFTER_SECONDS,
    );
    if (isCut) result.afterCut++;
    else result.inFlight += tally.busySeconds / span;
  }
  return result;
}
