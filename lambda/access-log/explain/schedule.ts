import { lowerBound } from '../keep-alive/pool.ts';
import { mayBeClose } from '../tally/failure.ts';
import { CLOCK_PERIODS_SECONDS, type TimeWindow, windowsOf } from './clock-phase.ts';
import type { Candidate } from './explanation.ts';
import { period, seconds } from './fact-text.ts';
import { groupsOf, type LogView, streamsOfGroup } from './log-view.ts';
import { explainedBy, oddsOf } from './odds.ts';
import { placeOf } from './place.ts';
import { streamIndex } from './stream-index.ts';

const FEWEST_FAILURES = 4;
/** Parts of the period within which they come: what is wider is no schedule. */
const PARTS = Array.from({ length: 8 }, (_, halved) => 0.05 / 2 ** halved);

/** When something came, as a schedule counts it. */
interface Clock {
  /** NaN where it does not say. */
  readonly timeOf: (atSeconds: number) => number;
  /** Length of the period that a time would be a part of. */
  readonly periodAt: (time: number) => number;
  /** Where times are counted round: how many make a turn. */
  readonly turnSeconds: number | null;
  readonly factOf: (window: Window) => string;
}

/** As wide as may be, whatever it holds. */
interface Window extends TimeWindow {
  readonly nats: number;
}

/** How far a time lies beyond the begin of a window, where times may be counted round. */
const beyond = (time: number, low: number, turn: number | null): number =>
  turn === null ? time - low : (((time - low) % turn) + turn) % turn;

const holds = ({ turnSeconds }: Clock, { low, width }: Window, time: number): boolean => {
  const past = beyond(time, low, turnSeconds);
  return past >= 0 && past <= width;
};

/** The window that has more failures than chance would give it, most of all. */
function densest({ periodAt, turnSeconds }: Clock, times: readonly number[]): Window | null {
  const sorted = [...times].sort((one, other) => one - other);
  let best: Window | null = null;
  for (const part of PARTS) {
    const widthAt = (low: number): number => part * periodAt(low);
    for (const { low, count } of windowsOf(sorted, turnSeconds, (from, width) => width <= widthAt(from))) {
      const nats = count * Math.log(1 / part);
      if (count >= FEWEST_FAILURES && nats > (best?.nats ?? 0))
        best = { low, width: widthAt(low), count, nats };
    }
  }
  return best;
}

const phaseOf = (turnSeconds: number): Clock => ({
  timeOf: (at) => at % turnSeconds,
  periodAt: () => turnSeconds,
  turnSeconds,
  factOf: ({ width }) => `came at one time of every ${period(turnSeconds / 60)}, within ${seconds(width)}`,
});

/** @param failed - when requests failed, sorted */
const sinceFailure = (failed: Float64Array): Clock => ({
  timeOf: (at) => at - (failed[lowerBound(failed, at) - 1] ?? Number.NaN),
  periodAt: (time) => time,
  turnSeconds: null,
  factOf: ({ low, width }) =>
    `came ${seconds(low + width / 2)} after the failure before, within ${seconds(width)}`,
});

/** How many answered requests there are, and how many of them came at such a time. */
function answeredIn(view: LogView, clock: Clock, window: Window): { inside: number; answered: number } {
  let [inside, answered] = [0, 0];
  for (const [, group] of groupsOf(view))
    for (const stream of streamsOfGroup(group)) {
      const { sent } = streamIndex(stream);
      answered += sent.length;
      for (const at of sent) if (holds(clock, window, clock.timeOf(at))) inside++;
    }
  return { inside, answered };
}

/** Counts failures of one turn of a clock once together: one thing may have ended them all. */
function turnWeights(
  { failures }: LogView,
  { turnSeconds }: Clock,
  { low }: Window,
): Pick<Candidate, 'weights'> {
  if (turnSeconds === null) return {};
  const turns = failures.map(({ sentSeconds }) => Math.floor((sentSeconds - low) / turnSeconds));
  return {
    weights: (left) => {
      const sums = new Map<number, number>();
      for (const [at, turn] of turns.entries()) sums.set(turn, (sums.get(turn) ?? 0) + (left[at] ?? 0));
      return left.map((weight, at) => weight / Math.max(1, sums.get(turns[at] ?? 0) ?? 1));
    },
  };
}

/** A schedule that is worth a comparison: what failed at such a time, over how often anything comes then. */
function candidateOf(view: LogView, clock: Clock, window: Window, searched: number): Candidate {
  const { inside, answered } = answeredIn(view, clock, window);
  const chance = (inside + window.count) / (answered + window.count + 1);
  return {
    kind: 'client',
    isSchedule: true,
    ...turnWeights(view, clock, window),
    ratios: Float64Array.from(view.failures, (failure) => {
      const time = clock.timeOf(failure.sentSeconds);
      if (!mayBeClose(failure) || Number.isNaN(time)) return 1;
      return holds(clock, window, time) ? 1 / chance : 0;
    }),
    searchedNats: Math.log((searched * PARTS.length * clock.periodAt(window.low)) / window.width),

    statement: (responsible) => ({
      fact: `${clock.factOf(window)}: so fails a job at each of its runs, or what a target does at such times, whatever the age of connections`,
      where: placeOf(view, explainedBy(view, responsible)),
      causes: oddsOf([
        ['malformed-response', 0.4],
        ['response-header-too-large', 0.1],
        ['deployment', 0.1],
      ]),
    }),
  };
}

/**
 * Failures that come at one time of the clock, or one after another at one distance: a job that fails at each run. Each
 * failure ends its connection, so that the next one finds a connection nearly as old as the pause between them; but the
 * age of a connection counts from when it was opened, which keeps to no clock.
 *
 * @param leastNats - what it has to gain to be worth a comparison
 * @param ofClocksAlone - whether what counts from the failure before is none: so does a limit of requests that come evenly
 * @returns those of the longest period first
 */
export function schedules(
  view: LogView,
  weights: Float64Array,
  leastNats: number,
  ofClocksAlone = false,
): Candidate[] {
  const failed = Float64Array.from(
    view.failures.filter((failure, at) => mayBeClose(failure) && (weights[at] ?? 0) > 0.3),
    ({ sentSeconds }) => sentSeconds,
  ).sort();
  const clocks = [...CLOCK_PERIODS_SECONDS.map(phaseOf), ...(ofClocksAlone ? [] : [sinceFailure(failed)])];
  return clocks.flatMap((clock) => {
    const window = densest(
      clock,
      Array.from(failed, clock.timeOf).filter((time) => time > 0),
    );
    return window === null || window.nats < leastNats
      ? []
      : [candidateOf(view, clock, window, clocks.length)];
  });
}
