import { type DynamoDBDocumentClient, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { type Note, noteSchema } from '../model/alert.ts';
import { itemSchema } from './item.ts';

/** What people wrote into the records of incidents: apart from the records, so that no investigation overwrites it. */
export interface NoteStore {
  add(incidentId: string, note: Note): Promise<void>;
  /** Oldest first. */
  of(incidentId: string): Promise<readonly Note[]>;
}

const partitionOf = (incidentId: string): string => `NOTE#${incidentId}`;

/** Notes in the monitor's table, beside the items of `item.ts`: pk `NOTE#INCIDENT`, sk the time. */
export function noteStore(client: DynamoDBDocumentClient, tableName: string): NoteStore {
  return {
    add: async (incidentId, note) => {
      const Item = { pk: partitionOf(incidentId), sk: note.at, data: JSON.stringify(note) };
      await client.send(new PutCommand({ TableName: tableName, Item }));
    },
    of: async (incidentId) => {
      const { Items = [] } = await client.send(
        new QueryCommand({
          TableName: tableName,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': partitionOf(incidentId) },
          ConsistentRead: true,
        }),
      );
      return Items.map((item) => noteSchema.parse(JSON.parse(itemSchema.parse(item).data)));
    },
  };
}
