import type { LogView } from './log-view.ts';
import type { Stop } from './stop.ts';
import { targetCountOf } from './stop-traits.ts';

/** A round of restarts takes longer than an instant. */
const SHORTEST_ROUND_SECONDS = 10;
/** A pause this much longer than the one in the middle separates rounds. */
const PAUSE_BETWEEN_ROUNDS = 6;
const SEVERAL_TARGETS = 3;
/** Of the stops at least so many belong to rounds, or there are none. */
const LEAST_IN_ROUNDS = 0.75;
/**
 * Pauses between restarts that wait for each other are alike (a gamma distribution of this shape: they differ by a third),
 * those between processes that die of themselves are exponential. Nats for each pause if all are the same, and what
 * their unlikeness takes off, by the logarithm of the mean over the geometric mean.
 */
const SHAPE = 8;
const ALIKE_NATS = 1.111;
const UNLIKE_NATS = SHAPE - 1;
/** Processes that were started together and leak die in such a part of the log, one in so many times. */
const LEAK_SPAN = 0.3;
const LEAK_CHANCE = 0.2;
/** What takes several down within a minute may be no restart. */
const MOST_NEARNESS_NATS = 3.5;
export const MOST_NATS = 5.9;

/** Stops of which each target has one, in the order of time. */
export type Round = readonly Stop[];

const pausesOf = (round: Round): number[] =>
  round.slice(1).map(({ firstSeconds }, at) => firstSeconds - (round[at]?.firstSeconds ?? firstSeconds));

export const middleOf = (values: readonly number[]): number =>
  [...values].sort((one, other) => one - other)[values.length >> 1] ?? 0;

/** Cuts stops where a target comes again, and where nothing stopped for long. */
export function roundsOf(stops: readonly Stop[]): readonly Round[] {
  const order = [...stops].sort((one, other) => one.firstSeconds - other.firstSeconds);
  const longest = PAUSE_BETWEEN_ROUNDS * middleOf(pausesOf(order));
  const rounds: Stop[][] = [];
  for (const stop of order) {
    const round = rounds.at(-1);
    const last = round?.at(-1);
    const goesOn =
      round !== undefined &&
      last !== undefined &&
      stop.firstSeconds - last.firstSeconds <= longest &&
      round.every(({ target }) => target !== stop.target);
    if (goesOn) round.push(stop);
    else rounds.push([stop]);
  }
  return rounds;
}

const spanOf = (round: Round): number => (round.at(-1)?.firstSeconds ?? 0) - (round[0]?.firstSeconds ?? 0);

/** One target after the other: each is back before the next one stops. */
const isOneByOne = (round: Round): boolean =>
  round.length > 1 &&
  spanOf(round) >= SHORTEST_ROUND_SECONDS &&
  round.every((stop, at) => stop.lastSeconds <= (round[at + 1]?.firstSeconds ?? Number.POSITIVE_INFINITY));

/** How much better pauses agree with restarts that wait for each other than with chance; a single one says nothing. */
function likenessNats(pauses: readonly number[]): number {
  const mean = pauses.reduce((sum, pause) => sum + pause, 0) / pauses.length;
  const unlike = pauses.reduce((sum, pause) => sum + Math.log(mean / Math.max(1e-3, pause)), 0);
  return ALIKE_NATS * (pauses.length - 1) - UNLIKE_NATS * unlike;
}

/** How much less often processes that die of themselves do so this close together, and each once a round. */
function nearnessNats(rounds: readonly Round[], spanSeconds: number, targets: number): number {
  const count = rounds.reduce((sum, { length }) => sum + length, 0);
  const free = count - rounds.length;
  const part = rounds.reduce((sum, round) => sum + spanOf(round), 0) / spanSeconds;
  const near = -Math.log(LEAK_CHANCE * (free + 1)) - free * Math.log(part / LEAK_SPAN);
  if (rounds.length === 1) return near;
  let eachOnce = 0;
  for (const round of rounds)
    for (let at = 0; at < round.length; at++) eachOnce += Math.log(targets / Math.max(1, targets - at));
  return near + eachOnce;
}

/**
 * How seldom processes that each die when their own time is up lie this close together, next to the time from one round
 * to the next: nats. Where their times are alike, each dies once a round, and all pauses come again; only how they lie to
 * each other is chance, once. A single round says nothing of such a time.
 */
function ownTimesNats(rounds: readonly Round[]): number {
  if (rounds.length === 1) return Number.POSITIVE_INFINITY;
  const stops = rounds.reduce((sum, { length }) => sum + length, 0) / rounds.length;
  const span = rounds.reduce((sum, round) => sum + spanOf(round), 0) / rounds.length;
  const untilNext = middleOf(pausesOf(rounds.flatMap(([first]) => first ?? [])));
  return -Math.log(stops) - (stops - 1) * Math.log(span / untilNext);
}

/**
 * How much better stops agree with rounds of restarts, target after target, than with processes that die of themselves:
 * nats, 0 where they do not agree better.
 */
export function restartRoundNats(view: LogView, stops: readonly Stop[]): number {
  const targets = new Set(stops.map(({ target }) => target.target)).size;
  const rounds = roundsOf(stops).filter(isOneByOne);
  const inRounds = rounds.reduce((sum, { length }) => sum + length, 0);
  if (inRounds < SEVERAL_TARGETS || inRounds < LEAST_IN_ROUNDS * stops.length) return 0;
  if (targets < targetCountOf(view) / 2) return 0;
  const nearness = Math.min(MOST_NEARNESS_NATS, nearnessNats(rounds, view.spanSeconds, targets));
  const nats = nearness + likenessNats(rounds.flatMap(pausesOf));
  return Math.max(0, Math.min(MOST_NATS, nats, ownTimesNats(rounds)));
}
