import type { Bursts } from '../model/access-log-summary.ts';
import type { Exchanges } from './exchange-history.ts';
import { createdSeconds, type LogLine } from './line.ts';

/** Failures of one target within this of each other belong to one burst. */
const BURST_GAP_SECONDS = 2;
const FEWEST_FAILURES = 3;
const ONE_INSTANT_SECONDS = 0.05;
/** Lines have milliseconds, and nodes clocks of their own. */
const CLEARLY_LATER_SECONDS = 0.005;
/** Each burst is held against all answers of its target: with more bursts than this, the rest counts as it looks. */
const MOST_COMPARED = 200;
const DIFFERENT_AGE_SECONDS = 0.1;
/** Failures are spread or gathered over slots of time of this length. */
const SLOT_SECONDS = 10;
/** From so few failures on, how they lie in the whole time can be told. */
const FEWEST_PLACED = 5;
/** Requests that end together, none of them younger than this, ended with their target's time, not its life. */
const DRAINED_SECONDS = 5;
const MOST_TIMES = 20;
/** A target is new if the log has this much of the group before its first answer. */
const NEW_SECONDS = 15;
/** What replaces a target comes up this long before it ends, or after. */
const REPLACED_BEFORE_SECONDS = 120;
const REPLACED_AFTER_SECONDS = 20;
/** A target that answers no more is gone if others answer for at least this long. */
const GONE_SECONDS = 60;

/** One failure as far as bursts need it. */
export interface TimedFailure {
  readonly target: number;
  readonly endSeconds: number;
  readonly sentSeconds: number;
}

/** The times of a failed line; one without processing times still says when the request came. */
export function timedFailureOf(line: LogLine, target: number): TimedFailure {
  const { endSeconds, sentSeconds } = line;
  const came = line.targetSeconds < 0 ? createdSeconds(line) : sentSeconds;
  return { target, endSeconds, sentSeconds: came < sentSeconds ? came : sentSeconds };
}

/** When answers of a target were seen. */
export interface TargetLife {
  readonly lastAnswerSeconds: number;
  readonly firstAnswerSeconds: number;
  /** When the last of its answered requests had been sent. */
  readonly lastSentSeconds: number;
}

/** Cuts failures of one target, in order of time, where nothing failed for a while. */
function episodes(failures: readonly TimedFailure[]): TimedFailure[][] {
  const found: TimedFailure[][] = [];
  let last = Number.NEGATIVE_INFINITY;
  for (const failure of failures) {
    if (failure.endSeconds - last > BURST_GAP_SECONDS) found.push([]);
    found[found.length - 1]?.push(failure);
    last = failure.endSeconds;
  }
  return found;
}

/** Answers of one target, through all nodes, as far as they are remembered: `starts[i]` was answered at `ends[i]`. */
export type AnswersOf = (target: number) => readonly Exchanges[];

/** Whether the target answered as many requests as it failed half of, that it had while others failed: it lived on. */
function livedOn(burst: readonly TimedFailure[], answers: readonly Exchanges[]): boolean {
  const first = (burst[0]?.endSeconds ?? 0) + CLEARLY_LATER_SECONDS;
  const last = burst[burst.length - 1]?.endSeconds ?? 0;
  let survivors = 0;
  for (const { starts, ends } of answers)
    for (let at = 0; at < ends.length; at++)
      if ((starts[at] ?? 0) < last && (ends[at] ?? 0) > first) survivors++;
  return survivors * 2 >= burst.length;
}

/** Whether requests of different age ended at one instant, as they do when a process dies. */
function endsTogether(burst: readonly TimedFailure[]): boolean {
  return burst.some((failure, at) => {
    const next = burst[at + 1];
    return (
      next !== undefined &&
      next.endSeconds - failure.endSeconds <= ONE_INSTANT_SECONDS &&
      Math.abs(next.sentSeconds - failure.sentSeconds) >= DIFFERENT_AGE_SECONDS
    );
  });
}

/**
 * How much less of the time has failures than a steady rate would give: 0 where they are spread, near 1 where they
 * all come at once.
 */
function gathering(failures: readonly TimedFailure[], spanSeconds: number, slotSeconds: number): number {
  const slots = Math.max(1, spanSeconds / slotSeconds);
  const expected = slots * (1 - Math.exp(-failures.length / slots));
  const used = new Set(failures.map(({ endSeconds }) => Math.floor(endSeconds / slotSeconds)));
  return Math.max(0, 1 - used.size / expected);
}

