import { type DynamoDBDocumentClient, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { PARTITION, SORT } from './item.ts';
import type { MonitorStore } from './monitor-store.ts';

/** Writes a silence twice in one transaction: beside the load balancer's state, and where all can be listed. */
export function silenceWriter(client: DynamoDBDocumentClient, tableName: string): MonitorStore['silence'] {
  return async (arn, silence) => {
    const rest = { data: JSON.stringify(silence), expiresAt: Math.ceil(Date.parse(silence.until) / 1000) };
    const keys = [
      { pk: PARTITION.loadBalancer(arn), sk: SORT.silence },
      { pk: PARTITION.silence, sk: arn },
    ];
    const TransactItems = keys.map((key) => ({ Put: { TableName: tableName, Item: { ...key, ...rest } } }));
    await client.send(new TransactWriteCommand({ TransactItems }));
  };
}
