import { z } from 'zod';
import { CAUSE_IDS } from './cause.ts';
import { diagnosisSchema, mismatchSchema, SEVERITIES } from './diagnosis.ts';
import { changeSchema } from './evidence.ts';

/** What a notification announces (contract). */
export const ALERT_EVENTS = ['firing', 'updated', 'resolved', 'drift', 'posture', 'heartbeat-lost'] as const;

/** Where an alert stands, as in Prometheus, with `resolving` for the wait before it counts as over. */
export const ALERT_PHASES = ['inactive', 'pending', 'firing', 'resolving'] as const;

const isoTime = z.iso.datetime();
const severity = z.enum(SEVERITIES);
const cause = z.enum(CAUSE_IDS);

/** The machine form of one notification (contract, version 1). */
export const alertSchema = z.strictObject({
  version: z.literal(1),
  /** Unique per notification; the same when a notification is delivered twice. */
  id: z.string(),
  /** The same for all notifications of one incident, so that a pager opens and closes one alert. */
  dedupKey: z.string(),
  event: z.enum(ALERT_EVENTS),
  severity,
  incidentId: z.string(),
  diagnosis: diagnosisSchema,
  links: z.strictObject({
    dashboard: z.string().nullable(),
    console: z.string(),
    runbook: z.string().nullable(),
  }),
});

/** A notification before it is put in words: the alert and what the words need beside it. */
export const notificationSchema = z.strictObject({
  at: isoTime,
  /** Why it is sent, from the decision; shown in the message and the log. */
  reason: z.string(),
  /** The cause it is about: that of the incident, also when it resolves, so that filters see both ends. */
  cause,
  owner: z.string().nullable(),
  alert: alertSchema,
});

/** One failing load balancer from the first failing minute to its end. */
export const openIncidentSchema = z.strictObject({
  id: z.string(),
  openedAt: isoTime,
  /** Minutes with a 502, oldest first; the newest 240. */
  failingMinutes: z.array(isoTime),
  /** What the pager was last told; null while nothing was sent. */
  announced: z.strictObject({ at: isoTime, verdict: cause, severity, probability: z.number() }).nullable(),
});

/** What is remembered of one load balancer between two investigations. */
export const alertStateSchema = z.strictObject({
  phase: z.enum(ALERT_PHASES),
  /** When the phase was entered. */
  since: isoTime,
  incident: openIncidentSchema.nullable(),
  /** The mismatch that was announced without a 502, as a fingerprint; null when there is none. */
  announcedPosture: z.string().nullable(),
  /** The drift that was announced, as a fingerprint; null when there is none. */
  announcedDrift: z.string().nullable(),
  /** The last failing minute of the incident that ended last: it is still in the window, but it is over. */
  lastEndedFailure: isoTime.nullable(),
});

/** One line of an incident's history. */
export const timelineEntrySchema = z.strictObject({
  at: isoTime,
  phase: z.enum(ALERT_PHASES),
  reason: z.string(),
  event: z.enum(ALERT_EVENTS).nullable(),
});

/** The record of an incident: what happened, when, and what was known last. */
export const incidentSchema = z.strictObject({
  id: z.string(),
  loadBalancerArn: z.string(),
  account: z.string(),
  region: z.string(),
  owner: z.string().nullable(),
  openedAt: isoTime,
  resolvedAt: isoTime.nullable(),
  diagnosis: diagnosisSchema,
  changes: z.array(changeSchema),
  timeline: z.array(timelineEntrySchema),
});

/** One row of the fleet's overview, as the widget shows it. */
export const fleetEntrySchema = z.strictObject({
  loadBalancerArn: z.string(),
  region: z.string(),
  owner: z.string().nullable(),
  phase: z.enum(ALERT_PHASES),
  since: isoTime,
  severity,
  verdict: cause.nullable(),
  probability: z.number(),
  count: z.number(),
  requests: z.number(),
  lastSeen: isoTime.nullable(),
  mismatch: mismatchSchema.nullable(),
  driftCount: z.number().int(),
  incidentId: z.string().nullable(),
  updatedAt: isoTime,
});

export type AlertEvent = (typeof ALERT_EVENTS)[number];
export type AlertPhase = (typeof ALERT_PHASES)[number];
export type Alert = z.infer<typeof alertSchema>;
export type Notification = z.infer<typeof notificationSchema>;
export type OpenIncident = z.infer<typeof openIncidentSchema>;
export type AlertState = z.infer<typeof alertStateSchema>;
export type TimelineEntry = z.infer<typeof timelineEntrySchema>;
export type Incident = z.infer<typeof incidentSchema>;
export type FleetEntry = z.infer<typeof fleetEntrySchema>;
