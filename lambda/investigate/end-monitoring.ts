import { type Decision, decideGone, decisionTime, initialState } from '../alert/decide.ts';
import { endedByDeletion } from '../alert/incident.ts';
import { notificationOf } from '../alert/notification.ts';
import { nothingFound } from '../diagnose/diagnose.ts';
import type { Notification } from '../model/alert.ts';
import type { MonitorStore, StoredRecord } from '../store/monitor-store.ts';

/** A load balancer that is looked at no more. */
export interface EndMonitoringInput {
  readonly loadBalancerArn: string;
  readonly region: string;
  readonly stored: StoredRecord;
  /** Why; it stands in the message and in the record. */
  readonly reason: string;
  readonly dashboardUrl: string | null;
  /** ISO time. */
  readonly clock: string;
}

/**
 * Closes what is open of a load balancer and takes it off the overview; its baseline stays.
 *
 * @throws ConcurrentUpdateError where an investigation of it finished first
 */
export async function endMonitoring(
  { loadBalancerArn, region, stored, reason, dashboardUrl, clock }: EndMonitoringInput,
  store: MonitorStore,
): Promise<{ readonly decision: Decision; readonly notifications: readonly Notification[] }> {
  const before = stored.state ?? initialState(clock);
  const now = decisionTime(before, clock);
  const { incident } = stored;
  const decision = decideGone(loadBalancerArn, before, now, reason);
  // There is no evidence any more: the message says what was known last, or nothing.
  const about = {
    diagnosis: incident?.diagnosis ?? nothingFound(loadBalancerArn, region, now),
    owner: incident?.owner ?? null,
    runbook: null,
    dashboardUrl,
    now,
  };
  const notifications = decision.announcements
    .filter(({ grouped }) => !grouped)
    .map((announcement) => notificationOf({ announcement, ...about }));
  await store.record({
    loadBalancerArn,
    readRevision: stored.revision,
    state: decision.state,
    nextLookAt: now,
    newBaseline: null,
    fleetEntry: null,
    announced: null,
    incident: incident && endedByDeletion(incident, reason, now),
    notifications,
  });
  return { decision, notifications };
}
