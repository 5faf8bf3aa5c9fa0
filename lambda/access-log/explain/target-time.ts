import type { Failure } from '../tally/failure.ts';
import { answeredShare, isAnsweredSooner, SHORTEST_WORK_SECONDS } from './answered-work.ts';
import type { Explain } from './explanation.ts';
import { seconds } from './fact-text.ts';
import type { LogView } from './log-view.ts';
import { type CauseOdds, explainedBy, oddsOf } from './odds.ts';
import { placeOf } from './place.ts';
import { inWindow, isNarrow, SLACKS, type Window, windowsOf, workSecondsOf } from './work-window.ts';

const LONGEST_SECONDS = 4000;
/** So few within a wide window say little. */
const FEW_FAILURES = 10;
/** More beside a wide window, for each in it, are the rest of one spread. */
const MOST_BESIDE = 0.15;
/** What fewer callers ask of one route may take them about as long each time. */
const SEVERAL_CLIENTS = 3;
/** With fewer answered requests nothing says how long ordinary work takes. */
const FEWEST_ANSWERED = 20;
/** From so many failures beside the window on, they are taken for one spread with those in it. */
const PRIOR_FAILURES = 0.5;

/** How many failures took as long as the window is wide less, or more, than those in it: the more of the two. */
function besideWindow(times: readonly number[], { low, high }: Window): number {
  const width = high - low;
  const before = times.filter((time) => time >= low - width && time < low).length;
  const after = times.filter((time) => time > high && time <= high + width).length;
  return Math.max(before, after);
}

/**
 * Chance that a failure of another cause took as long: by answered requests, and by the failures on either side, where
 * those of any spread that is not a timeout go on.
 */
function chanceOf(view: LogView, times: readonly number[], route: number, window: Window): number {
  const { low, high } = window;
  const width = high - low;
  const byLuck = width / (low * Math.log(LONGEST_SECONDS / SHORTEST_WORK_SECONDS));
  const byOthers = (besideWindow(times, window) + PRIOR_FAILURES) / (times.length + 1);
  return Math.min(1, Math.max(byLuck, byOthers, answeredShare(view, route, window)));
}

/**
 * A path that never answers may take that long each time, as a long poll does, and fail for another reason; and few
 * failures within a wide window may be ordinary work, as may those of one caller on one route, and those that go on
 * beside the window.
 */
function causesOf(view: LogView, failures: readonly Failure[], window: Window): CauseOdds {
  const [first] = failures;
  const packed = (first?.packedPath ?? 0) >>> 16;
  const isOneRoute = failures.every(({ route }) => route === first?.route);
  if (isOneRoute && !isAnsweredSooner(view, packed, window.low))
    return oddsOf([
      ['worker-timeout', 0.5],
      ['malformed-response', 0.35],
      ['response-header-too-large', 0.08],
    ]);
  const callers = new Set(failures.map(({ client }) => client)).size;
  const isOneHabit = isOneRoute && callers < SEVERAL_CLIENTS;
  const isSpread = besideWindow(workSecondsOf(view.failures), window) > MOST_BESIDE * failures.length;
  const isVague = !isNarrow(window) && (failures.length < FEW_FAILURES || isOneHabit || isSpread);
  return oddsOf([
    ['worker-timeout', isVague ? 0.6 : 0.95],
    ['malformed-response', isVague ? 0.2 : 0.03],
    ['target-crash', 0.02],
  ]);
}

/** ` (29.9 s to 30.1 s)`; empty where both read the same. */
function rangeText(low: number, high: number): string {
  const [from, to] = [seconds(low), seconds(high)];
  return from === to ? '' : ` (${from} to ${to})`;
}

/** Failures broke off after one and the same time of work: a timeout of the server. */
export const explainByTargetTime: Explain = (view, weights) => {
  const { failures } = view;
  const isLate = ({ signature }: Failure) => signature === 'midRequest';
  const times = failures
    .filter((failure, at) => isLate(failure) && (weights[at] ?? 0) > 0.5)
    .map(({ targetSeconds }) => targetSeconds)
    .sort((a, b) => a - b);
  const mayBeWide = view.tally.answered.seen >= FEWEST_ANSWERED;
  const windows = windowsOf(times).filter((window) => mayBeWide || isNarrow(window));
  return windows.map((window) => {
    const chances = new Map<number, number>();
    const chanceFor = (route: number): number => {
      const known = chances.get(route) ?? chanceOf(view, times, route, window);
      chances.set(route, known);
      return known;
    };
    return {
      kind: 'target-time',
      isDoubtful: !isNarrow(window),
      ratios: Float64Array.from(failures, (failure) =>
        isLate(failure) && inWindow(failure.targetSeconds, window)
          ? 1 / chanceFor(failure.packedPath >>> 16)
          : 0,
      ),
      searchedNats: Math.log(times.length * SLACKS.length),

      statement: (responsible) => {
        const explained = explainedBy(view, responsible);
        const own = explained.map(({ targetSeconds }) => targetSeconds).sort((a, b) => a - b);
        const middle = own[own.length >> 1] ?? window.low;
        return {
          fact: `broke off after ${seconds(middle)} of work${rangeText(own[0] ?? middle, own.at(-1) ?? middle)}`,
          where: placeOf(view, explained),
          causes: causesOf(view, explained, window),
        };
      },
    };
  });
};
