import { type DynamoDBDocumentClient, GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { type Item, itemSchema } from './item.ts';

/** Reads of the table; every one is consistent, for the next decision builds on the last. */
export interface TableReader {
  get(pk: string, sk: string): Promise<Item | null>;
  /** The items of a partition in the order of their sort keys, from one on, at most so many. */
  query(pk: string, limit?: number, startingAt?: string): Promise<Item[]>;
  /** The items of a partition from the last sort key back to one, a page at a time: who has enough reads no further. */
  newestFirst(pk: string, downTo: string): AsyncIterable<readonly Item[]>;
}

/** Small items mostly: a page of them costs one call and a few read units. */
const PAGE_ITEMS = 50;

export function tableReader(client: DynamoDBDocumentClient, tableName: string): TableReader {
  return {
    get: async (pk, sk) => {
      const { Item: found } = await client.send(
        new GetCommand({ TableName: tableName, Key: { pk, sk }, ConsistentRead: true }),
      );
      return found === undefined ? null : itemSchema.parse(found);
    },
    query: async (pk, limit = Number.POSITIVE_INFINITY, startingAt) => {
      const items: Item[] = [];
      let from: Record<string, unknown> | undefined;
      do {
        const page = await client.send(
          new QueryCommand({
            TableName: tableName,
            KeyConditionExpression: startingAt === undefined ? 'pk = :pk' : 'pk = :pk AND sk >= :sk',
            ExpressionAttributeValues: {
              ':pk': pk,
              ...(startingAt === undefined ? {} : { ':sk': startingAt }),
            },
            ConsistentRead: true,
            ExclusiveStartKey: from,
            ...(Number.isFinite(limit) ? { Limit: limit - items.length } : {}),
          }),
        );
        items.push(...(page.Items ?? []).map((item) => itemSchema.parse(item)));
        from = page.LastEvaluatedKey;
      } while (from !== undefined && items.length < limit);
      return items;
    },
    newestFirst: async function* (pk, downTo) {
      let from: Record<string, unknown> | undefined;
      do {
        const page = await client.send(
          new QueryCommand({
            TableName: tableName,
            KeyConditionExpression: 'pk = :pk AND sk >= :sk',
            ExpressionAttributeValues: { ':pk': pk, ':sk': downTo },
            ConsistentRead: true,
            ScanIndexForward: false,
            Limit: PAGE_ITEMS,
            ExclusiveStartKey: from,
          }),
        );
        yield (page.Items ?? []).map((item) => itemSchema.parse(item));
        from = page.LastEvaluatedKey;
      } while (from !== undefined);
    },
  };
}
