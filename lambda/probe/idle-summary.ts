import type { Observation } from './idle-watch.ts';

/** How a target ends an idle connection. */
export type IdleClose =
  | {
      /** The shortest of the trials: what every connection was granted. */
      readonly seconds: number;
      readonly by: 'fin' | 'rst' | 'response-close';
      readonly trials: readonly number[];
      /** Second requests around the value; null where none could be sent. */
      readonly confirmation: Confirmation;
    }
  | {
      /** The longest idle time after which a second request was answered. */
      readonly openAfterSeconds: number;
      /** The shortest after which none was, though the connection looked open; null where there is none. */
      readonly muteAfterSeconds: number | null;
    };

export interface Confirmation {
  /** The longest idle time, below the value, after which a second request was answered. */
  readonly answeredAfterSeconds: number | null;
  /** The shortest idle time, above the value, at which another connection was found dead. */
  readonly deadAfterSeconds: number | null;
}

/** Timer and event loop on both sides: what a measured time may be off by, in seconds. */
export const MEASUREMENT_ERROR_SECONDS = 0.05;

/**
 * Draws the conclusion from what was seen on several connections. Undefined where nothing was: no
 * connection stayed long enough to tell.
 */
export function summarizeIdle(observations: readonly Observation[]): IdleClose | undefined {
  const closed = mostCertain(observations.filter((seen) => seen.kind === 'closed'));
  const firstClosed = shortest(closed);
  const firstDead = shortest(observations.filter((seen) => seen.kind === 'unanswered'));
  if (firstDead && (!firstClosed || isClearlyBefore(firstDead, firstClosed.idleSeconds))) {
    return diedBefore(firstDead, closed, observations);
  }
  if (firstClosed) return closing(firstClosed.idleSeconds, firstClosed.by, closed, observations);
  const open = longest(secondsOf(observations, 'answered')) ?? longest(secondsOf(observations, 'open'));
  return open === null ? undefined : { openAfterSeconds: open, muteAfterSeconds: null };
}

/** A second request failed well before any connection was seen to be closed. */
function diedBefore(
  dead: Dead,
  closed: readonly Observation[],
  observations: readonly Observation[],
): IdleClose {
  const alive = longest(secondsOf(observations, 'answered').filter((at) => at < dead.idleSeconds)) ?? 0;
  if (dead.how === 'silent') return { openAfterSeconds: alive, muteAfterSeconds: rounded(dead.idleSeconds) };
  // A server that looks at its connections only so often may end one when a late request wakes it up: that
  // request came too late. Dropped without any FIN, nobody knows when since the last answer.
  const seconds = closed.length > 0 ? dead.idleSeconds : alive;
  return closing(seconds, dead.how, [dead, ...closed], observations);
}

function closing(
  seconds: number,
  by: 'fin' | 'rst',
  trials: readonly Observation[],
  observations: readonly Observation[],
): IdleClose {
  const answered = secondsOf(observations, 'answered').filter((at) => at <= seconds);
  const ends = [...secondsOf(observations, 'closed'), ...secondsOf(observations, 'unanswered')]
    .filter((at) => at >= seconds)
    .sort((a, b) => a - b);
  // The value's own connection does not confirm itself.
  const others = ends[0] === seconds ? ends.slice(1) : ends;
  return {
    seconds: rounded(seconds),
    by,
    trials: trials.map((seen) => rounded(seen.idleSeconds)),
    confirmation: { answeredAfterSeconds: longest(answered), deadAfterSeconds: roundedOrNull(others[0]) },
  };
}

type Closed = Extract<Observation, { kind: 'closed' }>;

/** Leaves out times that were taken late, unless there are no others. */
function mostCertain(closed: readonly Closed[]): readonly Closed[] {
  const certain = closed.filter(
    (seen) => seen.uncertainSeconds <= Math.max(MEASUREMENT_ERROR_SECONDS / 2, seen.idleSeconds / 200),
  );
  return certain.length > 0 ? certain : closed;
}

type Dead = Extract<Observation, { kind: 'unanswered' }>;

/** A request that meets the FIN on its way fails a moment before: that is the close itself. */
function isClearlyBefore(dead: Dead, closedSeconds: number): boolean {
  return dead.idleSeconds < closedSeconds * 0.99 - MEASUREMENT_ERROR_SECONDS;
}

function secondsOf(observations: readonly Observation[], kind: Observation['kind']): readonly number[] {
  return observations.filter((seen) => seen.kind === kind).map((seen) => seen.idleSeconds);
}

function shortest<T extends { readonly idleSeconds: number }>(seen: readonly T[]): T | undefined {
  return [...seen].sort((a, b) => a.idleSeconds - b.idleSeconds).at(0);
}

function longest(seconds: readonly number[]): number | null {
  return seconds.length === 0 ? null : rounded(Math.max(...seconds));
}

/** To the millisecond: more would be noise. */
export const rounded = (seconds: number): number => Math.round(seconds * 1_000) / 1_000;

const roundedOrNull = (seconds: number | undefined): number | null =>
  seconds === undefined ? null : rounded(seconds);
