import type { AlertEvent, AlertState, OpenIncident } from '../model/alert.ts';
import type { Cause } from '../model/cause.ts';
import { type Diagnosis, SEVERITIES, type Severity } from '../model/diagnosis.ts';
import { driftFingerprint, postureFingerprint, shortName } from './fingerprint.ts';
import type { AlertPolicy } from './policy.ts';
import { requiredQuietMinutes } from './quiet.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/** CloudWatch's own delay and one period: a failure younger than this may not be counted yet. */
const SETTLING_MINUTES = 5;

const NEWEST_MINUTES_KEPT = 240;

/** What was seen in one look at a load balancer. */
export interface Look {
  readonly diagnosis: Diagnosis;
  /** Minutes with a 502 in the window, ISO, oldest first. */
  readonly failingMinutes: readonly string[];
  /** false: the count of 502s could not be read; silence then proves nothing. */
  readonly couldLook: boolean;
  /** true: configuration could be read whole, so that an absent mismatch or drift is really gone. */
  readonly couldReadConfiguration: boolean;
}

/** One thing to tell, and why. */
export interface Announcement {
  readonly event: AlertEvent;
  readonly incidentId: string;
  readonly dedupKey: string;
  readonly reason: string;
  /** What the incident is about; a resolve carries what was announced, so that the same filters pass it. */
  readonly cause: Cause;
  readonly severity: Severity;
}

export interface Decision {
  readonly state: AlertState;
  readonly announcements: readonly Announcement[];
  /** Why the state is what it is; always there, also when nothing is announced. */
  readonly reason: string;
}

/** The state of a load balancer that was never looked at. */
export function unseen(now: string): AlertState {
  return {
    phase: 'inactive',
    since: now,
    incident: null,
    announcedPosture: null,
    announcedDrift: null,
    lastEndedFailure: null,
  };
}

/**
 * The next alert state and what to announce. Pure: the same look, state, policy and time give the same decision.
 *
 * @param now - ISO time of the decision
 */
export function decide(look: Look, before: AlertState, policy: AlertPolicy, now: string): Decision {
  const failure = decideFailure(look, before, policy, now);
  const posture = decidePosture(look, failure.state);
  const drift = decideDrift(look, posture.state);
  return {
    state: drift.state,
    announcements: [...failure.announcements, ...posture.announcements, ...drift.announcements],
    reason: failure.reason,
  };
}

const enter = (
  before: AlertState,
  phase: AlertState['phase'],
  now: string,
  incident: OpenIncident | null,
): AlertState => ({
  ...before,
  phase,
  since: before.phase === phase ? before.since : now,
  incident,
});

const still = (state: AlertState, reason: string): Decision => ({ state, announcements: [], reason });

function mergeMinutes(known: readonly string[], seen: readonly string[]): string[] {
  return [...new Set([...known, ...seen])].sort().slice(-NEWEST_MINUTES_KEPT);
}

const minutesBetween = (from: string, to: string): number => (Date.parse(to) - Date.parse(from)) / MINUTE_MS;

function decideFailure(look: Look, before: AlertState, policy: AlertPolicy, now: string): Decision {
  if (!look.couldLook) return still(before, 'the 502s could not be read, so nothing changes');
  // 502s from before the last incident's end belong to that incident, though they are still in the window.
  const fresh =
    before.incident === null
      ? look.failingMinutes.filter((time) => isFresh(time, before))
      : look.failingMinutes;
  if (before.incident === null) return open(look, fresh, before, policy, now);
  const incident = {
    ...before.incident,
    failingMinutes: mergeMinutes(before.incident.failingMinutes, fresh),
  };
  return before.phase === 'pending'
    ? pending(look, incident, before, policy, now)
    : firing(look, incident, before, policy, now);
}

function isFresh(time: string, { lastEndedFailure }: AlertState): boolean {
  return lastEndedFailure === null || time > lastEndedFailure;
}

