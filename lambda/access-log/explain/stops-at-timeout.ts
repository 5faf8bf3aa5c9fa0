import { chanceOfAtLeast } from '../keep-alive/chance.ts';
import type { Failure } from '../tally/failure.ts';
import type { LogView } from './log-view.ts';
import { atOneInstant, ONE_INSTANT_SECONDS, type Stop } from './stop.ts';
import { inWindow, timeoutOf, type Window } from './work-window.ts';

/** So many stops, and such a share of them, that a request which had worked for one time ended with each. */
const FEWEST_STOPS = 4;
const MOST_STOPS = 0.6;
/** Timeouts that are this close to a stop say how often they come at the time. */
const AROUND_SECONDS = 60;
/** By luck as many stops meet a timeout less often than this, or the stops and the timeouts have nothing in common. */
const LARGEST_CHANCE = 1e-3;

/**
 * Of what ended at the instant of a stop, what had worked longest: where a server kills a process for what takes too
 * long, nothing that ends with it is older.
 */
function oldestOf({ failures }: LogView, { members }: Stop): Failure | undefined {
  const cut = members.flatMap((at) => failures[at] ?? []).filter(({ targetSeconds }) => targetSeconds >= 0);
  return [...atOneInstant(cut)].sort((one, other) => other.targetSeconds - one.targetSeconds)[0];
}

/**
 * Chance that what ends with a stop had worked for this time by luck: a timeout of the same target came at the same
 * instant, or what was at work was as old, for ages spread over about as much as they are long.
 */
function chanceAt({ failures, tally }: LogView, oldest: Failure, window: Window): number {
  const around = failures.filter(({ group, target, targetSeconds, endSeconds }) => {
    const apart = Math.abs(endSeconds - oldest.endSeconds);
    const isLike = group === oldest.group && target === oldest.target && inWindow(targetSeconds, window);
    return isLike && apart > ONE_INSTANT_SECONDS && apart <= AROUND_SECONDS;
  });
  const each = (around.length * tally.elb502) / failures.length / (2 * AROUND_SECONDS);
  const byTimeout = 1 - Math.exp(-each * 2 * ONE_INSTANT_SECONDS);
  return Math.min(1, byTimeout + (window.high - window.low) / window.low);
}

/**
 * Whether targets stopped because a server killed what took too long: with most stops, and with far more than luck would
 * have it, a request ended that had worked for one and the same time.
 */
export function areAtTimeout(view: LogView, stops: readonly Stop[]): boolean {
  if (stops.length < FEWEST_STOPS) return false;
  const oldest = stops.flatMap((stop) => oldestOf(view, stop) ?? []);
  const window = timeoutOf(oldest);
  if (window === null) return false;
  const timed = oldest.filter(({ targetSeconds }) => inWindow(targetSeconds, window)).length;
  if (timed < MOST_STOPS * stops.length) return false;
  const chances = oldest.map((failure) => chanceAt(view, failure, window));
  return chanceOfAtLeast(timed, chances) <= LARGEST_CHANCE;
}
