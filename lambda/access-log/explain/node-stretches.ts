import type { Failure } from '../tally/failure.ts';
import { atTimes, clockTimes, counted, lasting } from './fact-text.ts';
import type { LogView } from './log-view.ts';
import { answeredBetween, answeredMeanwhile } from './node-pair.ts';
import { middleOf } from './restart-rounds.ts';

/** Fewer failures say nothing of how often requests fail. */
const FEWEST_FAILURES = 5;
/** So many answers between two failures come by chance once in 150 logs. */
const CLEARLY_NATS = 5;
/** What lasts for more of the log than this has no time of its own. */
const MOST_OF_LOG = 0.5;

/**
 * Stretches in which a node failed to reach targets: between two of them it had so many answers from these targets as
 * chance does not leave between failures.
 */
export function stretchesOf(view: LogView, failures: readonly Failure[]): readonly (readonly Failure[])[] {
  const ordered = [...failures].sort((one, other) => one.endSeconds - other.endSeconds);
  if (ordered.length < FEWEST_FAILURES) return [ordered];
  const between = answeredBetween(view, ordered);
  // The mean of an exponential distribution with this median: the longest pauses are not chance's own.
  const usual = (middleOf(between) + 1) / Math.LN2;
  const most = usual * (Math.log(ordered.length) + CLEARLY_NATS);
  const stretches: Failure[][] = [];
  for (const [at, failure] of ordered.entries()) {
    const last = stretches.at(-1);
    if (last === undefined || (between[at - 1] ?? 0) > most) stretches.push([failure]);
    else last.push(failure);
  }
  return stretches;
}

/** How many requests were answered in the stretches on the ways that failed. */
export const answeredIn = (view: LogView, stretches: readonly (readonly Failure[])[]): number =>
  stretches.reduce((sum, stretch) => sum + answeredMeanwhile(view, stretch), 0);

/** When it was, where that was not most of the time: `, within 20 min from 14:03:07 UTC`. */
export function whenText(view: LogView, stretches: readonly (readonly Failure[])[]): string {
  const times = stretches.map((stretch) => ({
    first: stretch[0]?.endSeconds ?? 0,
    lasted: Math.max(0.001, (stretch.at(-1)?.endSeconds ?? 0) - (stretch[0]?.endSeconds ?? 0)),
  }));
  const whole = times.reduce((sum, { lasted }) => sum + lasted, 0);
  if (whole > MOST_OF_LOG * view.spanSeconds) return '';
  const begins = times.map(({ first }) => first);
  const longest = lasting(Math.max(...times.map(({ lasted }) => lasted)));
  return times.length === 1
    ? `, within ${longest} from ${clockTimes(begins, view.tally)}`
    : `, in ${counted(times.length, 'stretch', 'stretches')} of up to ${longest}, ${atTimes(begins, view.tally)}`;
}
