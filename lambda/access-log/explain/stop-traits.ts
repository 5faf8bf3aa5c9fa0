import { lowerBound } from '../keep-alive/pool.ts';
import type { Failure } from '../tally/failure.ts';
import { groupsOf, isOnTlsPort, type LogView, targetsOf } from './log-view.ts';
import { answeredBetween, atOneInstant, isRemembered, type Stop } from './stop.ts';
import { answeredSent, streamIndex } from './stream-index.ts';

/** Lines have milliseconds, and the clocks of nodes differ. */
const CLEARLY_LATER_SECONDS = 0.005;
const DIFFERENT_AGE_SECONDS = 0.1;
/** What is at its end may take requests for so long. */
const ENDING_SECONDS = 1;
/** A process that ended takes no more requests; of those that are sent to one that did not, so few are refused. */
const MOST_REFUSED_WHILE_TAKING = 0.1;
/** No server that has to be started again answers sooner than this; nor is what is sent at its very end told from before. */
const SOONEST_RESTART_SECONDS = 0.5;
const VERY_END_SECONDS = 0.02;
/** A load balancer waits no longer for a connection. */
const LONGEST_CONNECT_SECONDS = 10;
/** Requests that end together, none of them younger than this, ended with their target's time, not its life. */
const DRAINED_SECONDS = 5;
/** A target that is sent requests again was drained only if it would have been sent so many meanwhile. */
const FEWEST_MISSED = 5;
/** A target is new if the log has this much of the group before its first answer. */
const NEW_SECONDS = 15;
/** What replaces a target comes up this long before it ends, or after. */
const REPLACED_BEFORE_SECONDS = 120;
const REPLACED_AFTER_SECONDS = 20;
/** What takes the place of a target that died is noticed to be missed, and started, within this. */
const REPLACED_LATE_SECONDS = 300;
/** A target that answers no more is gone if others answer for at least this long. */
const GONE_SECONDS = 60;

/** A deployment replaces a target of several within this time of another. */
const OF_ONE_DEPLOYMENT_SECONDS = 900;
const FEWEST_BESIDE = 2;

/** What a stretch of failures looks like. */
export interface StopTraits {
  /** Requests that had been sent, and were cut off. */
  readonly cut: number;
  /** Most were sent to it clearly after the first had failed, and hardly any was refused. */
  readonly isTaking: boolean;
  /** Requests that were refused: -1 in all times. */
  readonly refused: number;
  /** Of the requests that were cut off, those that did not end with the most: a process that dies ends all at once. */
  readonly apart: number;
  /** Most of them ended at one instant, and were of different age. */
  readonly together: boolean;
  /** Requests that the target had when the first failed, and answered after the last. */
  readonly survivors: number;
  readonly answeredWhileRefusing: number;
  /** Requests that got a 504 at the time: nothing answered when the load balancer wanted a connection. */
  readonly connectTimeouts: number;
  /** What was sent right after its work broke off: `answered` alone, or none of it; null where nothing was. */
  readonly rightAfter: 'answered' | 'failed' | null;
  /** The target never answered again, while others did. */
  readonly isGone: boolean;
  /** A target that was new took up work around this time. */
  readonly isReplaced: boolean;
  /** None was there when it ended, and one took up work in the minutes after: nobody had planned for it. */
  readonly isReplacedLate: boolean;
  /** It ended, and of several others that were there none did so, and at most one began, for a quarter of an hour. */
  readonly isAlone: boolean;
  /** It had been sent nothing for a while when its last requests ended. */
  readonly isDrained: boolean;
  readonly isOnTlsPort: boolean;
  readonly lastedSeconds: number;
  /** Requests that the target has at any time on average. */
  readonly inFlight: number;
}

function survivorsOf({ target, firstSeconds, lastSeconds }: Stop): number {
  let survivors = 0;
  for (const stream of target.streams.values()) {
    const { sent, ends } = streamIndex(stream);
    for (let at = 0; at < ends.length; at++)
      if ((sent[at] ?? 0) < firstSeconds && (ends[at] ?? 0) > lastSeconds + CLEARLY_LATER_SECONDS)
        survivors++;
  }
  return survivors;
}

/** Whether requests are of different age, as they are if it is not their work that ended them. */
const areOfDifferentAge = (failures: readonly Failure[]): boolean => {
  const sent = failures.map(({ sentSeconds }) => sentSeconds);
  return Math.max(...sent) - Math.min(...sent) >= DIFFERENT_AGE_SECONDS;
};

/** Whether a target of the group that was not there before took up work between two times. */
function hasNewTarget(
  view: LogView,
  { group, target }: Stop,
  lowSeconds: number,
  highSeconds: number,
): boolean {
  const tally = view.tally.groups.get(group);
  const low = Math.max(lowSeconds, view.tally.firstLineSeconds + NEW_SECONDS);
  return (
    tally !== undefined &&
    targetsOf(tally).some(
      ({ firstAnswerSeconds, target: other }) =>
        other !== target.target && firstAnswerSeconds >= low && firstAnswerSeconds <= highSeconds,
    )
  );
}

