import * as z from 'zod';
import {
  alertStateSchema,
  type FleetEntry,
  fleetEntrySchema,
  type Incident,
  incidentSchema,
  type Notification,
  notificationSchema,
} from '../model/alert.ts';
import { baselineSchema, type KeepAliveFact, keepAliveFactSchema } from '../model/evidence.ts';
import { RemoteError } from '../model/failure.ts';
import { CHANNELS, type Channel } from './monitor-store.ts';

/**
 * The items of the table. Every item has a partition `pk`, a sort key `sk` and its content as JSON in `data`:
 *
 * | pk | sk | data |
 * |---|---|---|
 * | `LB#ARN` | `STATE`, `BASELINE`, `FACT#…` | what is remembered of one load balancer |
 * | `INCIDENT` | incident id | the record of an incident |
 * | `OUTBOX` | time, number, channel, id | a notification that waits for delivery |
 * | `ACTIVE` | ARN | an alert that is pending, firing or resolving |
 * | `FLEET` | ARN | one row of the overview |
 * | `SCREEN` | region | where the slow beats stand |
 */
export const PARTITION = {
  loadBalancer: (arn: string): string => `LB#${arn}`,
  incident: 'INCIDENT',
  outbox: 'OUTBOX',
  active: 'ACTIVE',
  fleet: 'FLEET',
  screen: 'SCREEN',
} as const;

export const SORT = {
  state: 'STATE',
  baseline: 'BASELINE',
  fact: ({ targetGroupArn, target, source }: KeepAliveFact): string =>
    `FACT#${targetGroupArn}#${target ?? ''}#${source}`,
  outbox: ({ at, alert }: Notification, index: number, channel: Channel): string =>
    `${at}#${String(index).padStart(3, '0')}#${channel}#${alert.id}`,
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
});

function decoder<T>(schema: z.ZodType<T>): (item: Item) => T {
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
export const decodeIncident: (item: Item) => Incident = decoder(incidentSchema);
export const decodeOutboxEntry = decoder(
  z.object({ channel: z.enum(CHANNELS), notification: notificationSchema }),
);
export const decodeActive = decoder(activeSchema);
export const decodeFleetEntry: (item: Item) => FleetEntry = decoder(fleetEntrySchema);
export const decodeProgress = decoder(progressSchema);
