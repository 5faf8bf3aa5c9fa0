import { type DynamoDBDocumentClient, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { decodeOutboxEntry, type Item, PARTITION } from './item.ts';
import {
  type AsideEntry,
  CHANNELS,
  type MonitorStore,
  type OutboxEntry,
  type UnreadableEntry,
} from './monitor-store.ts';
import type { TableReader } from './table-reader.ts';

/** Long enough for the next working day, and for the version that can read it to be deployed again. */
const ASIDE_TTL_SECONDS = 14 * 86_400;

/** Entries that are looked at on the way to those wanted, at most: a table full of poison must not cost every look a scan. */
const MOST_READ = 500;

/** The sort key of a message that lies aside: that which it had, its channel, and why. */
const ASIDE_KEY = /^(?<key>.*)#(?<channel>topic|bus)#(?<because>unreadable|refused)$/s;
const asideKeySchema = z.object({
  key: z.string(),
  channel: z.enum(CHANNELS),
  because: z.enum(['unreadable', 'refused']),
});
const asideKey = ({ key, channel, because }: z.infer<typeof asideKeySchema>): string =>
  `${key}#${channel}#${because}`;

/** The time with which a sort key of the outbox begins, see `SORT.outbox`. */
const timeOf = (key: string): string => key.split('#', 1)[0] ?? '';

type OutboxStore = Pick<MonitorStore, 'outbox' | 'setAside' | 'aside' | 'takeBack'>;

/** The outbox and what lies beside it. */
export function outboxStore(
  client: DynamoDBDocumentClient,
  tableName: string,
  { query }: Pick<TableReader, 'query'>,
  warn: (sentence: string) => void,
): OutboxStore {
  /** Moves an item: it is in exactly one place whatever happens. */
  const move = async (item: Record<string, unknown>, from: { readonly pk: string; readonly sk: string }) => {
    await client.send(
      new TransactWriteCommand({
        TransactItems: [
          { Put: { TableName: tableName, Item: item } },
          { Delete: { TableName: tableName, Key: from } },
        ],
      }),
    );
  };

  const readable = (item: Item): Omit<OutboxEntry, 'channel'> | null => {
    try {
      return { key: item.sk, notification: decodeOutboxEntry(item) };
    } catch (error) {
      warn(error instanceof Error ? error.message : String(error));
      return null;
    }
  };

  return {
    outbox: async ({ channel, limit }) => {
      const entries: OutboxEntry[] = [];
      const unreadable: UnreadableEntry[] = [];
      let after: string | undefined;
      while (entries.length < limit && entries.length + unreadable.length < MOST_READ) {
        const wanted = limit - entries.length;
        const items = await query(PARTITION.outbox(channel), wanted, after);
        for (const item of items) {
          const entry = readable(item);
          if (entry === null) unreadable.push({ key: item.sk, channel, data: item.data });
          else entries.push({ ...entry, channel });
        }
        const last = items.at(-1)?.sk;
        if (items.length < wanted || last === undefined) break;
        // The next key there can be.
        after = `${last}\u0000`;
      }
      return { entries, unreadable };
    },
    setAside: async ({ channel, key }, because, data) => {
      const expiresAt = Math.floor(Date.now() / 1000) + ASIDE_TTL_SECONDS;
      const sk = asideKey({ key, channel, because });
      await move({ pk: PARTITION.aside, sk, data, expiresAt }, { pk: PARTITION.outbox(channel), sk: key });
    },
    aside: async () =>
      (await query(PARTITION.aside, MOST_READ)).flatMap((item): AsideEntry[] => {
        const parsed = asideKeySchema.safeParse(ASIDE_KEY.exec(item.sk)?.groups);
        if (parsed.success) return [{ ...parsed.data, data: item.data, at: timeOf(parsed.data.key) }];
        warn(`the item ${item.pk} ${item.sk} of the state table cannot be read: delete it`);
        return [];
      }),
    takeBack: async ({ channel, key, data, because }) => {
      const item = { pk: PARTITION.outbox(channel), sk: key, data };
      if (readable(item) === null) return false;
      await move(item, { pk: PARTITION.aside, sk: asideKey({ key, channel, because }) });
      return true;
    },
  };
}
