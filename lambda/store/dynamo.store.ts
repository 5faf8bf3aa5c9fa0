import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import {
  DeleteCommand,
  type DynamoDBDocumentClient,
  PutCommand,
  TransactWriteCommand,
} from '@aws-sdk/lib-dynamodb';
import { FACT_IN_FORCE_SECONDS } from '../diagnose/keep-alive/facts-in-force.ts';
import type { AnnouncedIncident, FleetEvent, Notification } from '../model/alert.ts';
import { regionOfArn } from '../model/arn.ts';
import type { Baseline, KeepAliveFact, ResponseFact } from '../model/evidence.ts';
import {
  type Decode,
  decodeActive,
  decodeAnnounced,
  decodeAnswer,
  decodeBaseline,
  decodeFact,
  decodeFleetEntry,
  decodeFleetEvent,
  decodeIncident,
  decodeRecurringSilence,
  decodeSilence,
  decodeState,
  type Item,
  PARTITION,
  SORT,
} from './item.ts';
import {
  CHANNELS,
  ConcurrentUpdateError,
  type InvestigationRecord,
  type MonitorStore,
  type StoredRecord,
} from './monitor-store.ts';
import { outboxStore } from './outbox.store.ts';
import { ownItems } from './own-items.ts';
import { screenedRegionStore } from './screened-region.store.ts';
import { silenceStore } from './silence.store.ts';
import { tableReader } from './table-reader.ts';

/** Incidents are kept for a year after their last change (DynamoDB's time to live, in seconds). */
const INCIDENT_TTL_SECONDS = 365 * 86_400;

/** An announcement is looked back at for minutes, and a fleet-wide event for a day. */
const ANNOUNCED_TTL_SECONDS = 2 * 86_400;

/** An answer of a target is no evidence for longer than a day. */
const ANSWER_TTL_SECONDS = 2 * 86_400;

const secondsOf = (time: string): number => Math.floor(Date.parse(time) / 1000);

/**
 * The monitor's store in one DynamoDB table with `pk`, `sk` and the time to live `expiresAt`.
 *
 * @param warn - takes one sentence for each item of a list that cannot be read and is left out: one bad item must
 * not blind the whole. An unreadable state is an error, lest an alert that is open be forgotten.
 */
