import * as z from 'zod';
import {
  type AnnouncedIncident,
  alertStateSchema,
  announcedIncidentSchema,
  type FleetEntry,
  fleetEntrySchema,
  fleetEventSchema,
  type Incident,
  incidentSchema,
  type Notification,
  notificationSchema,
} from '../model/alert.ts';
import {
  baselineSchema,
  type KeepAliveFact,
  keepAliveFactSchema,
  type ResponseFact,
  responseFactSchema,
} from '../model/evidence.ts';
import { RemoteError } from '../model/failure.ts';
import { type Recurrence, recurringSilenceSchema, silenceSchema } from '../model/record.ts';
import type { Channel } from './monitor-store.ts';

/**
 * The items of the table. Every item has a partition `pk`, a sort key `sk` and its content as JSON in `data`:
 *
 * | pk | sk | data |
 * |---|---|---|
 * | `LB#ARN` | `STATE`, `BASELINE`, `SILENCE`, `RECURRING#…`, `FACT#…`, `ANSWER#…` | what is remembered of one load balancer |
 * | `INCIDENT` | incident id | the record of an incident |
 * | `OUTBOX#CHANNEL` | time, number, id | a notification that waits for delivery |
 * | `OUTBOX-ASIDE` | time, number, id, channel | a notification that cannot be read, or that its channel refuses for good |
 * | `ANNOUNCED#REGION` | time, ARN | an incident that was announced in the last day |
 * | `EVENT#REGION` | id | a fleet-wide event |
 * | `ACTIVE` | ARN | an alert that is pending, firing or resolving |
 * | `FLEET` | ARN | one row of the overview |
 * | `SILENCE` | ARN | the same as `SILENCE` of the load balancer, to list all |
 * | `RECURRING-SILENCE` | ARN, time zone, cron | the same as `RECURRING#…` of the load balancer, to list all |
 * | `SCREEN` | region | where the slow beats stand |
 * | `ACCOUNT` | `ALIAS` | the alias of the account, and when it was asked for |
 * | `ECS` | region | its ECS services by target group, compressed |
 */
export const PARTITION = {
  loadBalancer: (arn: string): string => `LB#${arn}`,
  incident: 'INCIDENT',
  outbox: (channel: Channel): string => `OUTBOX#${channel}`,
  aside: 'OUTBOX-ASIDE',
  announced: (region: string): string => `ANNOUNCED#${region}`,
  event: (region: string): string => `EVENT#${region}`,
  active: 'ACTIVE',
  fleet: 'FLEET',
  silence: 'SILENCE',
  recurringSilence: 'RECURRING-SILENCE',
  screen: 'SCREEN',
  account: 'ACCOUNT',
  ecsIndex: 'ECS',
} as const;

export const SORT = {
  state: 'STATE',
  baseline: 'BASELINE',
  silence: 'SILENCE',
  /** An older version takes every key that begins with `SILENCE` for a silence that lasts to its end. */
  recurringSilence: ({ timeZone, cron }: Recurrence): string => `RECURRING#${timeZone} ${cron}`,
  recurringSilenceOf: (arn: string, { timeZone, cron }: Recurrence): string => `${arn} ${timeZone} ${cron}`,
  alias: 'ALIAS',
  fact: ({ targetGroupArn, target, source }: KeepAliveFact): string =>
    `FACT#${targetGroupArn}#${target ?? ''}#${source}`,
  answer: ({ targetGroupArn, target, path }: ResponseFact): string =>
    `ANSWER#${targetGroupArn}#${target}#${path}`,
  /** Sort keys take 1024 bytes; time and number order them, the rest tells two load balancers apart. */
  outbox: ({ at, alert }: Notification, index: number): string =>
    `${at}#${String(index).padStart(3, '0')}#${alert.id}`.slice(0, 250),
  announced: ({ at, loadBalancerArn }: AnnouncedIncident): string => `${at}#${loadBalancerArn}`.slice(0, 250),
} as const;

/** An item as it lies in the table. */
export const itemSchema = z.object({
  pk: z.string(),
  sk: z.string(),
  data: z.string(),
  revision: z.number().int().optional(),
});
export type Item = z.infer<typeof itemSchema>;

const activeSchema = z.object({ loadBalancerArn: z.string(), region: z.string(), nextLookAt: z.string() });
const progressSchema = z.object({
  lastBackstopAt: z.string().nullable(),
  passStartedAt: z.string().nullable(),
  passAfterArn: z.string().nullable(),
  posturePending: z.array(z.string()).default([]),
  firstPassDone: z.boolean().optional(),
  deniedAt: z.string().nullish(),
  trail: z.object({ checkedAt: z.string(), state: z.enum(['exists', 'none', 'unknown']) }).nullish(),
});

const accountAliasSchema = z.object({ checkedAt: z.iso.datetime(), alias: z.string().nullable() });

/** What an item is read with. */
export type Decode<T> = (item: Item) => T;

function decoder<T>(schema: z.ZodType<T>): Decode<T> {
  return ({ pk, sk, data }) => {
    try {
      return schema.parse(JSON.parse(data));
    } catch (cause) {
      throw new RemoteError(
        `the item ${pk} ${sk} of the state table cannot be read; it was written by another version or by hand: delete it`,
        { cause },
      );
    }
  };
}

export const decodeState = decoder(alertStateSchema);
export const decodeBaseline = decoder(baselineSchema);
export const decodeFact = decoder(keepAliveFactSchema);
export const decodeAnswer = decoder(responseFactSchema);
export const decodeIncident: (item: Item) => Incident = decoder(incidentSchema);
export const decodeOutboxEntry: Decode<Notification> = decoder(notificationSchema);
export const decodeAnnounced: Decode<AnnouncedIncident> = decoder(announcedIncidentSchema);
export const decodeFleetEvent = decoder(fleetEventSchema);
export const decodeActive = decoder(activeSchema);
export const decodeSilence = decoder(silenceSchema);
export const decodeRecurringSilence = decoder(recurringSilenceSchema);
export const decodeFleetEntry: (item: Item) => FleetEntry = decoder(fleetEntrySchema);
export const decodeAccountAlias = decoder(accountAliasSchema);
export const decodeProgress = decoder(progressSchema);
