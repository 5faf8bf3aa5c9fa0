import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import {
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  TransactWriteCommand,
} from '@aws-sdk/lib-dynamodb';
import type { Notification } from '../model/alert.ts';
import type { Baseline, KeepAliveFact } from '../model/evidence.ts';
import {
  decodeActive,
  decodeBaseline,
  decodeFact,
  decodeFleetEntry,
  decodeIncident,
  decodeOutboxEntry,
  decodeProgress,
  decodeState,
  type Item,
  itemSchema,
  PARTITION,
  SORT,
} from './item.ts';
import {
  CHANNELS,
  ConcurrentUpdateError,
  type InvestigationRecord,
  type Memory,
  type MonitorStore,
  type ScreenProgress,
} from './monitor-store.ts';

/** Incidents are kept for a year after their last change (DynamoDB's time to live, in seconds). */
const INCIDENT_TTL_SECONDS = 365 * 86_400;

const NEVER: ScreenProgress = { lastBackstopAt: null, passStartedAt: null, passAfterArn: null };

const isOf = ({ alert }: Notification, loadBalancerArn: string | undefined): boolean =>
  loadBalancerArn === undefined || alert.diagnosis.loadBalancerArn === loadBalancerArn;

/** The monitor's memory in one DynamoDB table with `pk`, `sk` and the time to live `expiresAt`. */
export function dynamoStore(client: DynamoDBDocumentClient, tableName: string): MonitorStore {
  const put = (pk: string, sk: string, data: unknown, more: Record<string, unknown> = {}) => ({
    TableName: tableName,
    Item: { pk, sk, data: JSON.stringify(data), ...more },
  });
  const remove = (pk: string, sk: string) => ({ TableName: tableName, Key: { pk, sk } });

  async function get(pk: string, sk: string): Promise<Item | null> {
    const { Item: found } = await client.send(new GetCommand({ ...remove(pk, sk), ConsistentRead: true }));
    return found === undefined ? null : itemSchema.parse(found);
  }

  async function query(pk: string, limit = Number.POSITIVE_INFINITY): Promise<Item[]> {
    const items: Item[] = [];
    let from: Record<string, unknown> | undefined;
    do {
      const page = await client.send(
        new QueryCommand({
          TableName: tableName,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': pk },
          ConsistentRead: true,
          ExclusiveStartKey: from,
          ...(Number.isFinite(limit) ? { Limit: limit - items.length } : {}),
        }),
      );
      items.push(...(page.Items ?? []).map((item) => itemSchema.parse(item)));
      from = page.LastEvaluatedKey;
    } while (from !== undefined && items.length < limit);
    return items;
  }

  async function load(loadBalancerArn: string): Promise<Memory> {
    const items = await query(PARTITION.loadBalancer(loadBalancerArn));
    const bySort = new Map(items.map((item) => [item.sk, item]));
    const stateItem = bySort.get(SORT.state);
    const baselineItem = bySort.get(SORT.baseline);
    const state = stateItem ? decodeState(stateItem) : null;
    const incidentItem = state?.incident ? await get(PARTITION.incident, state.incident.id) : null;
    return {
      state,
      baseline: baselineItem ? decodeBaseline(baselineItem) : null,
      keepAliveFacts: items.filter(({ sk }) => sk.startsWith('FACT#')).map(decodeFact),
      incident: incidentItem ? decodeIncident(incidentItem) : null,
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
    const expiresAt =
      incident && Math.floor(Date.parse(incident.resolvedAt ?? state.since) / 1000) + INCIDENT_TTL_SECONDS;
    return [
      { Put: guarded },
      ...(newBaseline ? [{ Put: put(own, SORT.baseline, newBaseline) }] : []),
      ...(incident ? [{ Put: put(PARTITION.incident, incident.id, incident, { expiresAt }) }] : []),
      fleetEntry ? { Put: put(PARTITION.fleet, arn, fleetEntry) } : { Delete: remove(PARTITION.fleet, arn) },
      active
        ? { Put: put(PARTITION.active, arn, { loadBalancerArn: arn, region: fleetEntry.region, nextLookAt }) }
        : { Delete: remove(PARTITION.active, arn) },
      ...record.notifications.flatMap((notification, index) =>
        CHANNELS.map((channel) => ({
          Put: put(PARTITION.outbox, SORT.outbox(notification, index, channel), { channel, notification }),
        })),
      ),
    ];
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
    outbox: async (limit, loadBalancerArn) => {
      // Entries of one load balancer lie among all others, so all are read; the outbox is short unless SNS is down.
      const items = await query(PARTITION.outbox, loadBalancerArn === undefined ? limit : undefined);
      const entries = items.map((item) => ({ key: item.sk, ...decodeOutboxEntry(item) }));
      return entries.filter(({ notification }) => isOf(notification, loadBalancerArn)).slice(0, limit);
    },
    removeFromOutbox: async (key) => {
      await client.send(new DeleteCommand(remove(PARTITION.outbox, key)));
    },
    active: async () => (await query(PARTITION.active)).map(decodeActive),
    fleet: async () => (await query(PARTITION.fleet)).map(decodeFleetEntry),
    incident: async (id) => {
      const item = await get(PARTITION.incident, id);
      return item && decodeIncident(item);
    },
    incidents: async () => (await query(PARTITION.incident)).map(decodeIncident),
    acceptBaseline: async (arn: string, baseline: Baseline) => {
      await client.send(new PutCommand(put(PARTITION.loadBalancer(arn), SORT.baseline, baseline)));
    },
    saveKeepAliveFact: async (arn: string, fact: KeepAliveFact) => {
      await client.send(new PutCommand(put(PARTITION.loadBalancer(arn), SORT.fact(fact), fact)));
    },
    screenProgress: async (region) => {
      const item = await get(PARTITION.screen, region);
      return item ? decodeProgress(item) : NEVER;
    },
    saveScreenProgress: async (region, progress) => {
      await client.send(new PutCommand(put(PARTITION.screen, region, progress)));
    },
  };
}
