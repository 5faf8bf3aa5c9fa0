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
  const closed = observations.filter((seen) => seen.kind === 'closed');
  const answered = secondsOf(observations, 'answered');
  const unanswered = observations.filter((seen) => seen.kind === 'unanswered');
  const firstDead = shortest(unanswered);
  const firstClosed = shortest(closed);
  if (firstClosed && !(firstDead && isMuteBefore(firstDead, firstClosed.idleSeconds))) {
    const seconds = firstClosed.idleSeconds;
    const later = observations.filter(
      (seen) => seen !== firstClosed && (seen.kind === 'closed' || seen.kind === 'unanswered'),
    );
    return {
      seconds: rounded(seconds),
      by: firstClosed.by,
      trials: closed.map((seen) => rounded(seen.idleSeconds)),
      confirmation: {
        answeredAfterSeconds: longest(answered.filter((at) => at < seconds)),
        deadAfterSeconds: roundedOrNull(shortest(later)?.idleSeconds),
      },
    };
  }
  if (firstDead) return summarizeDead(firstDead, unanswered, answered);
  const open = longest(answered) ?? longest(secondsOf(observations, 'open'));
  return open === null ? undefined : { openAfterSeconds: open, muteAfterSeconds: null };
}

/** Nobody saw an end, yet a second request failed: dropped in silence (answered by RST), or mute. */
function summarizeDead(firstDead: Dead, unanswered: readonly Dead[], answered: readonly number[]): IdleClose {
  const alive = longest(answered.filter((at) => at < firstDead.idleSeconds));
  if (firstDead.how === 'silent') {
    return { openAfterSeconds: alive ?? 0, muteAfterSeconds: rounded(firstDead.idleSeconds) };
  }
  return {
    seconds: alive ?? 0,
    by: firstDead.how,
    trials: unanswered.map((seen) => rounded(seen.idleSeconds)),
    confirmation: { answeredAfterSeconds: alive, deadAfterSeconds: rounded(firstDead.idleSeconds) },
  };
}

type Dead = Extract<Observation, { kind: 'unanswered' }>;

/** A request that meets the FIN on its way fails a moment before: that is the close, not muteness. */
function isMuteBefore(dead: Dead, closedSeconds: number): boolean {
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
