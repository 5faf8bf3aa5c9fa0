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

/** A deployed monitor's memory, for the command line. */
export interface OpenTable {
  readonly tableName: string;
  readonly store: MonitorStore;
  readonly notes: NoteStore;
}

/** How CloudFormation names the table of `Alb502Monitor`: stack, construct path, `State`, a hash. */
const OWN_TABLE = /alb502.*State[0-9A-F]{8}/i;

/** Pages of table names that are searched; 100 names each. */
const PAGES = 20;

/**
 * Opens the table that is named, or finds the only one there is.
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
  const tableName = location.tableName ?? (await onlyTable(dynamo, region));
  return {
    tableName,
    store: dynamoStore(client, tableName, warn),
    notes: noteStore(client, tableName),
  };
}

async function onlyTable(dynamo: DynamoDBClient, region: string): Promise<string> {
  const found: string[] = [];
  let after: string | undefined;
  for (let page = 0; page < PAGES; page++) {
    const { TableNames = [], LastEvaluatedTableName } = await translated('', region, () =>
      dynamo.send(new ListTablesCommand({ ExclusiveStartTableName: after })),
    );
    found.push(...TableNames.filter((name) => OWN_TABLE.test(name)));
    after = LastEvaluatedTableName;
    if (after === undefined) break;
  }
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  const seen =
    only === undefined ? 'no table of a deployed monitor is' : `the tables ${found.join(', ')} are`;
  throw new InputError(
    `${seen} in ${region}; give --table NAME, the stack output StateTableName, and --region`,
  );
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
    throw new RemoteError(`DynamoDB in ${region} did not do it: ${reason}`, { cause: error });
  }
}
