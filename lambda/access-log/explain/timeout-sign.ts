import type { Failure } from '../tally/failure.ts';
import { answeredShare, isAnsweredSooner } from './answered-work.ts';
import type { LogView } from './log-view.ts';
import {
  inWindow,
  isNarrow,
  LONG_WORK_SECONDS,
  type Window,
  windowsOf,
  workSecondsOf,
} from './work-window.ts';

const FEWEST_FAILURES = 3;
const SURELY_LONG_SECONDS = 5;
/** What takes so long in the middle and breaks off is more often cut short than answered badly. */
const CUT_SHORT_SECONDS = 20;
/** What one process worked on ends within this time when it is killed. */
const ONE_INSTANT_SECONDS = 0.05;
const MOST_AT_TIMEOUT = 0.8;
const LEAST_AT_TIMEOUT = 0.4;
const LARGEST_ANSWERED_SHARE = 0.1;

/** Whether failures on one route look like those of a timeout; `likely` where its answered requests took much less. */
export type TimeoutSign = 'none' | 'possible' | 'likely';

/** Whether nothing on this route was ever answered, and all of it broke off after long work of about one length. */
function isAlikeAfterLongWork({ tally }: LogView, route: number, times: readonly number[]): boolean {
  const [low, high] = [times[Math.floor(times.length * 0.1)], times[Math.floor(times.length * 0.9)]];
  if (low === undefined || high === undefined || times.length < FEWEST_FAILURES) return false;
  if (low < SURELY_LONG_SECONDS || !isNarrow({ low, high })) return false;
  return tally.answered.paths.every((path) => path >>> 16 !== route);
}

/**
 * Whether most of these failures are at the timeout, or ended with one that is: it ended the process that worked on
 * both.
 */
function isMostAtTimeout(failures: readonly Failure[], window: Window & { readonly hits: number }): boolean {
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
  if (isAnsweredSooner(view, route, window.low))
    return isNarrow(window) || window.low >= SURELY_LONG_SECONDS ? 'likely' : 'possible';
  return isNarrow(window) ? 'possible' : 'none';
}

/** Of more keys than this each has too few failures to say for itself why it fails. */
const MOST_KEYS = 12;

/** Of several paths, routes or others, those whose own failures surely look like those of a timeout. */
export function keysAtTimeout(
  view: LogView,
  failures: readonly Failure[],
  keyOf: (failure: Failure) => number,
): ReadonlySet<number> {
  const keys = new Set(failures.map(keyOf));
  if (keys.size < 2 || keys.size > MOST_KEYS) return new Set();
  const failuresOf = (key: number) => failures.filter((failure) => keyOf(failure) === key);
  return new Set([...keys].filter((key) => timeoutSignOf(view, failuresOf(key)) === 'likely'));
}

/** The same of failures on several routes, each of which may have a timeout of its own. */
export function timeoutSignOfRoutes(view: LogView, failures: readonly Failure[]): TimeoutSign {
  const together = timeoutSignOf(view, failures);
  if (together === 'likely') return together;
  const late = keysAtTimeout(view, failures, ({ route }) => route);
  const count = failures.filter(({ route }) => late.has(route)).length;
  return late.size > 0 && count >= MOST_AT_TIMEOUT * failures.length ? 'likely' : together;
}
