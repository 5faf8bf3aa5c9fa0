import type { AlertState } from '../model/alert.ts';
import { postureFingerprints, postureSeverity, shortName, wasAnnouncedIn } from './fingerprint.ts';
import { absent, flappingAt, present, wasAnnounced, withAnnounced } from './flapping.ts';
import { type Announcement, type Decision, type Look, minutesBetween, withoutAnnouncement } from './look.ts';
import type { AlertPolicy } from './policy.ts';

const REASONS = {
  new: 'the configuration makes 502s possible',
  assumed: 'by the default of its server the configuration would make 502s possible; nobody confirmed it',
  unknown: 'the configuration makes 502s possible; whether there are any could not be read',
  left: 'the 502s stopped, but the configuration still makes them possible',
  changed: 'there is a mismatch that was not announced before',
  gone: 'the keep-alive outlasts the idle timeout again',
} as const;

function announcementOf(
  name: string,
  event: 'posture' | 'resolved',
  reason: string,
  severity: Announcement['severity'],
): Announcement {
  const id = `posture:${name}`;
  return {
    ...{ event, incidentId: id, dedupKey: id, reason },
    ...{ cause: 'keepalive-mismatch', severity, grouped: false },
  };
}

/** Closes an announced mismatch with the severity it was announced with, so that the same subscribers get it. */
export const postureResolved = (name: string, reason: string, lines: readonly string[]): Announcement =>
  announcementOf(name, 'resolved', reason, postureSeverity(lines));

/** An incident that was announced, or is about to be, covers the mismatch. */
function inhibited({ incident }: AlertState, { pendingMinutes }: AlertPolicy, now: string): boolean {
  if (incident === null) return false;
  return incident.announced !== null || minutesBetween(incident.openedAt, now) < pendingMinutes;
}

/**
 * Nothing is wrong any more: announced at once, unless it came back recently; then only once it stays away for longer
 * than before.
 */
function decideGone(state: AlertState, name: string, now: string): Decision {
  const { flapping, isOver, waitMinutes } = absent(flappingAt(state.postureFlapping, now), now);
  const next = { ...state, postureFlapping: flapping };
  if (!isOver)
    return withoutAnnouncement(
      next,
      `the mismatch is gone, but comes and goes: it is announced as resolved after ${Math.round(waitMinutes)} minutes`,
    );
  return {
    state: { ...next, announcedPosture: [] },
    announcements: [postureResolved(name, REASONS.gone, state.announcedPosture)],
    reason: REASONS.gone,
  };
}

/** A mismatch without 502s is announced once; while an incident is open it is part of that one. */
export function decidePosture(look: Look, state: AlertState, policy: AlertPolicy, now: string): Decision {
  if (!look.couldReadIdleTimeout) return withoutAnnouncement(state, 'the idle timeout could not be read');
  const name = shortName(look.diagnosis.loadBalancerArn);
  const { announcedPosture } = state;
  const found = [...postureFingerprints(look.diagnosis)];
  if (found.length === 0) {
    if (announcedPosture.length === 0) return withoutAnnouncement(state, 'no mismatch');
    if (!look.couldReadConfiguration)
      return withoutAnnouncement(state, 'the configuration could not be read');
    return decideGone(state, name, now);
  }
  const flapping = present(flappingAt(state.postureFlapping, now), now);
  // While the warning is open, a line announced recently is no news; after it was closed, the line opens it again.
  const news = found.filter(
    (line) =>
      !wasAnnouncedIn(announcedPosture, line) &&
      (announcedPosture.length === 0 || !wasAnnounced(flapping, line)),
  );
  // A line that was not seen this time counts as gone only if everything could be read.
  const standing = look.couldReadConfiguration ? found : [...new Set([...announcedPosture, ...found])].sort();
  if (news.length === 0) {
    const next = state.postureFlapping === undefined ? state : { ...state, postureFlapping: flapping };
    return withoutAnnouncement({ ...next, announcedPosture: standing }, 'posture unchanged');
  }
  if (look.silence !== null) return withoutAnnouncement(state, look.silence);
  if (inhibited(state, policy, now))
    return withoutAnnouncement(state, 'inhibited: the open incident tells of the mismatch');
  const severity = postureSeverity(news);
  const certain = look.couldLook ? REASONS.new : REASONS.unknown;
  const seen = severity === 'info' ? REASONS.assumed : certain;
  const reason = announcedPosture.length > 0 ? REASONS.changed : state.ended?.verdict ? REASONS.left : seen;
  return {
    state: { ...state, announcedPosture: standing, postureFlapping: withAnnounced(flapping, news, now) },
    announcements: [announcementOf(name, 'posture', reason, severity)],
    reason,
  };
}
