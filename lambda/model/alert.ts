import * as z from 'zod';
import { CAUSE_IDS, NAMED_CAUSES } from './cause.ts';
import { actionSchema, diagnosisSchema, driftSchema, mismatchSchema, SEVERITIES } from './diagnosis.ts';
import { changeSchema } from './evidence.ts';
import { ALERT_EVENTS, proofSchema } from './notification.ts';
import { attachmentSchema, recordedRequestsSchema, recordedSilenceSchema } from './record.ts';

export {
  ALERT_EVENTS,
  type Alert,
  type AlertEvent,
  alertSchema,
  type Monitor,
  type Notification,
  notificationSchema,
  type Proof,
} from './notification.ts';

/** Where an alert stands, as in Prometheus, with `resolving` for the wait before it counts as over. */
export const ALERT_PHASES = ['inactive', 'pending', 'firing', 'resolving'] as const;

const isoTime = z.iso.datetime();
const severity = z.enum(SEVERITIES);
const cause = z.enum(CAUSE_IDS);

/**
 * One failing load balancer from the first failing minute to its end. What is stored is read tolerantly: keys of
 * another version are dropped, and keys that an older one did not write have a default.
 */
export const openIncidentSchema = z.object({
  id: z.string(),
  openedAt: isoTime,
  /** Minutes with a 502, oldest first; the newest 240. */
  failingMinutes: z.array(isoTime),
  /** The failure was looked for without a break from here ... */
  watchedFrom: isoTime,
  /** ... to here; silence in a time that nobody watched proves nothing. */
  watchedUntil: isoTime,
  /** How often it came back after it had been closed. */
  returns: z.number().int().default(0),
  /** What the pager was last told; null while nothing was sent. */
  announced: z
    .object({
      at: isoTime,
      verdict: cause,
      severity,
      probability: z.number(),
      /** Verdicts that changed since the last full message; each one makes the next wait longer. */
      changes: z.number().int().default(0),
      /** Told in the summary of a fleet-wide event, not by a message of its own. */
      grouped: z.boolean().default(false),
    })
    .nullable(),
});

/** The incident that ended last: its minutes are still in the window, and a failure that returns reopens it. */
export const endedIncidentSchema = z.object({
  id: z.string(),
  openedAt: isoTime,
  endedAt: isoTime,
  failingMinutes: z.array(isoTime),
  returns: z.number().int().default(0),
  /** What it was announced as; null: it ended before it was announced. */
  verdict: cause.nullable(),
});

/** The recent past of a warning that comes and goes, so that not every turn is announced. */
export const flappingSchema = z.object({
  /** What was announced in the last day, one fingerprint each. */
  announced: z.array(z.object({ line: z.string(), at: isoTime })),
  /** Since when it is away, as long as its end is not announced; null: it is there, or closed. */
  goneSince: isoTime.nullable(),
  /** Since when it was away when its end was announced; null: it is open. */
  closedSince: isoTime.nullable(),
  /** The longest pause after which it came back; its end is announced after three times as long. */
  longestPauseMinutes: z.number(),
});

/** Keys as version 0.1.0 stored them: an upgrade must not announce once more what was announced. */
const STORED_BEFORE: Readonly<Record<string, string>> = {
  toldPosture: 'announcedPosture',
  toldDrift: 'announcedDrift',
};

const withTodaysKeys = (state: unknown): unknown =>
  typeof state === 'object' && state !== null
    ? Object.fromEntries(Object.entries(state).map(([key, value]) => [STORED_BEFORE[key] ?? key, value]))
    : state;

const stateSchema = z.object({
  phase: z.enum(ALERT_PHASES),
  /** When the phase was entered. */
  since: isoTime,
  /** Time of the last decision; a clock that steps back does not make a later decision look older. */
  decidedAt: isoTime,
  incident: openIncidentSchema.nullable(),
  ended: endedIncidentSchema.nullable().default(null),
  /** The mismatches that were announced without a 502, one fingerprint each. */
  announcedPosture: z.array(z.string()).default([]),
  /** The drift that was announced by itself, one fingerprint each. */
  announcedDrift: z.array(z.string()).default([]),
  /** The drift that was announced as part of an incident or a posture warning. */
  knownDrift: z.array(z.string()).default([]),
  /** Absent where none was announced in the last day. */
  postureFlapping: flappingSchema.optional(),
  driftFlapping: flappingSchema.optional(),
  /** Changes known from events: the trail shows them up to 15 minutes later. */
  reportedChanges: z.array(changeSchema).optional(),
});

