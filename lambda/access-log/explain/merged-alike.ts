import type { Failure } from '../tally/failure.ts';
import { areOfOneTimer, ofOneTimer, withTimer } from './coarse-timer.ts';
import type { Candidate, IdleTimeEstimate } from './explanation.ts';
import { isSameIdleTime } from './idle-time.ts';
import { ASK_PROBE, type Found, leftOpen } from './rivals.ts';

/** An explanation, how far it is responsible for each failure, and what it shows. */
export interface Responsible {
  readonly one: Found;
  readonly responsible: Float64Array;
  /** The idle times that it shows, one for each timer and for requests that were sent and such as could not be. */
  readonly idle: readonly IdleTimeEstimate[];
}

/** Ages of connections this close to each other, as a part of them, are the same. */
const SAME_AGE = 0.03;

/** Whether two explanations show one keep-alive, or one age of connections. */
function isSameTime(one: Candidate, other: Candidate): boolean {
  if (one.idle !== undefined && other.idle !== undefined)
    return isSameIdleTime(one.idle, other.idle) || areOfOneTimer(one.idle, other.idle);
  const [age, otherAge] = [one.ageSeconds, other.ageSeconds];
  return age !== undefined && otherAge !== undefined && Math.abs(age / otherAge - 1) < SAME_AGE;
}

function together(same: Responsible, one: Found, responsible: Float64Array): Responsible {
  const { candidate, ...rest } = same.one;
  const { idle } = one.candidate;
  const isOneTimer =
    idle !== undefined && candidate.idle !== undefined && !isSameIdleTime(candidate.idle, idle);
  return {
    one: isOneTimer ? { ...rest, candidate: ofOneTimer(candidate, idle) } : same.one,
    responsible: same.responsible.map((part, at) => part + (responsible[at] ?? 0)),
    idle: withTimer(same.idle, idle),
  };
}

/** Whether two explanations are stretches of one node in which the same may be wrong. */
function isSameNode(same: Responsible, one: Found, responsible: Float64Array): boolean {
  const { candidate } = same.one;
  if (candidate.node === undefined || candidate.node !== one.candidate.node) return false;
  const [known, other] = [candidate.statement(same.responsible), one.candidate.statement(responsible)];
  return known.causes[0]?.probability === other.causes[0]?.probability;
}

/**
 * Requests that were sent and such as could not be may fail for one idle time, some a little before others at one age,
 * and some again where a node failed before: it is reported once.
 */
export function mergedAlike(
  kept: readonly Found[],
  responsibleOf: readonly Float64Array[],
): readonly Responsible[] {
  const merged: Responsible[] = [];
  for (const [which, one] of kept.entries()) {
    const responsible = responsibleOf[which] ?? new Float64Array();
    const place = merged.findIndex(
      (known) => isSameTime(known.one.candidate, one.candidate) || isSameNode(known, one, responsible),
    );
    const same = merged[place];
    if (same === undefined) merged.push({ one, responsible, idle: withTimer([], one.candidate.idle) });
    else merged[place] = together(same, one, responsible);
  }
  return merged;
}

/** What is held by others more than by all else together is theirs. */
const MOSTLY = 0.5;

/** Failures for which explanations of another idle time or of no idle time are mostly responsible. */
function ofOthers(
  candidate: Candidate,
  kept: readonly Found[],
  responsibleOf: readonly Float64Array[],
  failures: readonly Failure[],
): ReadonlySet<Failure> {
  const others = responsibleOf.filter((_, which) => {
    const other = kept[which]?.candidate;
    return other !== undefined && other !== candidate && !isSameTime(candidate, other);
  });
  return new Set(
    failures.filter((_, at) => others.reduce((sum, responsible) => sum + (responsible[at] ?? 0), 0) > MOSTLY),
  );
}

/**
 * Idle times as the failures show them that nothing else explains. What another explanation has may have come so long
 * after an answer by chance: it says nothing of the keep-alive, and where only such failures agree on one, none is told.
 */
export const readOfOwn = (
  kept: readonly Found[],
  responsibleOf: readonly Float64Array[],
  failures: readonly Failure[],
): readonly Found[] =>
  kept.map((one) => {
    const { candidate } = one;
    const { idle, readWithout } = candidate;
    if (idle === undefined || readWithout === undefined || idle.isOpen === true) return one;
    const others = ofOthers(candidate, kept, responsibleOf, failures);
    if (others.size === 0) return one;
    const own = readWithout(others);
    if (own?.idle === undefined)
      return leftOpen(one, `those that nothing else explains do not show such a time${ASK_PROBE}`);
    const { ratios } = candidate;
    return { ...one, candidate: { ...own, ratios, idle: { ...own.idle, ofOthers: others } } };
  });
