import type { AlertState } from '../model/alert.ts';
import type { Settings } from '../model/settings.ts';
import { inTextOrder } from '../model/text-order.ts';
import type { ActiveLoadBalancer } from '../store/monitor-store.ts';

/**
 * Looks per minute at load balancers whose alert is open; with more of them each is looked at less often. An
 * investigation makes a dozen ELB calls, and the account's bucket refills at 10 a second, shared with everyone.
 */
const ACTIVE_LOOKS_PER_MINUTE = 40;

/** Looks per minute at open alerts that remain however many load balancers wait for their first look. */
const LEAST_ACTIVE_LOOKS = 5;

/**
 * Quiet load balancers looked at per minute: 6.3 ELB calls each, so that the looks take less than their two ninths of
 * what the bucket refills; the last ninth that sweeps may take is for the listings of screen. None while more than so
 * many fail: those come first.
 */
const POSTURE_LOOKS_PER_MINUTE = 20;
const MOST_FAILING_FOR_POSTURE = 20;

/** From so long after it began to fire an alert counts as one that lasts. */
const LASTING_MS = 3_600_000;

/** An alert that waits for its time to fire, or to be over, is looked at so often at least, in minutes. */
const PENDING_MINUTES = 1;
const LONGEST_RESOLVING_MINUTES = 5;

/**
 * When a load balancer whose alert is open is due for its next look: by the settings while it fires; while it only
 * waits to be over, a few times within the shortest wait.
 *
 * @returns ISO time
 */
export function nextLookAfter(
  { phase, since }: Pick<AlertState, 'phase' | 'since'>,
  settings: Pick<Settings, 'activeMinutes' | 'activeLaterMinutes' | 'resolveAfterMinutes'>,
  now: string,
): string {
  const { activeMinutes, activeLaterMinutes, resolveAfterMinutes } = settings;
  const lasts = Date.parse(now) - Date.parse(since) >= LASTING_MS;
  const firing = lasts ? Math.max(activeMinutes, activeLaterMinutes) : activeMinutes;
  const resolving = Math.max(activeMinutes, Math.min(LONGEST_RESOLVING_MINUTES, resolveAfterMinutes / 6));
  const minutes = phase === 'firing' ? firing : phase === 'resolving' ? resolving : PENDING_MINUTES;
  return new Date(Date.parse(now) + minutes * 60_000).toISOString();
}

/** The quiet load balancers whose turn it is, and those that wait. */
export function postureLooks(
  pending: readonly string[],
  failing: ReadonlySet<string>,
): { readonly looks: readonly string[]; readonly rest: readonly string[] } {
  const waiting = [...new Set(pending)];
  const most = failing.size > MOST_FAILING_FOR_POSTURE ? 0 : POSTURE_LOOKS_PER_MINUTE;
  return { looks: waiting.slice(0, most), rest: waiting.slice(most) };
}

/**
 * Active load balancers that wait longest for their look, no more than the ELB API bears beside those that wait for
 * their first.
 */
export function dueLooks(
  active: readonly ActiveLoadBalancer[],
  fresh: number,
  now: string,
): readonly ActiveLoadBalancer[] {
  return active
    .filter(({ nextLookAt }) => nextLookAt <= now)
    .sort((left, right) => inTextOrder(left.nextLookAt, right.nextLookAt))
    .slice(0, Math.max(LEAST_ACTIVE_LOOKS, ACTIVE_LOOKS_PER_MINUTE - fresh));
}
