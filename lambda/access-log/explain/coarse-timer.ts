import type { KeepAliveEstimate } from '../../model/access-log-summary.ts';
import type { Candidate, IdleTimeEstimate } from './explanation.ts';
import { rarity, seconds } from './fact-text.ts';

/** How often servers with a coarse timer look for connections that were idle for too long. */
const TIMER_SECONDS = 1;
/** Closes that differ by more than a round trip show such a timer; two that differ by less each are two idle times. */
const ROUND_TRIP_SECONDS = 0.1;

const widthOf = ({ low, high }: KeepAliveEstimate): number => high - low;

/** What both say: the earliest close is what counts. */
function spanned(one: KeepAliveEstimate, other: KeepAliveEstimate): KeepAliveEstimate {
  return {
    seconds: Math.min(one.seconds, other.seconds),
    low: Math.min(one.low, other.low),
    high: Math.max(one.high, other.high),
    failures: one.failures + other.failures,
    pValue: Math.min(one.pValue, other.pValue),
  };
}

/** Whether two idle times are closes of one server that looks at its connections once a second. */
export function areOfOneTimer(one: IdleTimeEstimate, other: IdleTimeEstimate): boolean {
  if (one.group !== other.group || one.isOpen === true || other.isOpen === true) return false;
  if (Math.min(one.estimate.seconds, other.estimate.seconds) < TIMER_SECONDS) return false;
  const isCoarse = [one, other].some(({ estimate }) => widthOf(estimate) > ROUND_TRIP_SECONDS);
  return isCoarse && widthOf(spanned(one.estimate, other.estimate)) <= TIMER_SECONDS + ROUND_TRIP_SECONDS;
}

/** One explanation of the closes of one such timer. */
export function ofOneTimer(candidate: Candidate, other: IdleTimeEstimate): Candidate {
  const { idle, statement } = candidate;
  if (idle === undefined) return candidate;
  const estimate = spanned(idle.estimate, other.estimate);
  const { low, high, pValue } = estimate;
  return {
    ...candidate,
    idle: { ...idle, estimate },
    statement: (responsible) => ({
      ...statement(responsible),
      fact: `came ${seconds(low)} to ${seconds(high)} after an answer of the same target, as where a server looks at its connections once a second; chance alone does that ${rarity(pValue)}`,
    }),
  };
}

/** Idle times of which each is of a timer of its own, with one more, where there is one that nothing else explains. */
export function withTimer(
  timers: readonly IdleTimeEstimate[],
  idle: IdleTimeEstimate | undefined,
): readonly IdleTimeEstimate[] {
  if (idle === undefined || idle.isOpen === true) return timers;
  const at = timers.findIndex((timer) => timer.dispatched === idle.dispatched && areOfOneTimer(timer, idle));
  const timer = timers[at];
  return timer === undefined
    ? [...timers, idle]
    : timers.with(at, { ...timer, estimate: spanned(timer.estimate, idle.estimate) });
}