export function dynamoStore(
  client: DynamoDBDocumentClient,
  tableName: string,
  warn: (sentence: string) => void = () => {},
): MonitorStore {
  const put = (pk: string, sk: string, data: unknown, more: Record<string, unknown> = {}) => ({
    TableName: tableName,
    Item: { pk, sk, data: JSON.stringify(data), ...more },
  });
  const remove = (pk: string, sk: string) => ({ TableName: tableName, Key: { pk, sk } });

  const { get, query, newestFirst } = tableReader(client, tableName);

  function readable<T>(items: readonly Item[], decode: Decode<T>): { item: Item; value: T }[] {
    return items.flatMap((item) => {
      try {
        return [{ item, value: decode(item) }];
      } catch (error) {
        warn(error instanceof Error ? error.message : String(error));
        return [];
      }
    });
  }

  async function all<T>(pk: string, decode: Decode<T>): Promise<T[]> {
    return readable(await query(pk), decode).map(({ value }) => value);
  }

  async function load(loadBalancerArn: string): Promise<StoredRecord> {
    const items = await ownItems({ get, query, warn }, loadBalancerArn);
    const bySort = new Map(items.map((item) => [item.sk, item]));
    const stateItem = bySort.get(SORT.state);
    const baselineItem = bySort.get(SORT.baseline);
    const state = stateItem ? decodeState(stateItem) : null;
    const incidentId = state?.incident?.id ?? state?.ended?.id;
    const of = <T>(prefix: string, decode: Decode<T>): T[] =>
      readable(
        items.filter(({ sk }) => sk.startsWith(prefix)),
        decode,
      ).map(({ value }) => value);
    const incidentItem = incidentId === undefined ? null : await get(PARTITION.incident, incidentId);
    return {
      state,
      baseline: baselineItem ? decodeBaseline(baselineItem) : null,
      keepAliveFacts: of('FACT#', decodeFact),
      responseFacts: of('ANSWER#', decodeAnswer),
      silence: of(SORT.silence, decodeSilence)[0] ?? null,
      recurringSilences: of('RECURRING#', decodeRecurringSilence),
      incident: (incidentItem && readable([incidentItem], decodeIncident)[0]?.value) ?? null,
      revision: stateItem?.revision ?? 0,
    };
  }

  function writesOf(record: InvestigationRecord) {
    const {
      loadBalancerArn: arn,
      state,
      readRevision,
      incident,
      newBaseline,
      fleetEntry,
      nextLookAt,
    } = record;
    const own = PARTITION.loadBalancer(arn);
    const guarded = {
      ...put(own, SORT.state, state, { revision: readRevision + 1 }),
      ConditionExpression: 'attribute_not_exists(pk) OR revision = :read',
      ExpressionAttributeValues: { ':read': readRevision },
    };
    const active = state.phase !== 'inactive' && fleetEntry !== null;
    const expiresAt = incident && secondsOf(incident.resolvedAt ?? state.since) + INCIDENT_TTL_SECONDS;
    return [
      { Put: guarded },
      ...(newBaseline ? [{ Put: put(own, SORT.baseline, newBaseline) }] : []),
      ...(incident ? [{ Put: put(PARTITION.incident, incident.id, incident, { expiresAt }) }] : []),
      fleetEntry ? { Put: put(PARTITION.fleet, arn, fleetEntry) } : { Delete: remove(PARTITION.fleet, arn) },
      active
        ? { Put: put(PARTITION.active, arn, { loadBalancerArn: arn, region: fleetEntry.region, nextLookAt }) }
        : { Delete: remove(PARTITION.active, arn) },
      ...record.notifications.flatMap(outboxPuts),
      ...(record.announced
        ? [
            {
              Put: put(
                PARTITION.announced(regionOfArn(record.announced.loadBalancerArn)),
                SORT.announced(record.announced),
                record.announced,
                { expiresAt: secondsOf(record.announced.at) + ANNOUNCED_TTL_SECONDS },
              ),
            },
          ]
        : []),
    ];
  }

  const outboxPuts = (notification: Notification, index: number) =>
    CHANNELS.map((channel) => ({
      Put: put(PARTITION.outbox(channel), SORT.outbox(notification, index), notification),
    }));

  async function saveFleetEvent(
    event: FleetEvent,
    ended: boolean,
    notification: Notification,
  ): Promise<void> {
    const pk = PARTITION.event(event.region);
    const own = ended ? { Delete: remove(pk, event.id) } : { Put: put(pk, event.id, event) };
    await client.send(new TransactWriteCommand({ TransactItems: [own, ...outboxPuts(notification, 0)] }));
  }

  async function record(entry: InvestigationRecord): Promise<void> {
    try {
      await client.send(new TransactWriteCommand({ TransactItems: writesOf(entry) }));
    } catch (error) {
      const conflict =
        error instanceof TransactionCanceledException &&
        error.CancellationReasons?.some(
          ({ Code }) => Code === 'ConditionalCheckFailed' || Code === 'TransactionConflict',
        );
      if (!conflict) throw error;
      throw new ConcurrentUpdateError(`${entry.loadBalancerArn} was investigated twice at once`, {
        cause: error,
      });
    }
  }

  return {
    load,
    record,
    ...outboxStore(client, tableName, { query }, warn),
    removeFromOutbox: async ({ channel, key }) => {
      await client.send(new DeleteCommand(remove(PARTITION.outbox(channel), key)));
    },
    announcedSince: async (region, since) =>
      readable(await query(PARTITION.announced(region), undefined, since), decodeAnnounced).map(
        ({ value }) => value,
      ),
    announcedAlike: async ({ region, since, verdict, most }) => {
      const found = new Map<string, AnnouncedIncident>();
      for await (const page of newestFirst(PARTITION.announced(region), since)) {
        for (const { value } of readable(page, decodeAnnounced))
          if (value.verdict === verdict && !found.has(value.loadBalancerArn))
            found.set(value.loadBalancerArn, value);
        if (found.size >= most) break;
      }
      return [...found.values()].slice(0, most);
    },
    fleetEvents: (region) => all(PARTITION.event(region), decodeFleetEvent),
    saveFleetEvent,
    active: () => all(PARTITION.active, decodeActive),
    fleet: () => all(PARTITION.fleet, decodeFleetEntry),
    incident: async (id) => {
      const item = await get(PARTITION.incident, id);
      return item && decodeIncident(item);
    },
    incidents: () => all(PARTITION.incident, decodeIncident),
    acceptBaseline: async (arn: string, baseline: Baseline) => {
      await client.send(new PutCommand(put(PARTITION.loadBalancer(arn), SORT.baseline, baseline)));
    },
    ...silenceStore(client, tableName, { query, readable }),
    saveKeepAliveFact: async (arn: string, fact: KeepAliveFact) => {
      const expiresAt = secondsOf(fact.at ?? new Date().toISOString()) + FACT_IN_FORCE_SECONDS;
      await client.send(
        new PutCommand(put(PARTITION.loadBalancer(arn), SORT.fact(fact), fact, { expiresAt })),
      );
    },
    saveResponseFact: async (arn: string, fact: ResponseFact) => {
      const expiresAt = secondsOf(fact.at) + ANSWER_TTL_SECONDS;
      await client.send(
        new PutCommand(put(PARTITION.loadBalancer(arn), SORT.answer(fact), fact, { expiresAt })),
      );
    },
    ...screenedRegionStore(client, tableName, warn),
  };
}
