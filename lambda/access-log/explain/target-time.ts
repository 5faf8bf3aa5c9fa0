import type { Failure } from '../tally/failure.ts';
import type { Explain } from './explanation.ts';
import { seconds } from './fact-text.ts';
import { groupsOf, type LogView, streamsOfGroup } from './log-view.ts';
import { type CauseOdds, explainedBy, oddsOf } from './odds.ts';
import { placeOf } from './place.ts';
import { streamIndex } from './stream-index.ts';

/** Target times from here on are work, not the network. */
const SHORTEST_SECONDS = 0.1;
const LONGEST_SECONDS = 4000;
/** No server is set to kill its workers sooner. */
const SHORTEST_TIMEOUT_SECONDS = 0.9;
const FEWEST_FAILURES = 3;
/** So few within a wide window say little. */
const FEW_FAILURES = 10;
/** What fewer callers ask of one route may take them about as long each time. */
const SEVERAL_CLIENTS = 3;
/** A path that always fails after the same long work may meet a timeout each time. */
const LONG_WORK_SECONDS = 2;
const SURELY_LONG_SECONDS = 5;
/** What takes so long in the middle and breaks off is more often cut short than answered badly. */
const CUT_SHORT_SECONDS = 20;
const FEWEST_SHORTER = 3;
/** What one process worked on ends within this time when it is killed. */
const ONE_INSTANT_SECONDS = 0.05;
const MOST_AT_TIMEOUT = 0.8;
const LEAST_AT_TIMEOUT = 0.4;
const LARGEST_ANSWERED_SHARE = 0.1;
/** A server's check of its workers may be exact, or run about once a second. */
const SLACKS = [
  { relative: 0.004, seconds: 0.004 },
  { relative: 0.02, seconds: 0.02 },
  { relative: 0.005, seconds: 1.05 },
];
/** A window wider than this share of its place is no timeout. */
const WIDEST_SHARE = 0.6;
/** Ordinary work of one path spreads as widely as a timeout that is looked at once a second, but not as narrowly. */
const NARROW_SHARE = 0.12;
/** With fewer answered requests nothing says how long ordinary work takes. */
const FEWEST_ANSWERED = 20;
/** From so many failures beside the window on, they are taken for one spread with those in it. */
const PRIOR_FAILURES = 0.5;

/** Times of work that are taken for one. */
interface Window {
  readonly low: number;
  readonly high: number;
}

export const inWindow = (value: number, { low, high }: Window): boolean => value >= low && value <= high;

const isNarrow = ({ low, high }: Window): boolean => high - low <= NARROW_SHARE * low;

/** Of answered requests, on the same route where there are some, how many took as long. */
function answeredShare({ tally }: LogView, route: number, window: Window): number {
  const { paths, targetSeconds } = tally.answered;
  let [all, inside, ofRoute, insideOfRoute] = [0, 0, 0, 0];
  for (let at = 0; at < paths.length; at++) {
    const took = targetSeconds[at] ?? -1;
    if (took < SHORTEST_SECONDS) continue;
    const hit = inWindow(took, window) ? 1 : 0;
    all++;
    inside += hit;
    if ((paths[at] ?? 0) >>> 16 !== route) continue;
    ofRoute++;
    insideOfRoute += hit;
  }
  const whole = inside / Math.max(20, all);
  return ofRoute < 5 ? whole : Math.max(whole, insideOfRoute / ofRoute);
}

/**
 * Chance that a failure of another cause took as long: by answered requests, and by the failures on either side, where
 * those of any spread that is not a timeout go on.
 */
function chanceOf(view: LogView, times: readonly number[], route: number, window: Window): number {
  const { low, high } = window;
  const width = Math.max(1e-3, high - low);
  const byLuck = width / (low * Math.log(LONGEST_SECONDS / SHORTEST_SECONDS));
  const before = times.filter((time) => time >= low - width && time < low).length;
  const after = times.filter((time) => time > high && time <= high + width).length;
  const byOthers = (Math.max(before, after) + PRIOR_FAILURES) / (times.length + 1);
  return Math.min(1, Math.max(byLuck, byOthers, answeredShare(view, route, window)));
}

function windowsOf(times: readonly number[]): (Window & { readonly hits: number })[] {
  const best: (Window & { hits: number })[] = [];
  for (const slack of SLACKS) {
    let end = 0;
    let most: (Window & { hits: number }) | null = null;
    for (let start = 0; start < times.length; start++) {
      const low = times[start] ?? 0;
      const reach = low * (1 + slack.relative) + slack.seconds;
      while (end < times.length && (times[end] ?? 0) <= reach) end++;
      if (low < SHORTEST_TIMEOUT_SECONDS || reach - low > WIDEST_SHARE * low) continue;
      if (end - start > (most?.hits ?? 0)) most = { low, high: reach, hits: end - start };
    }
    if (most !== null && most.hits >= FEWEST_FAILURES) best.push(most);
  }
  return best;
}

/** How long the target had worked on what broke off, in order. */
const workSecondsOf = (failures: readonly Failure[]): readonly number[] =>
  failures
    .filter(({ signature }) => signature === 'midRequest')
    .map(({ targetSeconds }) => targetSeconds)
    .sort((a, b) => a - b);