/** Whether a target ended while others of its group went on: a deployment replaces them all. */
function isAlone({ tally }: LogView, { group, target, firstSeconds, lastSeconds }: Stop): boolean {
  const [low, high] = [firstSeconds - OF_ONE_DEPLOYMENT_SECONDS, lastSeconds + OF_ONE_DEPLOYMENT_SECONDS];
  const own = tally.groups.get(group);
  if (own === undefined || tally.firstLineSeconds > low || tally.lastLineSeconds < high) return false;
  const others = targetsOf(own).filter((other) => other.target !== target.target);
  const isIn = (seconds: number) => seconds >= low && seconds <= high;
  const began = others.filter(({ firstAnswerSeconds }) => isIn(firstAnswerSeconds)).length;
  const beside = others.filter(
    ({ firstAnswerSeconds, lastAnswerSeconds }) => firstAnswerSeconds < low && lastAnswerSeconds > high,
  ).length;
  const hasEnded = others.some(({ lastAnswerSeconds }) => isIn(lastAnswerSeconds));
  return beside >= FEWEST_BESIDE && began <= 1 && !hasEnded;
}

/** When the last request was sent to a target before a time, answered or not; null where that is forgotten. */
function lastSentBefore({ failures }: LogView, { members, target }: Stop, seconds: number): number | null {
  let last = Number.NEGATIVE_INFINITY;
  for (const at of members) last = Math.max(last, failures[at]?.sentSeconds ?? last);
  if (target.lastSentSeconds < seconds) return Math.max(last, target.lastSentSeconds);
  for (const stream of target.streams.values()) {
    const sent = answeredSent(stream);
    last = Math.max(last, sent[lowerBound(sent, seconds) - 1] ?? last);
  }
  return isRemembered(target, last) ? last : null;
}

/** Whether a target had been sent nothing for a while, longer than it is by chance, when its last requests ended. */
export function isDrained(view: LogView, stop: Stop): boolean {
  const { target, lastSeconds } = stop;
  const last = lastSentBefore(view, stop, lastSeconds);
  if (last === null || lastSeconds - last < DRAINED_SECONDS) return false;
  const expected = ((lastSeconds - last) * target.requests) / view.spanSeconds;
  return target.lastSentSeconds < lastSeconds || expected >= FEWEST_MISSED;
}

/** Whether a connection was refused: the answer to that comes sooner than where a target was at work. */
export const wasRefused = ({ targetSeconds, sentSeconds, endSeconds }: Failure): boolean =>
  targetSeconds < 0 && endSeconds - sentSeconds <= LONGEST_CONNECT_SECONDS;

/** Whether a target went on taking requests after the first of these failures. */
function isTaking(failures: readonly Failure[], cut: readonly Failure[], firstSeconds: number): boolean {
  const taken = cut.filter(({ sentSeconds }) => sentSeconds > firstSeconds + ENDING_SECONDS);
  return (
    taken.length * 2 > failures.length &&
    failures.length - cut.length <= MOST_REFUSED_WHILE_TAKING * failures.length
  );
}

/** How a target took what was sent to it before any server could have been started again. */
function rightAfter(
  { target }: Stop,
  failures: readonly Failure[],
  atOnce: readonly Failure[],
): StopTraits['rightAfter'] {
  const ended = atOnce.at(-1)?.endSeconds;
  if (ended === undefined) return null;
  const [low, high] = [ended + VERY_END_SECONDS, ended + SOONEST_RESTART_SECONDS];
  if (failures.some(({ sentSeconds }) => sentSeconds >= low && sentSeconds < high)) return 'failed';
  return answeredBetween(target, low, high) > 0 ? 'answered' : null;
}

/** Looks at a stretch of failures. */
export function traitsOfStop(view: LogView, stop: Stop): StopTraits {
  const failures = stop.members.flatMap((at) => view.failures[at] ?? []);
  const cut = failures.filter((failure) => !wasRefused(failure));
  const atOnce = atOneInstant(cut);
  const { target, lastSeconds, firstSeconds } = stop;
  let answeredWhileRefusing = 0;
  for (const stream of target.streams.values()) answeredWhileRefusing += stream.answeredWhileRefusing;
  const isGone =
    target.lastAnswerSeconds <= lastSeconds + 1 && view.tally.lastLineSeconds > lastSeconds + GONE_SECONDS;
  const isReplaced = hasNewTarget(
    view,
    stop,
    firstSeconds - REPLACED_BEFORE_SECONDS,
    firstSeconds + REPLACED_AFTER_SECONDS,
  );
  const comesLate = hasNewTarget(view, stop, lastSeconds, lastSeconds + REPLACED_LATE_SECONDS);
  return {
    cut: cut.length,
    isTaking: isTaking(failures, cut, firstSeconds),
    refused: failures.length - cut.length,
    apart: cut.length - atOnce.length,
    together: atOnce.length * 2 >= cut.length && areOfDifferentAge(atOnce),
    survivors: survivorsOf(stop),
    answeredWhileRefusing,
    connectTimeouts: Math.round(
      target.connectTimeouts?.countBetween(
        firstSeconds - LONGEST_CONNECT_SECONDS,
        lastSeconds + LONGEST_CONNECT_SECONDS,
      ) ?? 0,
    ),
    rightAfter: rightAfter(stop, failures, atOnce),
    isGone,
    isReplaced,
    isReplacedLate: isGone && !isReplaced && comesLate,
    isAlone: isGone && isAlone(view, stop),
    isDrained: isDrained(view, stop),
    isOnTlsPort: isOnTlsPort(view, target.target),
    lastedSeconds: lastSeconds - firstSeconds,
    inFlight: target.busySeconds / view.spanSeconds,
  };
}

/** How many targets of the groups there are. */
export function targetCountOf(view: LogView): number {
  let count = 0;
  for (const [, group] of groupsOf(view)) count += targetsOf(group).length;
  return count;
}
