import { lowerBound } from '../keep-alive/pool.ts';
import type { Failure } from '../tally/failure.ts';
import { streamsOf, type TargetTally } from '../tally/target-tally.ts';
import { groupsOf, isOnTlsPort, type LogView, targetsOf } from './log-view.ts';
import { answeredSent } from './stream-index.ts';

/** Failures of one target within this of each other, or with no answer between them, belong to one stop. */
const STOP_GAP_SECONDS = 2;
/** A target that answers more than this share of what it fails has not stopped. */
const MOST_ANSWERED = 0.4;
/** Lines have milliseconds, and the clocks of nodes differ. */
const CLEARLY_LATER_SECONDS = 0.005;
const ONE_INSTANT_SECONDS = 0.05;
const DIFFERENT_AGE_SECONDS = 0.1;
/** Requests that end together, none of them younger than this, ended with their target's time, not its life. */
const DRAINED_SECONDS = 5;
/** A target is new if the log has this much of the group before its first answer. */
const NEW_SECONDS = 15;
/** What replaces a target comes up this long before it ends, or after. */
const REPLACED_BEFORE_SECONDS = 120;
const REPLACED_AFTER_SECONDS = 20;
/** A target that answers no more is gone if others answer for at least this long. */
const GONE_SECONDS = 60;

/** Failures of one target that may have one end: it stopped. */
export interface Stop {
  readonly group: number;
  readonly target: TargetTally;
  /** Places in the view's list of failures, in the order of time. */
  readonly members: readonly number[];
  readonly firstSeconds: number;
  readonly lastSeconds: number;
}

/** How many requests were sent in a range of time that a target answered, as far as they are remembered. */
function answeredBetween(target: TargetTally, lowSeconds: number, highSeconds: number): number {
  let count = 0;
  for (const [, stream] of streamsOf(target)) {
    const sent = answeredSent(stream);
    count += lowerBound(sent, highSeconds) - lowerBound(sent, lowSeconds);
  }
  return count;
}

/** Failures of one target in the order of time, by the number of group and target. */
function failuresByTarget({ failures }: LogView): ReadonlyMap<string, number[]> {
  const byTarget = new Map<string, number[]>();
  for (const [at, { group, target }] of failures.entries()) {
    if (target < 0) continue;
    const key = `${group} ${target}`;
    const own = byTarget.get(key);
    if (own) own.push(at);
    else byTarget.set(key, [at]);
  }
  for (const own of byTarget.values())
    own.sort((a, b) => (failures[a]?.endSeconds ?? 0) - (failures[b]?.endSeconds ?? 0));
  return byTarget;
}

/** Cuts the failures of a target where nothing failed for a while, and something was answered. */
function stretches(order: readonly number[], endOf: (at: number) => number, target: TargetTally): number[][] {
  const found: number[][] = [];
  let last = Number.NEGATIVE_INFINITY;
  for (const at of order) {
    const end = endOf(at);
    const goesOn = end - last <= STOP_GAP_SECONDS || answeredBetween(target, last, end - 0.001) === 0;
    if (!goesOn || found.length === 0) found.push([]);
    found.at(-1)?.push(at);
    last = end;
  }
  return found;
}

const known = new WeakMap<LogView, readonly Stop[]>();

/** The stretches of a view; found once, for the failures are looked at again and again. */
export function stopsOf(view: LogView): readonly Stop[] {
  const stops = known.get(view) ?? stopsIn(view);
  known.set(view, stops);
  return stops;
}

/** Groups failures of each target into stretches in which it answered hardly anything. */
function stopsIn(view: LogView): readonly Stop[] {
  const { failures, tally } = view;
  const scale = tally.elb502 / Math.max(1, failures.length);
  const endOf = (at: number) => failures[at]?.endSeconds ?? 0;
  return [...failuresByTarget(view).values()].flatMap((order) => {
    const first = failures[order[0] ?? -1];
    const target = first && tally.groups[first.group]?.targets[first.target];
    if (first === undefined || target === undefined) return [];
    return stretches(order, endOf, target).flatMap((members): Stop[] => {
      const firstSeconds = endOf(members[0] ?? -1);
      const lastSeconds = endOf(members.at(-1) ?? -1);
      const lived = answeredBetween(target, firstSeconds, lastSeconds);
      // What never answered before did not stop.
      if (target.firstAnswerSeconds > firstSeconds) return [];
      if (lived > MOST_ANSWERED * members.length * scale) return [];
      return [{ group: first.group, target, members, firstSeconds, lastSeconds }];
    });
  });
}

