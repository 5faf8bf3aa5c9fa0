import type { ActiveLoadBalancer } from './store/monitor-store.ts';

/**
 * Looks per minute at load balancers whose alert is open; with more of them each is looked at less often. An
 * investigation makes a dozen ELB calls, and the account's bucket refills at 10 a second, shared with everyone.
 */
const ACTIVE_LOOKS_PER_MINUTE = 40;

/** Looks per minute at open alerts that remain however many load balancers wait for their first look. */
const LEAST_ACTIVE_LOOKS = 5;

/**
 * Quiet load balancers looked at per minute: seven ELB calls each, so that a sweep takes less than a third of what the
 * bucket refills. None while more than so many are in trouble: those come first.
 */
const POSTURE_LOOKS_PER_MINUTE = 25;
const TROUBLE_BEFORE_POSTURE = 20;

/** The quiet load balancers whose turn it is, and those that wait. */
export function postureLooks(
  pending: readonly string[],
  troubled: ReadonlySet<string>,
): { readonly looks: readonly string[]; readonly rest: readonly string[] } {
  const waiting = [...new Set(pending)];
  const most = troubled.size > TROUBLE_BEFORE_POSTURE ? 0 : POSTURE_LOOKS_PER_MINUTE;
  return { looks: waiting.slice(0, most), rest: waiting.slice(most) };
}

/**
 * Active load balancers that wait longest for their look, no more than the ELB API bears beside those that wait for
 * their first.
 */
export function dueOf(
  active: readonly ActiveLoadBalancer[],
  fresh: number,
  now: string,
): readonly ActiveLoadBalancer[] {
  return active
    .filter(({ nextLookAt }) => nextLookAt <= now)
    .sort((left, right) => left.nextLookAt.localeCompare(right.nextLookAt))
    .slice(0, Math.max(LEAST_ACTIVE_LOOKS, ACTIVE_LOOKS_PER_MINUTE - fresh));
}
