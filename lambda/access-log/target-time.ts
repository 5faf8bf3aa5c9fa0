import type { TargetTimeCluster } from '../model/access-log-summary.ts';
import { chanceOfAtLeast } from './keep-alive/chance.ts';

/** Target times from here on are work, not the network. */
const SHORTEST_SECONDS = 0.1;
const LONGEST_SECONDS = 4000;
const FEWEST_FAILURES = 3;
const LARGEST_P_VALUE = 1e-3;
/** A server's check of its workers may be exact, or run about once a second. */
const SLACKS = [
  { relative: 0.02, seconds: 0.02 },
  { relative: 0.04, seconds: 1 },
];
/** Failures that end together have one end, not one timeout. */
const ONE_MOMENT_SECONDS = 0.1;

/** A failure in the middle of a request. */
export interface LateFailure {
  readonly endSeconds: number;
  readonly targetSeconds: number;
}

/** Answered requests by target time, in bins of a sixth of a factor of two from 0.1 s up. */
export class TargetTimeHistogram {
  private readonly bins = new Float64Array(100);
  private count = 0;

  add(targetSeconds: number): void {
    if (targetSeconds < SHORTEST_SECONDS) return;
    this.count++;
    const bin = Math.min(99, Math.floor(Math.log2(targetSeconds / SHORTEST_SECONDS) * 6));
    this.bins[bin] = (this.bins[bin] ?? 0) + 1;
  }

  /** Share of the answered requests of at least 0.1 s that took about this long. */
  shareAt(low: number, high: number): number {
    if (this.count === 0) return 0;
    const first = Math.max(0, Math.floor(Math.log2(low / SHORTEST_SECONDS) * 6));
    const last = Math.min(99, Math.floor(Math.log2(high / SHORTEST_SECONDS) * 6));
    let inside = 0;
    for (let bin = first; bin <= last; bin++) inside += this.bins[bin] ?? 0;
    // The bins are wider than the range.
    const covered = ((last - first + 1) * Math.LN2) / 6;
    return (inside / this.count) * Math.min(1, Math.log(high / low) / covered);
  }
}

/** One failure of each moment: a crash ends many requests at once, of all ages. */
function onePerMoment(failures: readonly LateFailure[]): number[] {
  const ordered = [...failures].sort((a, b) => a.endSeconds - b.endSeconds);
  const kept = ordered.filter(
    (failure, at) => at === 0 || failure.endSeconds - (ordered[at - 1]?.endSeconds ?? 0) > ONE_MOMENT_SECONDS,
  );
  return kept.map((failure) => failure.targetSeconds).sort((a, b) => a - b);
}

/**
 * The target time at which failures cluster, found without a list of values: the narrow range that holds more of
 * them than luck or the times of answered requests explain.
 *
 * @returns null where there is none, or it holds less than half of these failures
 */
export function targetTimeCluster(
  failures: readonly LateFailure[],
  answered: TargetTimeHistogram,
): TargetTimeCluster | null {
  const times = onePerMoment(failures);
  let best: TargetTimeCluster | null = null;
  for (const slack of SLACKS) {
    let end = 0;
    for (let start = 0; start < times.length; start++) {
      const low = times[start] ?? 0;
      const high = low * (1 + slack.relative) + slack.seconds;
      while (end < times.length && (times[end] ?? 0) <= high) end++;
      const hits = end - start;
      if (hits < FEWEST_FAILURES || hits < times.length / 2) continue;
      const byLuck = Math.log(high / low) / Math.log(LONGEST_SECONDS / SHORTEST_SECONDS);
      const chance = Math.min(0.99, Math.max(byLuck, answered.shareAt(low, high)));
      const pValue = Math.min(
        1,
        (chanceOfAtLeast(
          hits,
          times.map(() => chance),
        ) *
          hits *
          SLACKS.length) /
          chance,
      );
      if (pValue > LARGEST_P_VALUE || (best !== null && best.pValue <= pValue)) continue;
      const seconds = times[start + (hits >> 1)] ?? low;
      best = { seconds, low, high: times[end - 1] ?? high, failures: hits, pValue };
    }
  }
  return best;
}
