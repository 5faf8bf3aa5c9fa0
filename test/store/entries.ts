import { initialState } from '../../lambda/alert/decide.ts';
import { notificationOf } from '../../lambda/alert/notification.ts';
import { nothingFound } from '../../lambda/diagnose/diagnose.ts';
import type { FleetEntry, Incident, Notification } from '../../lambda/model/alert.ts';
import type { InvestigationRecord } from '../../lambda/store/monitor-store.ts';
import { minute, SHOP } from '../alert/looks.ts';

export const arnOf = (name: string): string => SHOP.replace('/shop/', `/${name}/`);

export function notificationAt(
  at: number,
  name = 'shop',
  event: 'firing' | 'resolved' = 'firing',
): Notification {
  const incidentId = `app/${name}/0123456789abcdef@${minute(0)}`;
  return notificationOf({
    announcement: {
      ...{ event, incidentId, dedupKey: incidentId, reason: '3 requests got 502' },
      ...{ cause: 'keepalive-mismatch', severity: 'warning', grouped: false },
    },
    diagnosis: nothingFound(arnOf(name), 'eu-central-1', minute(at)),
    ...{ owner: null, runbook: null, dashboardUrl: null, now: minute(at) },
  });
}

export const incidentOf = (name: string, id: string, openedAt: string): Incident => ({
  ...{ id, loadBalancerArn: arnOf(name), account: '123456789012', region: 'eu-central-1', owner: null },
  ...{ openedAt, firstFailure: openedAt, lastFailure: openedAt, resolvedAt: null, returns: 0 },
  diagnosis: nothingFound(arnOf(name), 'eu-central-1', openedAt),
  ...{
    configuration: null,
    changes: [],
    timeline: [],
    proof: null,
    notes: [],
    failingRequests: null,
    silences: [],
    attachments: [],
  },
});

const fleetEntryAt = (name: string, at: string): FleetEntry => ({
  ...{ loadBalancerArn: arnOf(name), region: 'eu-central-1', owner: null, phase: 'firing', since: at },
  ...{ severity: 'warning', verdict: 'keepalive-mismatch', probability: 0.9, count: 3, requests: 900 },
  ...{ lastSeen: at, mismatch: null, driftCount: 0, drift: [], incidentId: null, updatedAt: at },
});

/** What an investigation at a minute leaves behind for a load balancer that fires. */
export function recordAt(
  at: number,
  over: Partial<InvestigationRecord> = {},
  name = 'shop',
): InvestigationRecord {
  const now = minute(at);
  const id = `app/${name}/0123456789abcdef@${minute(0)}`;
  const incident = {
    ...{
      id,
      openedAt: now,
      failingMinutes: [minute(at - 2)],
      watchedFrom: minute(at - 180),
      watchedUntil: now,
    },
    ...{ returns: 0, announced: null },
  };
  return {
    loadBalancerArn: arnOf(name),
    readRevision: 0,
    state: { ...initialState(now), phase: 'firing', incident },
    newBaseline: null,
    incident: incidentOf(name, id, now),
    fleetEntry: fleetEntryAt(name, now),
    nextLookAt: minute(at + 1),
    notifications: [notificationAt(at, name)],
    announced: null,
    ...over,
  };
}
