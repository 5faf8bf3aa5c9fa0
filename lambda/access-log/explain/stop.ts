import { lowerBound } from '../keep-alive/pool.ts';
import type { Failure } from '../tally/failure.ts';
import type { TargetTally } from '../tally/target-tally.ts';
import type { LogView } from './log-view.ts';
import { answeredSent } from './stream-index.ts';

/** Failures of one target within this of each other, or with no answer between them, belong to one stop. */
const STOP_GAP_SECONDS = 2;
/** A target that answers more than this share of what it fails has not stopped. */
const MOST_ANSWERED = 0.4;
/** What a process has at work ends within this time when it dies. */
export const ONE_INSTANT_SECONDS = 0.05;

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
export function answeredBetween(target: TargetTally, lowSeconds: number, highSeconds: number): number {
  let count = 0;
  for (const stream of target.streams.values()) {
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

/** Whether all that was sent to a target after a time is remembered: a long log is not, far from failures that were sent. */
export function isRemembered({ requests, streams }: TargetTally, sinceSeconds: number): boolean {
  let inStreams = 0;
  for (const stream of streams.values()) {
    if (stream.history.wholeSinceSeconds > sinceSeconds) return false;
    inStreams += stream.requests;
  }
  return inStreams === requests;
}

/** When each run of these failures ends; 0 is the number of none. */
function endsOfRuns({ failures }: LogView, order: readonly number[]): ReadonlyMap<number, number> {
  const ends = new Map<number, number>();
  for (const at of order) {
    const failure = failures[at];
    if (failure !== undefined && failure.run !== 0) ends.set(failure.run, failure.endSeconds);
  }
  return ends;
}

/**
 * Cuts the failures of a target where nothing failed for a while, unless it is known to have answered nothing: some node
 * had no answer from before until after, or all is remembered.
 */
function stretches(view: LogView, order: readonly number[], target: TargetTally): number[][] {
  const ends = endsOfRuns(view, order);
  const found: number[][] = [];
  let [last, silentUntil] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const at of order) {
    const { endSeconds, run } = view.failures[at] ?? { endSeconds: 0, run: 0 };
    const goesOn =
      endSeconds - last <= STOP_GAP_SECONDS ||
      (answeredBetween(target, last, endSeconds - 0.001) === 0 &&
        (endSeconds <= silentUntil || isRemembered(target, last)));
    if (!goesOn || found.length === 0) {
      found.push([]);
      silentUntil = Number.NEGATIVE_INFINITY;
    }
    found.at(-1)?.push(at);
    last = endSeconds;
    silentUntil = Math.max(silentUntil, ends.get(run) ?? endSeconds);
  }
  return found;
}

/** How many requests a target answered from the first of some failures to the last; what is forgotten by their number. */
function answeredAmong(
  target: TargetTally,
  failed: number,
  firstSeconds: number,
  lastSeconds: number,
): number {
  const answered = answeredBetween(target, firstSeconds, lastSeconds);
  if (isRemembered(target, firstSeconds)) return answered;
  return Math.max(answered, target.times.fewestBetween(firstSeconds, lastSeconds) - failed);
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
    const target = first && tally.groups.get(first.group)?.targets.get(first.target);
    if (first === undefined || target === undefined) return [];
    return stretches(view, order, target).flatMap((members): Stop[] => {
      const firstSeconds = endOf(members[0] ?? -1);
      const lastSeconds = endOf(members.at(-1) ?? -1);
      const failed = members.length * scale;
      // What never answered before did not stop.
      if (target.firstAnswerSeconds > firstSeconds) return [];
      if (answeredAmong(target, failed, firstSeconds, lastSeconds) > MOST_ANSWERED * failed) return [];
      return [{ group: first.group, target, members, firstSeconds, lastSeconds }];
    });
  });
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
