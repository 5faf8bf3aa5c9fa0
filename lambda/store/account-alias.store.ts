import { type DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { decodeAccountAlias, PARTITION, SORT } from './item.ts';
import { tableReader } from './table-reader.ts';

/** What was last heard of the account's alias. */
export interface KnownAlias {
  /** ISO time. */
  readonly checkedAt: string;
  /** null: the account has none, or AWS would not say. */
  readonly alias: string | null;
}

export interface AccountAliasStore {
  /** null: nobody asked yet. */
  load(): Promise<KnownAlias | null>;
  save(known: KnownAlias): Promise<void>;
}

/** The account's alias in the monitor's table. */
export function accountAliasStore(client: DynamoDBDocumentClient, TableName: string): AccountAliasStore {
  const { get } = tableReader(client, TableName);
  return {
    load: async () => {
      const item = await get(PARTITION.account, SORT.alias);
      return item === null ? null : decodeAccountAlias(item);
    },
    save: async (known) => {
      const Item = { pk: PARTITION.account, sk: SORT.alias, data: JSON.stringify(known) };
      await client.send(new PutCommand({ TableName, Item }));
    },
  };
}
