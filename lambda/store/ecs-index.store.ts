import { gunzipSync, gzipSync } from 'node:zlib';
import { type DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { EcsIndex } from '../observe/workload/ecs-index.reader.ts';
import type { EcsIndexStore } from '../observe/workload/ecs-index.ts';
import { PARTITION } from './item.ts';
import { tableReader } from './table-reader.ts';

/** DynamoDB takes items of 400 kB; an index of 5,000 services has about 100. */
const MOST_BYTES = 350_000;

/** ARNs repeat themselves: a tenth of them is left when they are compressed. */
const contentSchema = z.object({
  listedAt: z.iso.datetime(),
  byTargetGroup: z.array(
    z.tuple([z.string(), z.array(z.object({ clusterArn: z.string(), serviceArn: z.string() }))]),
  ),
});

const encoded = ({ listedAt, byTargetGroup }: EcsIndex): string => {
  const content: z.input<typeof contentSchema> = {
    listedAt,
    byTargetGroup: [...byTargetGroup].map(([arn, services]) => [arn, [...services]]),
  };
  return gzipSync(JSON.stringify(content)).toString('base64');
};

function decoded(data: string): EcsIndex {
  const text = gunzipSync(Buffer.from(data, 'base64')).toString();
  const { listedAt, byTargetGroup } = contentSchema.parse(JSON.parse(text));
  return { listedAt, byTargetGroup: new Map(byTargetGroup), gaps: [] };
}

/**
 * The ECS services of each region in the monitor's table, so that a new process need not list them. What is incomplete is
 * not kept, and a table that does not answer costs a listing, no more.
 */
export function ecsIndexStore(client: DynamoDBDocumentClient, TableName: string): EcsIndexStore {
  const { get } = tableReader(client, TableName);
  return {
    load: async (region) => {
      try {
        const item = await get(PARTITION.ecsIndex, region);
        return item === null ? null : decoded(item.data);
      } catch {
        return null;
      }
    },
    save: async (region, index) => {
      const data = encoded(index);
      if (index.gaps.length > 0 || data.length > MOST_BYTES) return;
      try {
        await client.send(new PutCommand({ TableName, Item: { pk: PARTITION.ecsIndex, sk: region, data } }));
      } catch {
        // The process has it.
      }
    },
  };
}