/** What is remembered of one load balancer between two investigations. */
export const alertStateSchema = z.preprocess(withTodaysKeys, stateSchema);

/** An incident that was announced lately, so that a fleet-wide event is noticed while it happens. */
export const announcedIncidentSchema = z.object({
  at: isoTime,
  loadBalancerArn: z.string(),
  incidentId: z.string(),
  verdict: cause,
  severity,
  /** Left to the summary of the fleet-wide event. */
  grouped: z.boolean(),
});

/** A fleet-wide event that a summary announced. */
export const fleetEventSchema = z.object({
  id: z.string(),
  region: z.string(),
  verdict: cause,
  openedAt: isoTime,
  /**
   * Time of its last summary, and how many load balancers that counted. Version 0.1.0 reads these names after a
   * rollback.
   */
  toldAt: isoTime,
  toldCount: z.number().int(),
  severity,
  /** The incident whose diagnosis stands for all. */
  incidentId: z.string(),
});

/** One line of an incident's history. */
export const timelineEntrySchema = z.strictObject({
  at: isoTime,
  phase: z.enum(ALERT_PHASES),
  reason: z.string(),
  event: z.enum(ALERT_EVENTS).nullable(),
  /** What the look came to, which can be another cause than that of the record; null or absent: it saw no 502. */
  verdict: cause.nullable().optional(),
  probability: z.number().optional(),
});

/** Something a person wrote into the record, for instance why a change was reverted. */
export const noteSchema = z.object({ at: isoTime, by: z.string().nullable(), text: z.string() });

const configuration = z.record(z.string(), z.record(z.string(), z.string()));

/** The record of an incident: what happened, when, and what was known last. Read tolerantly, like the state. */
export const incidentSchema = z.object({
  id: z.string(),
  loadBalancerArn: z.string(),
  account: z.string(),
  region: z.string(),
  owner: z.string().nullable(),
  openedAt: isoTime,
  /** The first and the last minute with a 502. */
  firstFailure: isoTime.nullable().default(null),
  lastFailure: isoTime.nullable().default(null),
  resolvedAt: isoTime.nullable(),
  /** How often it came back after it had been closed. */
  returns: z.number().int().default(0),
  /** The diagnosis that was announced, see `recordedDiagnosis`. */
  diagnosis: diagnosisSchema,
  /** The accepted configuration, that of the first look, and that of the last. */
  configuration: z
    .object({ baseline: configuration.nullable(), opened: configuration, latest: configuration })
    .nullable()
    .default(null),
  changes: z.array(changeSchema),
  timeline: z.array(timelineEntrySchema),
  proof: proofSchema.nullable().default(null),
  /** null: no access log was read. */
  failingRequests: recordedRequestsSchema.nullable().default(null),
  silences: z.array(recordedSilenceSchema).default([]),
  notes: z.array(noteSchema).default([]),
  attachments: z.array(attachmentSchema).default([]),
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
  /** The two causes that lead where the verdict is `undetermined`, of the incident that ended last too. */
  leaders: z.array(z.enum(NAMED_CAUSES)).optional(),
  count: z.number(),
  requests: z.number(),
  /** false: the 502s could not be counted; `count` says nothing. */
  countKnown: z.literal(false).optional(),
  lastSeen: isoTime.nullable(),
  mismatch: mismatchSchema.nullable(),
  driftCount: z.number().int(),
  /** What differs from the baseline; the first 20. */
  drift: z.array(driftSchema).default([]),
  incidentId: z.string().nullable(),
  /** The incident that ended last, for a day: its record is still worth reading. */
  ended: z.object({ id: z.string(), at: isoTime, verdict: cause.nullable() }).optional(),
  /** A tag holds its alerts back; null: without end. */
  ignored: z.object({ until: isoTime.nullable() }).optional(),
  /** What to do about a mismatch or a drift; an incident has it in its record. */
  actions: z.array(actionSchema).optional(),
  updatedAt: isoTime,
});

export type OpenIncident = z.infer<typeof openIncidentSchema>;
export type EndedIncident = z.infer<typeof endedIncidentSchema>;
export type Flapping = z.infer<typeof flappingSchema>;
export type AlertState = z.infer<typeof alertStateSchema>;
export type AnnouncedIncident = z.infer<typeof announcedIncidentSchema>;
export type FleetEvent = z.infer<typeof fleetEventSchema>;
export type TimelineEntry = z.infer<typeof timelineEntrySchema>;
export type Note = z.infer<typeof noteSchema>;
export type Incident = z.infer<typeof incidentSchema>;
export type FleetEntry = z.infer<typeof fleetEntrySchema>;