function open(
  look: Look,
  fresh: readonly string[],
  before: AlertState,
  policy: AlertPolicy,
  now: string,
): Decision {
  const [first] = fresh;
  if (first === undefined) return still(enter(before, 'inactive', now, null), 'no 502 in the window');
  const incident: OpenIncident = {
    id: `${shortName(look.diagnosis.loadBalancerArn)}@${first}`,
    openedAt: now,
    failingMinutes: mergeMinutes([], fresh),
    announced: null,
  };
  return pending(look, incident, enter(before, 'pending', now, incident), policy, now);
}

function pending(
  look: Look,
  incident: OpenIncident,
  before: AlertState,
  policy: AlertPolicy,
  now: string,
): Decision {
  const { count } = look.diagnosis.symptom;
  const last = incident.failingMinutes.at(-1) ?? now;
  const waited = minutesBetween(incident.failingMinutes[0] ?? now, now);
  if (count >= policy.minimum502Count && waited >= policy.pendingMinutes)
    return fire(look, incident, before, now);
  if (
    minutesBetween(last, now) >
    Math.max(policy.pendingMinutes, SETTLING_MINUTES) + policy.resolveAfterMinutes
  ) {
    const ended: AlertState = { ...enter(before, 'inactive', now, null), lastEndedFailure: last };
    return still(ended, 'the 502s stopped before they were enough to fire');
  }
  const reason =
    count < policy.minimum502Count
      ? `${count} 502s are fewer than the ${policy.minimum502Count} that fire`
      : `502s last for ${Math.floor(waited)} of ${policy.pendingMinutes} minutes`;
  return still(enter(before, 'pending', now, incident), reason);
}

function announce(look: Look, incident: OpenIncident, now: string): OpenIncident {
  const { verdict, severity, probability } = look.diagnosis;
  return { ...incident, announced: { at: now, verdict: verdict ?? 'undetermined', severity, probability } };
}

function told(incident: OpenIncident, event: AlertEvent, reason: string): Announcement {
  const { verdict, severity } = incident.announced ?? { verdict: 'undetermined', severity: 'warning' };
  return { event, incidentId: incident.id, dedupKey: incident.id, reason, cause: verdict, severity };
}

function fire(look: Look, incident: OpenIncident, before: AlertState, now: string): Decision {
  const { count } = look.diagnosis.symptom;
  const reason = `${count} 502s in the window`;
  const announced = announce(look, incident, now);
  const state = enter(before, 'firing', now, announced);
  return { state, announcements: [told(announced, 'firing', reason)], reason };
}

function firing(
  look: Look,
  incident: OpenIncident,
  before: AlertState,
  policy: AlertPolicy,
  now: string,
): Decision {
  const last = incident.failingMinutes.at(-1) ?? incident.openedAt;
  const quiet = minutesBetween(last, now);
  const required = requiredQuietMinutes(incident.failingMinutes, policy.resolveAfterMinutes);
  if (quiet >= required) {
    const reason = `no 502 for ${Math.floor(quiet)} minutes, ${Math.ceil(required)} were required`;
    const ended: AlertState = { ...enter(before, 'inactive', now, null), lastEndedFailure: last };
    return { state: ended, announcements: [told(incident, 'resolved', reason)], reason };
  }
  const phase = quiet > SETTLING_MINUTES ? 'resolving' : 'firing';
  const reason = updateReason(look, incident, policy, now);
  if (reason !== null) {
    const announced = announce(look, incident, now);
    const state = enter(before, phase, now, announced);
    return { state, announcements: [told(announced, 'updated', reason)], reason };
  }
  const waiting = `quiet for ${Math.floor(quiet)} of the ${Math.ceil(required)} minutes required`;
  return still(
    enter(before, phase, now, incident),
    phase === 'resolving' ? waiting : 'still failing, nothing new',
  );
}

const rankOf = (severity: Diagnosis['severity']): number => SEVERITIES.indexOf(severity);

