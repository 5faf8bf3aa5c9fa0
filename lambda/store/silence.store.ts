import { type DynamoDBDocumentClient, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import type { Silence } from '../model/record.ts';
import { type Decode, decodeRecurringSilence, decodeSilence, type Item, PARTITION, SORT } from './item.ts';
import type { MonitorStore } from './monitor-store.ts';

type SilenceStore = Pick<MonitorStore, 'silence' | 'silences' | 'silenceRecurringly' | 'recurringSilences'>;

/** How the items of a partition are read. */
export interface ItemReader {
  readonly query: (pk: string) => Promise<readonly Item[]>;
  readonly readable: <T>(items: readonly Item[], decode: Decode<T>) => { item: Item; value: T }[];
}

/** Writes a silence twice in one transaction: beside the load balancer's state, and where all can be listed. */
export function silenceStore(
  client: DynamoDBDocumentClient,
  tableName: string,
  { query, readable }: ItemReader,
): SilenceStore {
  async function write(keys: readonly Pick<Item, 'pk' | 'sk'>[], silence: Silence): Promise<void> {
    const rest = { data: JSON.stringify(silence), expiresAt: Math.ceil(Date.parse(silence.until) / 1000) };
    const TransactItems = keys.map((key) => ({ Put: { TableName: tableName, Item: { ...key, ...rest } } }));
    await client.send(new TransactWriteCommand({ TransactItems }));
  }

  return {
    silence: (arn, silence) =>
      write(
        [
          { pk: PARTITION.loadBalancer(arn), sk: SORT.silence },
          { pk: PARTITION.silence, sk: arn },
        ],
        silence,
      ),
    silences: async () =>
      readable(await query(PARTITION.silence), decodeSilence).map(({ item, value }) => ({
        loadBalancerArn: item.sk,
        silence: value,
      })),
    silenceRecurringly: (arn, silence) =>
      write(
        [
          { pk: PARTITION.loadBalancer(arn), sk: SORT.recurringSilence(silence.recurrence) },
          { pk: PARTITION.recurringSilence, sk: SORT.recurringSilenceOf(arn, silence.recurrence) },
        ],
        silence,
      ),
    recurringSilences: async () =>
      readable(await query(PARTITION.recurringSilence), decodeRecurringSilence).map(({ item, value }) => ({
        // An ARN has no space.
        loadBalancerArn: item.sk.replace(/ .*/, ''),
        silence: value,
      })),
  };
}
