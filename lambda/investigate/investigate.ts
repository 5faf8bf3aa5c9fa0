import { type Decision, decide, decisionTime, initialState } from '../alert/decide.ts';
import { isFleetWide, leftToSummary, openingOf } from '../alert/fleet-event.ts';
import { fleetEntryOf, nextIncident } from '../alert/incident.ts';
import type { Investigation } from '../alert/investigation.ts';
import { lookFrom } from '../alert/investigation-look.ts';
import { notificationOf, ownerOf, runbookOf } from '../alert/notification.ts';
import { type OpenWindow, silenceInForce } from '../alert/silence.ts';
import { type Channels, type DrainReport, deliverWritten } from '../deliver/outbox.ts';
import { withThresholdTags } from '../diagnose/bundle/thresholds.ts';
import { diagnose } from '../diagnose/diagnose.ts';
import type { Settings } from '../env.ts';
import type { AnnouncedIncident, Incident, Notification } from '../model/alert.ts';
import type { Change } from '../model/evidence.ts';
import { nextLookAfter } from '../screen/look-schedule.ts';
import type { MonitorStore, StoredRecord } from '../store/monitor-store.ts';
import { type CollectPorts, collect, type LogPorts, type Observed } from './collect.ts';
import { endMonitoring } from './end-monitoring.ts';
import { recentlyAnnounced } from './fleet-summary.ts';
import { nextBaseline } from './next-baseline.ts';
import { reportedChanges } from './reported-changes.ts';

/** One load balancer to look at, and why. */
export interface InvestigationRequest {
  readonly loadBalancerArn: string;
  readonly region: string;
  readonly window: { readonly start: string; readonly end: string };
  /** The change that asked for the look, if one did. */
  readonly change: Change | null;
}

/** Everything an investigation needs from outside. */
export interface InvestigatePorts extends LogPorts, Pick<CollectPorts, 'askServers'> {
  /** ISO time. */
  readonly now: () => string;
  readonly observe: (request: InvestigationRequest, stored: StoredRecord) => Promise<Observed>;
  readonly store: MonitorStore;
  readonly channels: Channels;
  readonly dashboardUrl: string | null;
}

/** What an investigation came to. */
export interface InvestigationOutcome {
  readonly decision: Decision;
  /** null: the load balancer is gone. */
  readonly investigation: Investigation | null;
  readonly delivery: DrainReport;
}

/**
 * Looks at one load balancer: observe, diagnose, decide, record, deliver. Nothing is announced that was not recorded,
 * and what was recorded is delivered at least once.
 *
 * @throws ConcurrentUpdateError where another investigation of it finished first; look again
 */
export async function investigate(
  request: InvestigationRequest,
  ports: InvestigatePorts,
  settings: Settings,
): Promise<InvestigationOutcome> {
  const { store, channels } = ports;
  const stored = await store.load(request.loadBalancerArn);
  const clock = ports.now();
  const before = stored.state ?? initialState(clock);
  const now = decisionTime(before, clock);
  const changes = reportedChanges(before.reportedChanges ?? [], request.change, now);
  const observed = await collect(
    { ...ports, observe: () => ports.observe(request, stored) },
    { declaredAttributes: settings.declaredAttributes, reportedChanges: changes },
  );
  const { loadBalancerArn } = request;
  const record = { loadBalancerArn, readRevision: stored.revision };
  const deliver = (notifications: readonly Notification[]) =>
    deliverWritten(store, channels, { loadBalancerArn, notifications });

  if (observed.state === 'gone') {
    const { dashboardUrl } = ports;
    const reason = 'the load balancer was deleted';
    const gone = { ...request, stored, reason, dashboardUrl, clock };
    const { decision, notifications } = await endMonitoring(gone, store);
    return { decision, investigation: null, delivery: await deliver(notifications) };
  }

  const { bundle } = observed;
  const windows = await openWindows(stored, now);
  const silence = silenceInForce(bundle, stored.silence, now, windows);
  const investigation: Investigation = { bundle, diagnosis: diagnose(bundle, settings), now, silence };
  const policy = withThresholdTags(settings, bundle);
  const decision = await groupedIfFleetWide(
    decide(lookFrom(investigation), before, policy, now),
    investigation,
    store,
  );
  const incident = nextIncident(stored.incident, decision, investigation);
  const notifications = notificationsOf(decision, investigation, {
    incident,
    dashboardUrl: ports.dashboardUrl,
  });
  await store.record({
    ...record,
    state: { ...decision.state, reportedChanges: changes },
    nextLookAt: nextLookAfter(decision.state, policy, now),
    newBaseline: nextBaseline(bundle, stored.baseline, investigation.diagnosis.drift, decision.state),
    incident,
    fleetEntry: fleetEntryOf(decision, investigation, incident),
    announced: announcedBy(decision, investigation),
    notifications,
  });
  return { decision, investigation, delivery: await deliver(notifications) };
}

/** What reads cron expressions is loaded only where there is one. */
async function openWindows({ recurringSilences }: StoredRecord, now: string): Promise<readonly OpenWindow[]> {
  if (recurringSilences.length === 0) return [];
  const { windowsOpenAt } = await import('../alert/recurring-silence.ts');
  return windowsOpenAt(recurringSilences, now);
}

/** One of many that begin to fail alike is told in a summary. */
async function groupedIfFleetWide(
  decision: Decision,
  { bundle, diagnosis, now }: Investigation,
  store: MonitorStore,
): Promise<Decision> {
  const opening = openingOf(decision);
  if (opening === null) return decision;
  const own = { loadBalancerArn: diagnosis.loadBalancerArn, verdict: opening.cause };
  const recent = await recentlyAnnounced(store, { region: bundle.region, verdict: own.verdict }, now);
  return isFleetWide(recent, own) ? leftToSummary(decision) : decision;
}

function announcedBy(decision: Decision, { diagnosis, now }: Investigation): AnnouncedIncident | null {
  const opening = openingOf(decision);
  return (
    opening && {
      at: now,
      loadBalancerArn: diagnosis.loadBalancerArn,
      incidentId: opening.incidentId,
      verdict: opening.cause,
      severity: opening.severity,
      grouped: opening.grouped,
    }
  );
}

function notificationsOf(
  decision: Decision,
  { bundle, diagnosis, now }: Investigation,
  { incident, dashboardUrl }: { incident: Incident | null; dashboardUrl: string | null },
): Notification[] {
  const about = { owner: ownerOf(bundle), runbook: runbookOf(bundle), dashboardUrl, now };
  return alone(decision).map((announcement) => {
    const own = incident?.id === announcement.incidentId ? incident : null;
    // A resolve tells of what was, not of a window that is empty by now.
    const what = announcement.event === 'resolved' && own ? own.diagnosis : diagnosis;
    return notificationOf({
      ...{ announcement, diagnosis: what, proof: own?.proof ?? null, failing: own && failingOf(own) },
      ...about,
    });
  });
}

/** From the first to the last minute with a 502; null where a record does not have them. */
const failingOf = ({ firstFailure, lastFailure }: Incident) =>
  firstFailure === null || lastFailure === null ? null : { from: firstFailure, to: lastFailure };

/** What is left to a summary has no message of its own. */
const alone = ({ announcements }: Decision) => announcements.filter(({ grouped }) => !grouped);
