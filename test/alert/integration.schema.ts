import { z } from 'zod';

/**
 * An event of PagerDuty's Events API v2, as its published schema has it
 * (https://github.com/PagerDuty/api-schema, reference/events-v2/openapiv3.json): required are `routing_key` and
 * `event_action`, of `payload` the summary, the severity and the source, and `dedup_key` unless it triggers. The lengths
 * are of https://developer.pagerduty.com/docs/events-api-v2/trigger-events/.
 */
export const pagerDutyEvent = z.strictObject({
  routing_key: z.string().length(32),
  event_action: z.enum(['trigger', 'acknowledge', 'resolve']),
  dedup_key: z.string().min(1).max(255),
  client: z.string().optional(),
  client_url: z.url().optional(),
  links: z.array(z.strictObject({ href: z.url(), text: z.string().optional() })).optional(),
  payload: z.strictObject({
    summary: z.string().min(1).max(1024),
    source: z.string().min(1),
    severity: z.enum(['critical', 'warning', 'error', 'info']),
    timestamp: z.iso.datetime().optional(),
    component: z.string().optional(),
    group: z.string().optional(),
    class: z.string().optional(),
    custom_details: z.record(z.string(), z.unknown()).optional(),
  }),
});

/** "Create Alert" of Opsgenie's Alert API, fields and limits as https://docs.opsgenie.com/docs/alert-api lists them. */
export const opsgenieCreate = z.strictObject({
  message: z.string().min(1).max(130),
  alias: z.string().min(1).max(512).optional(),
  description: z.string().max(15_000).optional(),
  tags: z.array(z.string().max(50)).max(20).optional(),
  details: z
    .record(z.string(), z.string())
    .refine((details) => JSON.stringify(details).length <= 8_000)
    .optional(),
  entity: z.string().max(512).optional(),
  source: z.string().max(100).optional(),
  priority: z.enum(['P1', 'P2', 'P3', 'P4', 'P5']).optional(),
});

/** "Close Alert" of the same; the alias stands in the address. */
export const opsgenieClose = z.strictObject({
  user: z.string().max(100).optional(),
  source: z.string().max(100).optional(),
  note: z.string().max(25_000).optional(),
});
