import { ignoredAt } from '../diagnose/bundle/tags.ts';
import { configurationOf } from '../diagnose/changes/drift.ts';
import { mismatchSeverity } from '../diagnose/severity.ts';
import type { AlertState, FleetEntry, Incident, TimelineEntry } from '../model/alert.ts';
import type { Action, Diagnosis } from '../model/diagnosis.ts';
import type { Change, EvidenceBundle } from '../model/evidence.ts';
import { recordedRequests } from './failing-requests.ts';
import type { Investigation } from './investigation.ts';
import { type Decision, minutesBetween } from './look.ts';
import { ownerOf } from './notification.ts';
import { recordedDiagnosis } from './recorded-diagnosis.ts';
import { recoveryOf } from './recovery.ts';
import { namesOfLeaders } from './render/cause-text.ts';
import { recordedSilences } from './silence.ts';
import { boundedDiagnosis, boundedIncident, bytesOf } from './size-limits.ts';

/** The first entries tell how it began, so they are kept when the middle is dropped. */
const FIRST_KEPT = 20;
const NEWEST_KEPT = 180;

/** Whether two lines of history differ only in their figures. */
const alike = (left: TimelineEntry | undefined, right: TimelineEntry): boolean =>
  left !== undefined &&
  left.event === null &&
  right.event === null &&
  left.phase === right.phase &&
  left.verdict === right.verdict &&
  left.reason.replace(/\d+/g, '#') === right.reason.replace(/\d+/g, '#');

function extended(timeline: readonly TimelineEntry[], entry: TimelineEntry): TimelineEntry[] {
  // The same line, minute after minute, is kept twice: the first and the newest.
  const repeats = alike(timeline.at(-1), entry) && alike(timeline.at(-2), entry);
  const all = [...(repeats ? timeline.slice(0, -1) : timeline), entry];
  return all.length <= FIRST_KEPT + NEWEST_KEPT
    ? all
    : [...all.slice(0, FIRST_KEPT), ...all.slice(-NEWEST_KEPT)];
}

/** Target groups whose configuration is kept; a record must fit into one item of the table. */
const RESOURCES_KEPT = 20;
const CHANGES_KEPT = 50;
/** Differences that the overview keeps of each load balancer. */
const DRIFT_KEPT = 20;
const ACTIONS_KEPT = 3;
const ACTIONS_LIMIT_BYTES = 6_000;
/** The overview shows the incident that ended last for a day. */
const ENDED_SHOWN_MINUTES = 1440;

/** The record of the incident after a decision; null where there is none. A resolved record stays as it ended. */
export function nextIncident(
  before: Incident | null,
  decision: Decision,
  investigation: Investigation,
): Incident | null {
  const { state, announcements, reason } = decision;
  const { bundle, diagnosis, now, silence } = investigation;
  const open = state.incident;
  const justEnded = open === null && before !== null && before.resolvedAt === null;
  const id = open?.id ?? (justEnded ? before.id : undefined);
  if (id === undefined) return null;
  // The store gives the incident that ended last as well; a new one does not continue it.
  const known = before?.id === id ? before : null;
  const own = announcements.find(({ incidentId }) => incidentId === id);
  const failingMinutes = (open ?? state.ended)?.failingMinutes ?? [];
  const entry: TimelineEntry = {
    ...{ at: now, phase: state.phase, reason, event: own?.event ?? null },
    ...(diagnosis.verdict === null ? {} : { verdict: diagnosis.verdict, probability: diagnosis.probability }),
  };
  return boundedIncident({
    id,
    loadBalancerArn: diagnosis.loadBalancerArn,
    account: bundle.account,
    region: bundle.region,
    owner: ownerOf(bundle),
    openedAt: known?.openedAt ?? open?.openedAt ?? now,
    firstFailure: known?.firstFailure ?? failingMinutes[0] ?? null,
    lastFailure: failingMinutes.at(-1) ?? known?.lastFailure ?? null,
    resolvedAt: open ? null : now,
    returns: (open ?? state.ended)?.returns ?? 0,
    diagnosis: boundedDiagnosis(recordedDiagnosis(known, decision, diagnosis)),
    configuration: configurationRecord(known, bundle),
    changes: mergeChanges(known?.changes ?? [], bundle.changes),
    timeline: extended(known?.timeline ?? [], entry),
    proof: open || known === null ? null : recoveryOf(known, failingMinutes, investigation),
    failingRequests: recordedRequests(
      known?.failingRequests ?? null,
      bundle.accessLog,
      endOfOther(state, id),
    ),
    silences: recordedSilences(known?.silences ?? [], silence, now),
    notes: known?.notes ?? [],
    attachments: known?.attachments ?? [],
  });
}

