import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { InputError, RemoteError } from '../model/failure.ts';
import { dynamoStore } from './dynamo.store.ts';
import type { MonitorStore } from './monitor-store.ts';
import { type NoteStore, noteStore } from './note.store.ts';

/** Where a deployed monitor's table is. */
export interface TableLocation {
  readonly region: string;
  readonly endpoint?: string;
  /** null: the only table of a stack of this monitor in the region. */
  readonly tableName: string | null;
}

/** A deployed monitor's table, for the command line. */
export interface OpenTable {
  readonly tableName: string;
  readonly store: MonitorStore;
  readonly notes: NoteStore;
}

/** How CloudFormation names the table of `Alb502Monitor`: stack, construct path, `State`, a hash. */
const OWN_TABLE = /alb502.*State[0-9A-F]{8}/i;

/** `backstopMinutes` is a day at most; an hour more for what may be late. */
const SLOWEST_BEAT_MS = 25 * 3_600_000;

/** Pages of table names that are searched; 100 names each. */
const PAGES = 20;

/**
 * Opens the table that is named, or finds the only one that is in use.
 *
 * @throws InputError where none or several could be meant
 * @throws RemoteError where AWS does not answer
 */
export async function openTable(
  location: TableLocation,
  warn: (sentence: string) => void = () => {},
): Promise<OpenTable> {
  const { region, endpoint } = location;
  const dynamo = new DynamoDBClient({ region, ...(endpoint === undefined ? {} : { endpoint }) });
  const client = DynamoDBDocumentClient.from(dynamo);
  const tableName = location.tableName ?? (await ownTable(client, region, warn));
  return {
    tableName,
    store: dynamoStore(client, tableName, warn),
    notes: noteStore(client, tableName),
  };
}

/**
 * The only table of a monitor in the region; of several, for instance those that deleted stacks left behind, the only
 * one that a monitor still writes to.
 */
async function ownTable(
  client: DynamoDBDocumentClient,
  region: string,
  warn: (sentence: string) => void,
): Promise<string> {
  const found = await ownTables(client, region);
  const [only, ...others] = found;
  if (only !== undefined && others.length === 0) return only;
  const inUse = await tablesInUse(client, found);
  const [used, ...alsoUsed] = inUse;
  if (used !== undefined && alsoUsed.length === 0) {
    const left = found.filter((name) => name !== used);
    warn(`using ${used}; no monitor writes to ${left.join(', ')} any more`);
    return used;
  }
  const seen =
    only === undefined ? 'no table of a deployed monitor is' : `the tables ${found.join(', ')} are`;
  throw new InputError(
    `${seen} in ${region}; give --table NAME, the stack output StateTableName, and --region`,
  );
}

async function ownTables(client: DynamoDBDocumentClient, region: string): Promise<string[]> {
  const found: string[] = [];
  let after: string | undefined;
  for (let page = 0; page < PAGES; page++) {
    const { TableNames = [], LastEvaluatedTableName } = await translated('', region, () =>
      client.send(new ListTablesCommand({ ExclusiveStartTableName: after })),
    );
    found.push(...TableNames.filter((name) => OWN_TABLE.test(name)));
    after = LastEvaluatedTableName;
    if (after === undefined) break;
  }
  return found;
}

/** Those whose monitor noted a beat within the slowest that can be configured; unreadable ones count as used. */
async function tablesInUse(client: DynamoDBDocumentClient, names: readonly string[]): Promise<string[]> {
  const since = new Date(Date.now() - SLOWEST_BEAT_MS).toISOString();
  const used = await Promise.all(
    names.map(async (name) => {
      try {
        const regions = await dynamoStore(client, name).screenedRegions();
        return regions.some(({ progress: { lastBackstopAt } }) => (lastBackstopAt ?? '') >= since);
      } catch {
        return true;
      }
    }),
  );
  return names.filter((_, index) => used[index]);
}

/** What stopped the call, and what to do about it; a denied one names its permission. */
function remoteReason(reason: string, region: string): string {
  const [, action] = /not authorized to perform: (dynamodb:\w+)/.exec(reason) ?? [];
  if (action !== undefined)
    return `these credentials may not call ${action} in ${region}; allow ${action} (${reason})`;
  if (/could not load credentials/i.test(reason))
    return `no AWS credentials found; set AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or run aws sso login (${reason})`;
  return `the call to DynamoDB in ${region} failed: ${reason}`;
}

/** Runs a call on the table, with what AWS says in one line. */
export async function translated<T>(tableName: string, region: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof InputError || error instanceof RemoteError || !(error instanceof Error)) throw error;
    if (error.name === 'ResourceNotFoundException') {
      const what = `there is no table ${tableName} in ${region}`;
      throw new InputError(`${what}; give --table NAME, the stack output StateTableName, and --region`, {
        cause: error,
      });
    }
    const reason = error.message.replaceAll('\n', ' ') || error.name;
    throw new RemoteError(remoteReason(reason, region), { cause: error });
  }
}
