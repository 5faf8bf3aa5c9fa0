import { type DynamoDBDocumentClient, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import type { Silence } from '../model/record.ts';
import { PARTITION, SORT } from './item.ts';
import type { MonitorStore } from './monitor-store.ts';

/** Writes silences twice in one transaction: beside the load balancer's state, and where all can be listed. */
export function silenceWrites(
  client: DynamoDBDocumentClient,
  tableName: string,
): Pick<MonitorStore, 'silence' | 'endSilence'> {
  const keysOf = (arn: string) => [
    { pk: PARTITION.loadBalancer(arn), sk: SORT.silence },
    { pk: PARTITION.silence, sk: arn },
  ];
  return {
    silence: async (arn, silence: Silence) => {
      const rest = { data: JSON.stringify(silence), expiresAt: Math.ceil(Date.parse(silence.until) / 1000) };
      const TransactItems = keysOf(arn).map((key) => ({
        Put: { TableName: tableName, Item: { ...key, ...rest } },
      }));
      await client.send(new TransactWriteCommand({ TransactItems }));
    },
    endSilence: async (arn) => {
      const TransactItems = keysOf(arn).map((Key) => ({ Delete: { TableName: tableName, Key } }));
      await client.send(new TransactWriteCommand({ TransactItems }));
    },
  };
}