/** Something the pager does not know yet; null where it was told everything. */
function updateReason(
  look: Look,
  { announced }: OpenIncident,
  policy: AlertPolicy,
  now: string,
): string | null {
  const { verdict, severity, symptom } = look.diagnosis;
  if (announced === null) return 'not announced yet';
  if (symptom.count === 0) return null;
  // Losing certainty is no news: the verdict that was announced stands until another one is as sure.
  if (isNews(verdict, announced.verdict))
    return `the verdict changed from ${announced.verdict} to ${verdict}`;
  if (rankOf(severity) > rankOf(announced.severity))
    return `the severity rose from ${announced.severity} to ${severity}`;
  if (Date.parse(now) - Date.parse(announced.at) >= policy.repeatHours * HOUR_MS) {
    return `still failing ${policy.repeatHours} hours after the last message`;
  }
  return null;
}

const isNews = (verdict: Cause | null, announced: Cause): boolean =>
  verdict !== null && verdict !== 'undetermined' && verdict !== announced;

const POSTURE_REASONS = {
  new: 'the configuration makes 502s possible, though none was seen',
  changed: 'the mismatch changed',
  gone: 'the keep-alive outlasts the idle timeout again',
} as const;

/** A mismatch without 502s is announced once; while an incident is open it is part of that one. */
function decidePosture(look: Look, state: AlertState): Decision {
  const fingerprint = postureFingerprint(look.diagnosis);
  const id = `posture:${shortName(look.diagnosis.loadBalancerArn)}`;
  const tell = (event: AlertEvent, reason: string): Announcement => ({
    ...{ event, incidentId: id, dedupKey: id, reason },
    ...{ cause: 'keepalive-mismatch', severity: 'warning' },
  });
  if (fingerprint === state.announcedPosture) return still(state, 'posture unchanged');
  if (fingerprint === null) {
    if (!look.couldReadConfiguration) return still(state, 'the configuration could not be read');
    const cleared = { ...state, announcedPosture: null };
    return {
      state: cleared,
      announcements: [tell('resolved', POSTURE_REASONS.gone)],
      reason: POSTURE_REASONS.gone,
    };
  }
  if (state.incident !== null) return still(state, 'inhibited: the open incident tells of the mismatch');
  const reason = state.announcedPosture === null ? POSTURE_REASONS.new : POSTURE_REASONS.changed;
  return {
    state: { ...state, announcedPosture: fingerprint },
    announcements: [tell('posture', reason)],
    reason,
  };
}

/** Drift is announced once for each new set of differences; inside an incident or posture warning it is part of that. */
function decideDrift(look: Look, state: AlertState): Decision {
  const fingerprint = driftFingerprint(look.diagnosis);
  if (fingerprint === state.announcedDrift) return still(state, 'drift unchanged');
  if (fingerprint === null) {
    return look.couldReadConfiguration
      ? still({ ...state, announcedDrift: null }, 'drift is gone')
      : still(state, 'unknown');
  }
  const seen = { ...state, announcedDrift: fingerprint };
  if (state.incident !== null || look.diagnosis.mismatches.length > 0)
    return still(seen, 'inhibited: told with the mismatch');
  const id = `drift:${shortName(look.diagnosis.loadBalancerArn)}`;
  const reason = 'configuration differs from the baseline';
  return {
    state: seen,
    announcements: [
      { event: 'drift', incidentId: id, dedupKey: id, reason, cause: 'undetermined', severity: 'info' },
    ],
    reason,
  };
}

/** A load balancer that was deleted closes everything that was announced of it. */
export function decideGone(loadBalancerArn: string, before: AlertState, now: string): Decision {
  const reason = 'the load balancer was deleted';
  const name = shortName(loadBalancerArn);
  const posture = { incidentId: `posture:${name}`, dedupKey: `posture:${name}` };
  const announcements: Announcement[] = [
    ...(before.incident?.announced ? [told(before.incident, 'resolved', reason)] : []),
    ...(before.announcedPosture === null
      ? []
      : [
          {
            ...posture,
            event: 'resolved' as const,
            reason,
            cause: 'keepalive-mismatch' as const,
            severity: 'warning' as const,
          },
        ]),
  ];
  return { state: unseen(now), announcements, reason };
}
