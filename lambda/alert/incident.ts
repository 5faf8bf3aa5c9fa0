import type { FleetEntry, Incident, TimelineEntry } from '../model/alert.ts';
import type { Diagnosis } from '../model/diagnosis.ts';
import type { EvidenceBundle } from '../model/evidence.ts';
import type { Decision } from './decide.ts';
import { ownerOf } from './notification.ts';

/** The first entries tell how it began, so they are kept when the middle is dropped. */
const FIRST_KEPT = 20;
const NEWEST_KEPT = 180;

/** What an investigation found, as the records need it. */
export interface Findings {
  readonly bundle: EvidenceBundle;
  readonly diagnosis: Diagnosis;
  readonly now: string;
}

function extended(timeline: readonly TimelineEntry[], entry: TimelineEntry): TimelineEntry[] {
  const last = timeline.at(-1);
  // The same state for the same reason, minute after minute, is one line of history.
  if (last && last.phase === entry.phase && last.reason === entry.reason && entry.event === null)
    return [...timeline];
  const all = [...timeline, entry];
  return all.length <= FIRST_KEPT + NEWEST_KEPT
    ? all
    : [...all.slice(0, FIRST_KEPT), ...all.slice(-NEWEST_KEPT)];
}

/** The record of the incident after a decision; null where there is none. A resolved record stays as it ended. */
export function nextIncident(
  before: Incident | null,
  decision: Decision,
  findings: Findings,
): Incident | null {
  const { state, announcements, reason } = decision;
  const { bundle, diagnosis, now } = findings;
  const id = state.incident?.id ?? before?.id;
  if (id === undefined) return null;
  const own = announcements.find(({ incidentId }) => incidentId === id);
  const open = state.incident !== null;
  const entry: TimelineEntry = { at: now, phase: state.phase, reason, event: own?.event ?? null };
  return {
    id,
    loadBalancerArn: diagnosis.loadBalancerArn,
    account: bundle.account,
    region: bundle.region,
    owner: ownerOf(bundle),
    openedAt: before?.openedAt ?? state.incident?.openedAt ?? now,
    resolvedAt: open ? null : now,
    // Once the failure is gone the last diagnosis that had one is what the record is about.
    diagnosis: diagnosis.symptom.count > 0 || before === null ? diagnosis : before.diagnosis,
    changes: bundle.changes.length > 0 ? bundle.changes.slice(-50) : (before?.changes ?? []),
    timeline: extended(before?.timeline ?? [], entry),
  };
}

/** The load balancer's row in the overview. */
export function fleetEntryOf({ state }: Decision, { bundle, diagnosis, now }: Findings): FleetEntry {
  return {
    loadBalancerArn: diagnosis.loadBalancerArn,
    region: bundle.region,
    owner: ownerOf(bundle),
    phase: state.phase,
    since: state.since,
    severity: diagnosis.severity,
    verdict: diagnosis.verdict,
    probability: diagnosis.probability,
    count: diagnosis.symptom.count,
    requests: diagnosis.symptom.requests,
    lastSeen: diagnosis.symptom.lastSeen,
    mismatch: diagnosis.mismatches[0] ?? null,
    driftCount: diagnosis.drift.length,
    incidentId: state.incident?.id ?? null,
    updatedAt: now,
  };
}
