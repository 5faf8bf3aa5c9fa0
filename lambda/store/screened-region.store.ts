import { DeleteCommand, type DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { decodeProgress, type Item, PARTITION } from './item.ts';
import type { MonitorStore, ScreenProgress } from './monitor-store.ts';
import { tableReader } from './table-reader.ts';

const NEVER: ScreenProgress = {
  lastBackstopAt: null,
  passStartedAt: null,
  passAfterArn: null,
  posturePending: [],
};

type ScreenedRegions = Pick<
  MonitorStore,
  'screenProgress' | 'saveScreenProgress' | 'screenedRegions' | 'forgetRegion'
>;

/**
 * Where the screening of each region stands, one item a region.
 *
 * @param warn - takes one sentence for an item that cannot be read: unreadable progress costs one beat too many, and
 *   none missed
 */
export function screenedRegionStore(
  client: DynamoDBDocumentClient,
  TableName: string,
  warn: (sentence: string) => void,
): ScreenedRegions {
  const { get, query } = tableReader(client, TableName);
  const decoded = (item: Item): ScreenProgress => {
    try {
      return decodeProgress(item);
    } catch (error) {
      warn(error instanceof Error ? error.message : String(error));
      return NEVER;
    }
  };
  return {
    screenProgress: async (region) => {
      const item = await get(PARTITION.screen, region);
      return item === null ? NEVER : decoded(item);
    },
    saveScreenProgress: async (region, progress) => {
      const Item = { pk: PARTITION.screen, sk: region, data: JSON.stringify(progress) };
      await client.send(new PutCommand({ TableName, Item }));
    },
    screenedRegions: async () =>
      (await query(PARTITION.screen)).map((item) => ({ region: item.sk, progress: decoded(item) })),
    forgetRegion: async (region) => {
      await client.send(new DeleteCommand({ TableName, Key: { pk: PARTITION.screen, sk: region } }));
    },
  };
}