/** The same over the whole time, in slots of which a steady rate would leave three of four empty. */
function overallGathering(failures: readonly TimedFailure[], spanSeconds: number): number {
  if (failures.length < FEWEST_PLACED) return 0;
  const slotSeconds = spanSeconds / (4 * failures.length);
  return gathering(failures, spanSeconds, Math.max(slotSeconds, 1e-3));
}

/** Whether nothing had been sent to the target for a while when the last requests on it ended. */
function endsDrained(burst: readonly TimedFailure[], life: TargetLife | undefined): boolean {
  const end = burst[burst.length - 1]?.endSeconds ?? 0;
  const youngest = Math.max(...burst.map(({ sentSeconds }) => sentSeconds));
  return end - Math.max(youngest, life?.lastSentSeconds ?? youngest) >= DRAINED_SECONDS;
}

/** Whether a target answered before and never again; one that never answered at all is not gone, but never was there. */
function isGone(life: TargetLife | undefined, burstEnd: number): boolean {
  return (
    life !== undefined && Number.isFinite(life.lastAnswerSeconds) && life.lastAnswerSeconds <= burstEnd + 1
  );
}

/** Whether a target that was not there before took up work around this time. */
function isReplaced(
  lives: readonly (TargetLife | undefined)[],
  atSeconds: number,
  firstSeconds: number,
): boolean {
  return lives.some((life) => {
    const began = life?.firstAnswerSeconds ?? Number.POSITIVE_INFINITY;
    return (
      began >= firstSeconds + NEW_SECONDS &&
      began >= atSeconds - REPLACED_BEFORE_SECONDS &&
      began <= atSeconds + REPLACED_AFTER_SECONDS
    );
  });
}

/**
 * Finds failures that come at once on one target.
 *
 * @param lives - by target
 * @param answersOf - what each target answered
 * @param lastSeconds - when the group's last answer was seen
 * @param spanSeconds - the time that the log covers
 */
export function burstsOf(
  failures: readonly TimedFailure[],
  lives: readonly (TargetLife | undefined)[],
  answersOf: AnswersOf,
  { lastSeconds, spanSeconds }: { readonly lastSeconds: number; readonly spanSeconds: number },
): Bursts {
  const byTarget = new Map<number, TimedFailure[]>();
  for (const failure of failures) {
    const own = byTarget.get(failure.target);
    if (own) own.push(failure);
    else byTarget.set(failure.target, [failure]);
  }
  const result = {
    count: 0,
    failures: 0,
    targets: 0,
    simultaneous: 0,
    targetGone: 0,
    replaced: 0,
  };
  const drainedSeconds: number[] = [];
  for (const [target, own] of byTarget) {
    own.sort((a, b) => a.endSeconds - b.endSeconds);
    const bursts = episodes(own).filter((episode) => episode.length >= FEWEST_FAILURES);
    if (bursts.length > 0) result.targets++;
    const answers = bursts.length > 0 ? answersOf(target) : [];
    for (const [number, burst] of bursts.entries()) {
      result.count++;
      result.failures += burst.length;
      if (endsTogether(burst) && !(number < MOST_COMPARED && livedOn(burst, answers))) result.simultaneous++;
      if (endsDrained(burst, lives[target])) drainedSeconds.push(burst[burst.length - 1]?.endSeconds ?? 0);
      if (isReplaced(lives, burst[0]?.endSeconds ?? 0, lastSeconds - spanSeconds)) result.replaced++;
      const burstEnd = burst[burst.length - 1]?.endSeconds ?? 0;
      if (isGone(lives[target], burstEnd) && lastSeconds > burstEnd + GONE_SECONDS) result.targetGone++;
    }
  }
  const share = result.failures / Math.max(1, failures.length);
  return {
    ...result,
    drained: drainedSeconds.length,
    drainedAt: drainedSeconds
      .sort((a, b) => a - b)
      .slice(0, MOST_TIMES)
      .map((seconds) => new Date(seconds * 1000).toISOString()),
    excessShare: Math.min(share, gathering(failures, spanSeconds, SLOT_SECONDS)),
    gathering: overallGathering(failures, spanSeconds),
  };
}