/** The one long time of work after which several of these failures broke off; null where there is none. */
export function timeoutOf(failures: readonly Failure[]): Window | null {
  const windows = windowsOf(workSecondsOf(failures));
  return windows.find((window) => isNarrow(window) && window.low >= LONG_WORK_SECONDS) ?? null;
}

/** Whether failures on one route look like those of a timeout; `likely` where its answered requests took much less. */
type TimeoutSign = 'none' | 'possible' | 'likely';

/** Whether nothing on this route was ever answered, and all of it broke off after long work of about one length. */
function isAlikeAfterLongWork({ tally }: LogView, route: number, times: readonly number[]): boolean {
  const [low, high] = [times[Math.floor(times.length * 0.1)], times[Math.floor(times.length * 0.9)]];
  if (low === undefined || high === undefined || times.length < FEWEST_FAILURES) return false;
  if (low < SURELY_LONG_SECONDS || !isNarrow({ low, high })) return false;
  return tally.answered.paths.every((path) => path >>> 16 !== route);
}

/**
 * How many requests of a route were answered sooner, as far as it matters. A rare route has hardly a place in the
 * sample of all answers; what is remembered of each target has more of it.
 */
function answeredSooner(view: LogView, route: number, seconds: number): number {
  const { paths, targetSeconds } = view.tally.answered;
  let sooner = 0;
  for (let at = 0; at < paths.length; at++)
    if ((paths[at] ?? 0) >>> 16 === route && (targetSeconds[at] ?? 0) < seconds) sooner++;
  if (sooner >= FEWEST_SHORTER) return sooner;
  sooner = 0;
  for (const [, group] of groupsOf(view))
    for (const stream of streamsOfGroup(group)) {
      const { paths, ends, sent } = streamIndex(stream);
      for (let at = 0; at < ends.length && sooner < FEWEST_SHORTER; at++)
        if ((paths[at] ?? 0) >>> 16 === route && (ends[at] ?? 0) - (sent[at] ?? 0) < seconds) sooner++;
    }
  return sooner;
}

/**
 * Whether most of these failures are at the timeout, or ended with one that is: it ended the process that worked on
 * both.
 */
function isMostAtTimeout(failures: readonly Failure[], window: Window & { readonly hits: number }): boolean {
  if (window.hits >= MOST_AT_TIMEOUT * failures.length) return true;
  if (window.hits < LEAST_AT_TIMEOUT * failures.length) return false;
  const instantOf = ({ target, endSeconds }: Failure, later: number) =>
    `${target} ${Math.floor(endSeconds / ONE_INSTANT_SECONDS) + later}`;
  const late = failures.filter(({ targetSeconds }) => inWindow(targetSeconds, window));
  const instants = new Set(late.map((failure) => instantOf(failure, 0)));
  const ended = failures.filter((failure) =>
    [-1, 0, 1].some((later) => instants.has(instantOf(failure, later))),
  );
  return ended.length >= MOST_AT_TIMEOUT * failures.length;
}

/** Whether most of these failures, all on one route, broke off after one time of work, as they do at a timeout. */
export function timeoutSignOf(view: LogView, failures: readonly Failure[]): TimeoutSign {
  const times = workSecondsOf(failures);
  const route = (failures[0]?.packedPath ?? 0) >>> 16;
  const window = windowsOf(times).find(
    (each) =>
      each.low >= LONG_WORK_SECONDS &&
      isMostAtTimeout(failures, each) &&
      answeredShare(view, route, each) < LARGEST_ANSWERED_SHARE,
  );
  if (window === undefined) {
    if (isAlikeAfterLongWork(view, route, times)) return 'possible';
    const middle = times[times.length >> 1] ?? 0;
    const isMost = times.length >= MOST_AT_TIMEOUT * failures.length;
    return isMost && middle >= CUT_SHORT_SECONDS ? 'possible' : 'none';
  }
  if (answeredSooner(view, route, window.low) >= FEWEST_SHORTER)
    return isNarrow(window) || window.low >= SURELY_LONG_SECONDS ? 'likely' : 'possible';
  return isNarrow(window) ? 'possible' : 'none';
}

/**
 * A path that never answers may take that long each time, as a long poll does, and fail for another reason; and few
 * failures within a wide window may be ordinary work, as may those of one caller on one route.
 */
function causesOf(view: LogView, failures: readonly Failure[], window: Window): CauseOdds {
  const [first] = failures;
  const packed = (first?.packedPath ?? 0) >>> 16;
  const isOneRoute = failures.every(({ route }) => route === first?.route);
  if (isOneRoute && answeredSooner(view, packed, window.low) < FEWEST_SHORTER)
    return oddsOf([
      ['worker-timeout', 0.5],
      ['malformed-response', 0.35],
      ['response-header-too-large', 0.08],
    ]);
  const callers = new Set(failures.map(({ client }) => client)).size;
  const isOneHabit = isOneRoute && callers < SEVERAL_CLIENTS;
  const isVague = !isNarrow(window) && (failures.length < FEW_FAILURES || isOneHabit);
  return oddsOf([
    ['worker-timeout', isVague ? 0.6 : 0.95],
    ['malformed-response', isVague ? 0.2 : 0.03],
    ['target-crash', 0.02],
  ]);
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
          fact: `broke off after ${seconds(middle)} of work (${seconds(own[0] ?? middle)} to ${seconds(own.at(-1) ?? middle)})`,
          where: placeOf(view, explained),
          causes: causesOf(view, explained, window),
        };
      },
    };
  });
};