/** Failures up to this time belong to the previous incident; null: there was none. */
function endOfOther({ ended }: Decision['state'], id: string): string | null {
  const last = ended === null || ended.id === id ? undefined : ended.failingMinutes.at(-1);
  return last === undefined ? null : new Date(Date.parse(last) + 60_000).toISOString();
}

/** The record of an incident whose load balancer was deleted. */
export function endedByDeletion(before: Incident, reason: string, now: string): Incident {
  const entry: TimelineEntry = { at: now, phase: 'inactive', reason, event: 'resolved' };
  return before.resolvedAt !== null
    ? before
    : { ...before, resolvedAt: now, timeline: extended(before.timeline, entry) };
}

function configurationRecord(known: Incident | null, bundle: EvidenceBundle): Incident['configuration'] {
  const keep = (resources: Readonly<Record<string, Record<string, string>>>) =>
    Object.fromEntries(Object.entries(resources).slice(0, RESOURCES_KEPT));
  // Configuration that could not be read now is kept as last read.
  const unread = bundle.gaps.some(({ subject }) => subject === 'attributes' || subject === 'target-groups');
  const now = keep(configurationOf(bundle));
  const latest = unread && known?.configuration ? known.configuration.latest : now;
  return {
    baseline: known?.configuration?.baseline ?? (bundle.baseline && keep(bundle.baseline.resources)),
    opened: known?.configuration?.opened ?? now,
    latest,
  };
}

function mergeChanges(known: readonly Change[], seen: readonly Change[]): Change[] {
  const byIdentity = new Map(
    [...known, ...seen].map((change) => [`${change.at} ${change.eventName} ${change.resourceArn}`, change]),
  );
  return [...byIdentity.values()].sort((left, right) => (left.at < right.at ? -1 : 1)).slice(-CHANGES_KEPT);
}

/**
 * The load balancer's row in the overview.
 *
 * @param incident - the record of the open incident: a look that saw no 502, or did not look for any, has less about it
 */
export function fleetEntryOf(
  { state }: Decision,
  { bundle, diagnosis, now }: Investigation,
  incident: Incident | null,
): FleetEntry {
  const open = state.incident !== null && incident?.id === state.incident.id ? incident : null;
  const about = diagnosis.verdict === null && open !== null ? open.diagnosis : diagnosis;
  const ended = endedLately(state, now);
  const ignored = ignoredAt(bundle.loadBalancer.tags, now);
  const actions = state.incident === null ? rememberedActions(diagnosis) : [];
  // After an incident, a look without a 502 has no hypotheses.
  const undecided = incident !== null && incident.id === ended?.id ? incident.diagnosis : about;
  const leaders = undecided.verdict === 'undetermined' ? namesOfLeaders(undecided) : [];
  return {
    loadBalancerArn: diagnosis.loadBalancerArn,
    region: bundle.region,
    owner: ownerOf(bundle),
    phase: state.phase,
    since: state.since,
    // 502s of an ended incident stay in the window for a while, but they are over.
    severity: ended === null ? about.severity : severityWithout502s(diagnosis),
    verdict: about.verdict,
    probability: about.probability,
    ...(leaders.length === 0 ? {} : { leaders }),
    count: about.symptom.count,
    requests: about.symptom.requests,
    ...(about.symptom.known === false ? { countKnown: false as const } : {}),
    lastSeen: about.symptom.lastSeen,
    mismatch: diagnosis.mismatches[0] ?? null,
    driftCount: diagnosis.drift.length,
    drift: diagnosis.drift.slice(0, DRIFT_KEPT),
    incidentId: state.incident?.id ?? null,
    ...(ended === null ? {} : { ended }),
    ...(ignored === null ? {} : { ignored: { until: ignored.until } }),
    ...(actions.length === 0 ? {} : { actions }),
    updatedAt: now,
  };
}

/** The incident that ended last, while its 502s may still be in sight. */
function endedLately({ incident, ended }: AlertState, now: string): FleetEntry['ended'] | null {
  if (incident !== null || ended === null || minutesBetween(ended.endedAt, now) > ENDED_SHOWN_MINUTES)
    return null;
  return { id: ended.id, at: ended.endedAt, verdict: ended.verdict };
}

const severityWithout502s = ({ mismatches, drift }: Diagnosis): FleetEntry['severity'] =>
  mismatches.length > 0 ? mismatchSeverity(mismatches) : drift.length > 0 ? 'info' : 'none';

/** What to do about a configuration, for the overview; kept small, because every load balancer may have some. */
function rememberedActions({ mismatches, drift, actions }: Diagnosis): Action[] {
  if (mismatches.length === 0 && drift.length === 0) return [];
  const kept = actions.slice(0, ACTIONS_KEPT);
  return bytesOf(kept) <= ACTIONS_LIMIT_BYTES
    ? kept
    : kept.slice(0, 1).filter((one) => bytesOf(one) <= ACTIONS_LIMIT_BYTES);
}
