import type { AlertState } from '../model/alert.ts';
import { decideDrift, driftResolved } from './drift.ts';
import { announcementOf, decideFailure } from './failure.ts';
import { shortName } from './fingerprint.ts';
import { type Announcement, type Decision, type Look, later, minutesBetween } from './look.ts';
import type { AlertPolicy } from './policy.ts';
import { decidePosture, postureResolved } from './posture.ts';

export type { Announcement, Decision, Look } from './look.ts';

/** A clock that stepped back by more than this was wrong before the step rather than after it. */
const LARGEST_STEP_BACK_MINUTES = 60;

/** The state of a load balancer that was never looked at. */
export function initialState(now: string): AlertState {
  return {
    phase: 'inactive',
    since: now,
    decidedAt: now,
    incident: null,
    ended: null,
    announcedPosture: [],
    announcedDrift: [],
    knownDrift: [],
  };
}

/**
 * The time that a decision counts as made: that of the clock, but not before the last decision, so that the outbox
 * keeps its order when a clock steps back.
 */
export function decisionTime(before: AlertState, clock: string): string {
  const back = minutesBetween(clock, before.decidedAt);
  return back > LARGEST_STEP_BACK_MINUTES ? clock : later(clock, before.decidedAt);
}

/**
 * The next alert state and what to announce. Pure: the same look, state, policy and time give the same decision.
 *
 * @param now - ISO time of the decision, see `decisionTime`
 */
export function decide(look: Look, before: AlertState, policy: AlertPolicy, now: string): Decision {
  const failure = decideFailure(look, { ...before, decidedAt: now }, policy, now);
  const posture = decidePosture(look, failure.state, policy, now);
  const drift = decideDrift(look, posture.state, now);
  return {
    state: drift.state,
    announcements: [...failure.announcements, ...posture.announcements, ...drift.announcements],
    reason: failure.reason,
  };
}

/** A load balancer that was deleted closes everything that was announced of it. */
export function decideGone(
  loadBalancerArn: string,
  before: AlertState,
  now: string,
  reason = 'the load balancer was deleted',
): Decision {
  const name = shortName(loadBalancerArn);
  const announcements: Announcement[] = [
    ...(before.incident?.announced
      ? [announcementOf(before.incident.id, before.incident.announced, 'resolved', reason)]
      : []),
    ...(before.announcedPosture.length > 0 ? [postureResolved(name, reason, before.announcedPosture)] : []),
    ...(before.announcedDrift.length > 0 ? [driftResolved(name, reason)] : []),
  ];
  return { state: initialState(now), announcements, reason };
}
