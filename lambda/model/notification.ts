import * as z from 'zod';
import { CAUSE_IDS } from './cause.ts';
import { diagnosisSchema, SEVERITIES } from './diagnosis.ts';

/** What a notification announces (contract). */
export const ALERT_EVENTS = ['firing', 'updated', 'resolved', 'drift', 'posture', 'heartbeat-lost'] as const;

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
    /** Where a viewer can silence it; null where the dashboard may not write. Put in when it is sent. */
    silence: z.string().nullable().optional(),
  }),
  /** The account's number, its alias if that can be read, and the words of the lock screen; put in when it is sent. */
  account: z.string().optional(),
  accountAlias: z.string().nullable().optional(),
  title: z.string().optional(),
  summary: z.string().optional(),
});

const rate = z.object({ failures: z.number(), requests: z.number(), from: isoTime, to: isoTime });

/** What shows that the failure is over: the rate before and after, and the chance that the silence is luck. */
export const proofSchema = z.object({
  before: rate,
  after: rate,
  /** exp(-t/m) with the mean pause m between failing minutes; null where a pause was never seen. */
  chanceByPauses: z.number().nullable(),
  /** (1-p)^n with the share p of failed requests before and the n requests after. */
  chanceByRequests: z.number().nullable(),
});

/** What a message says of the monitor that sends it: commands and links need it. */
const monitorSchema = z.object({
  /** Name of the state table, and the region of the stack. */
  table: z.string(),
  region: z.string(),
  /** null: the account has none, or it may not be read. */
  accountAlias: z.string().nullable(),
  /** Whether a viewer of the dashboard may silence a load balancer. */
  widgetActions: z.boolean(),
});

/** A notification before it is put in words: the alert and what the words need beside it. */
export const notificationSchema = z.object({
  at: isoTime,
  /** Why it is sent, from the decision; shown in the message and the log. */
  reason: z.string(),
  /** The cause it is about: that of the incident, also when it resolves, so that filters see both ends. */
  cause,
  owner: z.string().nullable(),
  /** The summary of a fleet-wide event: how many load balancers, and the first of their names; else null. */
  group: z
    .object({
      count: z.number().int(),
      names: z.array(z.string()),
      /** ARNs of all, as far as a message has room for them. */
      members: z.array(z.string()).default([]),
    })
    .nullable()
    .default(null),
  /** Of an incident that resolves: what shows that it is over. */
  proof: proofSchema.nullable().default(null),
  /** The first and the last minute with a 502; null: there was none, or it is not known. */
  failing: z.object({ from: isoTime, to: isoTime }).nullable().default(null),
  /** Put in when it is sent. */
  monitor: monitorSchema.nullable().default(null),
  alert: alertSchema,
});

export type AlertEvent = (typeof ALERT_EVENTS)[number];
export type Alert = z.infer<typeof alertSchema>;
export type Monitor = z.infer<typeof monitorSchema>;
export type Notification = z.infer<typeof notificationSchema>;
export type Proof = z.infer<typeof proofSchema>;
