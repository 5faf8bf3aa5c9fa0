import type { AlertEvent, AlertState, EndedIncident, OpenIncident } from '../model/alert.ts';
import { shortName } from './fingerprint.ts';
import {
  type Announcement,
  type Decision,
  type Look,
  later,
  minutesBetween,
  withoutAnnouncement,
} from './look.ts';
import type { AlertPolicy } from './policy.ts';
import { LONGEST_QUIET_MINUTES, type Quiet, quietOf } from './quiet-period.ts';
import { updateReason, worse } from './update.ts';

/** CloudWatch's own delay and one period: a failure younger than this may not be counted yet. */
const SETTLING_MINUTES = 5;

const NEWEST_MINUTES_KEPT = 240;

type Announced = NonNullable<OpenIncident['announced']>;

/** What the steps of the lifecycle work on. */
interface Step {
  readonly look: Look;
  readonly before: AlertState;
  readonly policy: AlertPolicy;
  readonly now: string;
}

/** The lifecycle of the 502s themselves: inactive, pending, firing, resolving, inactive. */
export function decideFailure(look: Look, before: AlertState, policy: AlertPolicy, now: string): Decision {
  if (!look.couldLook) return withoutAnnouncement(before, 'the 502s could not be read, so nothing changes');
  const step = { look, before, policy, now };
  const known = before.incident;
  if (known === null) return open(step);
  const incident: OpenIncident = {
    ...known,
    ...watched(known, look),
    failingMinutes: mergeMinutes(known.failingMinutes, minutesAfter(look, before.ended)),
  };
  return before.phase === 'pending' ? pending(step, incident) : firing(step, incident);
}

/** Failing minutes after those of the incident that ended last, which are still in the window but over. */
function minutesAfter({ failures }: Look, ended: EndedIncident | null): string[] {
  const last = ended?.failingMinutes.at(-1);
  return [...failures.keys()].filter((time) => last === undefined || time > last);
}

const mergeMinutes = (known: readonly string[], seen: readonly string[]): string[] =>
  [...new Set([...known, ...seen])].sort().slice(-NEWEST_MINUTES_KEPT);

/** Whether this look continues where the last one ended, or left an unwatched gap. */
function watched(
  { watchedFrom, watchedUntil }: OpenIncident,
  { window }: Look,
): Pick<OpenIncident, 'watchedFrom' | 'watchedUntil'> {
  return {
    watchedFrom: window.start <= watchedUntil ? watchedFrom : window.start,
    watchedUntil: later(watchedUntil, window.end),
  };
}

function enter(before: AlertState, phase: AlertState['phase'], now: string, incident: OpenIncident | null) {
  return { ...before, phase, since: before.phase === phase ? before.since : now, incident };
}

function open(step: Step): Decision {
  const { look, before, now } = step;
  const fresh = minutesAfter(look, before.ended);
  const [first] = fresh;
  if (first === undefined)
    return withoutAnnouncement(enter(before, 'inactive', now, null), 'no 502 in the window');
  const ended = reopens(step) ? before.ended : null;
  const incident: OpenIncident = {
    id: ended?.id ?? `${shortName(look.diagnosis.loadBalancerArn)}@${first}`,
    openedAt: ended?.openedAt ?? now,
    failingMinutes: mergeMinutes(ended?.failingMinutes ?? [], fresh),
    watchedFrom: look.window.start,
    watchedUntil: look.window.end,
    returns: ended ? ended.returns + 1 : 0,
    announced: null,
  };
  return pending(step, incident);
}

/**
 * A failure that comes back within a day, and is not certainly a different one, reopens its incident. The pause then
 * counts as one of its usual pauses, so the next resolve waits three times as long: a flapping failure is announced less
 * and less often.
 */
function reopens({ look, before: { ended }, now }: Step): boolean {
  if (ended === null || ended.verdict === null) return false;
  const { verdict } = look.diagnosis;
  const another =
    verdict !== null &&
    verdict !== 'undetermined' &&
    ended.verdict !== 'undetermined' &&
    verdict !== ended.verdict;
  return !another && minutesBetween(ended.endedAt, now) <= LONGEST_QUIET_MINUTES;
}

function pending(step: Step, incident: OpenIncident): Decision {
  const { look, before, policy, now } = step;
  const fresh = minutesAfter(look, before.ended);
  const count = fresh.reduce((sum, time) => sum + (look.failures.get(time) ?? 0), 0);
  const [first] = fresh;
  const last = fresh.at(-1);
  // Once the 502s that made it pending have left the window, the failure was too small to announce.
  if (first === undefined || last === undefined)
    return withoutAnnouncement(
      { ...enter(before, 'inactive', now, null), ended: endedOf(incident, before, now) },
      'the 502s stopped before they were enough to fire',
    );
  const lasted = minutesBetween(first, last) + 1;
  if (count < policy.minimum502Count)
    return withoutAnnouncement(
      enter(before, 'pending', now, incident),
      `${count} 502s are fewer than the ${policy.minimum502Count} that fire`,
    );
  if (lasted < policy.pendingMinutes)
    return withoutAnnouncement(
      enter(before, 'pending', now, incident),
      `the 502s lasted for ${lasted} of ${policy.pendingMinutes} minutes`,
    );
  return fire(step, incident, firingReason(step, incident, count));
}