/** What a stretch of failures looks like. */
export interface StopTraits {
  /** Requests that had been sent, and were cut off. */
  readonly cut: number;
  /** Requests that were refused: -1 in all times. */
  readonly refused: number;
  /** Of the requests that were cut off, those that did not end with the most: a process that dies ends all at once. */
  readonly apart: number;
  /** Most of them ended at one instant, and were of different age. */
  readonly together: boolean;
  /** Requests that the target had when the first failed, and answered after the last. */
  readonly survivors: number;
  readonly answeredWhileRefusing: number;
  /** The target never answered again, while others did. */
  readonly isGone: boolean;
  /** A target that was new took up work around this time. */
  readonly isReplaced: boolean;
  /** It had been sent nothing for a while when its last requests ended. */
  readonly isDrained: boolean;
  readonly isOnTlsPort: boolean;
  readonly lastedSeconds: number;
  /** Requests that the target has at any time on average. */
  readonly inFlight: number;
}

function survivorsOf({ target, firstSeconds, lastSeconds }: Stop): number {
  let survivors = 0;
  for (const [, stream] of streamsOf(target)) {
    const { starts, ends } = stream.history.exchanges();
    for (let at = 0; at < ends.length; at++)
      if ((starts[at] ?? 0) < firstSeconds && (ends[at] ?? 0) > lastSeconds + CLEARLY_LATER_SECONDS)
        survivors++;
  }
  return survivors;
}

/** The most of these failures that ended at one instant, as all do that a process had when it died. */
export function atOneInstant(failures: readonly Failure[]): readonly Failure[] {
  const order = [...failures].sort((one, other) => one.endSeconds - other.endSeconds);
  let [from, most, mostFrom] = [0, 0, 0];
  for (const [at, { endSeconds }] of order.entries()) {
    while (endSeconds - (order[from]?.endSeconds ?? 0) > ONE_INSTANT_SECONDS) from++;
    if (at + 1 - from > most) [most, mostFrom] = [at + 1 - from, from];
  }
  return order.slice(mostFrom, mostFrom + most);
}

/** Whether requests are of different age, as they are if it is not their work that ended them. */
const areOfDifferentAge = (failures: readonly Failure[]): boolean => {
  const sent = failures.map(({ sentSeconds }) => sentSeconds);
  return Math.max(...sent) - Math.min(...sent) >= DIFFERENT_AGE_SECONDS;
};

/** Whether a target of the group that was not there before took up work around this time. */
function isReplaced(view: LogView, { group, target, firstSeconds }: Stop): boolean {
  const tally = view.tally.groups[group];
  return (
    tally !== undefined &&
    targetsOf(tally).some(
      ({ firstAnswerSeconds, target: other }) =>
        other !== target.target &&
        firstAnswerSeconds >= view.tally.firstLineSeconds + NEW_SECONDS &&
        firstAnswerSeconds >= firstSeconds - REPLACED_BEFORE_SECONDS &&
        firstAnswerSeconds <= firstSeconds + REPLACED_AFTER_SECONDS,
    )
  );
}

/** Whether a target had been sent nothing for a while when its last requests ended. */
export function isDrained({ failures }: LogView, { members, target, lastSeconds }: Stop): boolean {
  let youngest = target.lastSentSeconds;
  for (const at of members) youngest = Math.max(youngest, failures[at]?.sentSeconds ?? youngest);
  return lastSeconds - youngest >= DRAINED_SECONDS;
}

/** Looks at a stretch of failures. */
export function traitsOfStop(view: LogView, stop: Stop): StopTraits {
  const failures = stop.members.flatMap((at) => view.failures[at] ?? []);
  const cut = failures.filter(({ targetSeconds }) => targetSeconds >= 0);
  const atOnce = atOneInstant(cut);
  const { target, lastSeconds, firstSeconds } = stop;
  let answeredWhileRefusing = 0;
  for (const [, stream] of streamsOf(target)) answeredWhileRefusing += stream.answeredWhileRefusing;
  return {
    cut: cut.length,
    refused: failures.length - cut.length,
    apart: cut.length - atOnce.length,
    together: atOnce.length * 2 >= cut.length && areOfDifferentAge(atOnce),
    survivors: survivorsOf(stop),
    answeredWhileRefusing,
    isGone:
      target.lastAnswerSeconds <= lastSeconds + 1 && view.tally.lastLineSeconds > lastSeconds + GONE_SECONDS,
    isReplaced: isReplaced(view, stop),
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