function firingReason({ before }: Step, incident: OpenIncident, count: number): string {
  const found = `${count} ${count === 1 ? 'request' : 'requests'} got 502`;
  if (incident.returns === 0 || before.ended === null) return found;
  const [back] = incident.failingMinutes.slice(before.ended.failingMinutes.length);
  const away = minutesBetween(before.ended.failingMinutes.at(-1) ?? before.ended.endedAt, back ?? '');
  const minutes = Number.isFinite(away) ? ` after ${Math.round(away)} quiet minutes` : '';
  return `${found}: the failure is back${minutes}, so its incident is open again`;
}

function endedOf(incident: OpenIncident, { ended }: AlertState, now: string): EndedIncident {
  const { id, openedAt, failingMinutes, returns, announced } = incident;
  const verdict = announced?.verdict ?? (ended?.id === id ? ended.verdict : null);
  return { id, openedAt, endedAt: now, failingMinutes, returns, verdict };
}

/** An announcement about an incident, with the cause and severity already announced. */
export function announcementOf(
  id: string,
  { verdict, severity, grouped }: Announced,
  event: AlertEvent,
  reason: string,
): Announcement {
  return { event, incidentId: id, dedupKey: id, reason, cause: verdict, severity, grouped };
}

function announced({ look: { diagnosis }, now }: Step, incident: OpenIncident, changed: boolean): Announced {
  const { verdict, severity, probability } = diagnosis;
  const before = incident.announced;
  return {
    at: now,
    verdict: verdict === null || verdict === 'undetermined' ? (before?.verdict ?? 'undetermined') : verdict,
    // Within an incident the severity only rises: one that wavers would page at every change.
    severity: before === null ? severity : worse(before.severity, severity),
    probability,
    changes: changed && before !== null ? before.changes + 1 : 0,
    grouped: before?.grouped === true && !changed,
  };
}

/** Resolving once it is quiet for longer than CloudWatch's delay; firing until then. */
const phaseAfter = ({ minutes, required }: Quiet): 'firing' | 'resolving' =>
  minutes > Math.min(SETTLING_MINUTES, required / 2) ? 'resolving' : 'firing';

function fire(step: Step, incident: OpenIncident, reason: string): Decision {
  const { look, before, policy, now } = step;
  const phase = phaseAfter(quietOf(incident, look, policy.resolveAfterMinutes, now));
  if (look.silence !== null)
    return withoutAnnouncement(
      enter(before, phase, now, incident),
      `${reason}; not announced: ${look.silence}`,
    );
  const next = announced(step, incident, false);
  return {
    state: enter(before, phase, now, { ...incident, announced: next }),
    announcements: [announcementOf(incident.id, next, 'firing', reason)],
    reason,
  };
}

function firing(step: Step, incident: OpenIncident): Decision {
  const { look, before, policy, now } = step;
  const quiet = quietOf(incident, look, policy.resolveAfterMinutes, now);
  // Never in the look that opened it: it goes from firing to resolving first.
  const resting = before.phase === 'resolving' && before.since < now;
  if (quiet.over && resting) return resolve(step, incident, quiet.reason);
  const phase = phaseAfter(quiet);
  // After a silence ends, an incident that is still failing may not have been announced.
  if (incident.announced === null && phase === 'firing')
    return fire(step, incident, 'still failing, and not announced before');
  // Once nothing fails any more, what changes is the fix: its deregistrations say nothing about the cause.
  const update = phase === 'resolving' ? null : updateReason(look, incident.announced, policy, now);
  if (update === null)
    return withoutAnnouncement(
      enter(before, phase, now, incident),
      phase === 'resolving' ? quiet.reason : 'still failing, nothing new',
    );
  if (look.silence !== null)
    return withoutAnnouncement(
      enter(before, phase, now, incident),
      `${update.reason}; not announced: ${look.silence}`,
    );
  const next = announced(step, incident, update.changed);
  // An incident announced in a summary that turns out to be something else opens an alert of its own.
  const event = incident.announced?.grouped && !next.grouped ? 'firing' : 'updated';
  return {
    state: enter(before, phase, now, { ...incident, announced: next }),
    announcements: [announcementOf(incident.id, next, event, update.reason)],
    reason: update.reason,
  };
}

/** Closes the incident. A silence does not hold back a resolve: it only closes what the pager has open. */
function resolve({ before, now }: Step, incident: OpenIncident, reason: string): Decision {
  const state = {
    ...enter(before, 'inactive', now, null),
    ended: endedOf(incident, before, now),
  };
  return {
    state,
    announcements:
      incident.announced === null
        ? []
        : [announcementOf(incident.id, incident.announced, 'resolved', reason)],
    reason,
  };
}
