import { createHash } from 'node:crypto';
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { type Note, noteSchema } from '../model/alert.ts';
import { type Attachment, attachmentSchema } from '../model/record.ts';
import { inTextOrder } from '../model/text-order.ts';
import { tableReader } from './table-reader.ts';

/**
 * What people put into the records of incidents: apart from the records, so that no investigation overwrites it.
 * Nothing that is there is written again, so a call that is repeated leaves one copy.
 */
export interface NoteStore {
  add(incidentId: string, note: Note): Promise<void>;
  /** Oldest first. */
  of(incidentId: string): Promise<readonly Note[]>;
  /** @returns false where the same command with the same output is there already, whenever it was attached */
  attach(incidentId: string, attachment: Attachment): Promise<boolean>;
  /** Oldest first. */
  attachmentsOf(incidentId: string): Promise<readonly Attachment[]>;
}

const notesOf = (incidentId: string): string => `NOTE#${incidentId}`;
const attachmentsOf = (incidentId: string): string => `ATTACHMENT#${incidentId}`;

/** Longer than the record itself is kept: a year after its last change. */
const TTL_SECONDS = 2 * 365 * 86_400;

const digest = (parts: readonly string[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex');

/**
 * In the monitor's table, beside the items of `item.ts`: pk `NOTE#INCIDENT`, sk the time and a digest of the text; and
 * pk `ATTACHMENT#INCIDENT`, sk a digest of command and output.
 */
export function noteStore(client: DynamoDBDocumentClient, tableName: string): NoteStore {
  const { query } = tableReader(client, tableName);

  async function append(pk: string, sk: string, content: Note | Attachment): Promise<boolean> {
    const expiresAt = Math.floor(Date.parse(content.at) / 1000) + TTL_SECONDS;
    const Item = { pk, sk, data: JSON.stringify(content), expiresAt };
    try {
      await client.send(
        new PutCommand({ TableName: tableName, Item, ConditionExpression: 'attribute_not_exists(pk)' }),
      );
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }

  return {
    add: async (incidentId, note) => {
      const sk = `${note.at}#${digest([note.by ?? '', note.text])}`;
      await append(notesOf(incidentId), sk, note);
    },
    of: async (incidentId) =>
      (await query(notesOf(incidentId))).map(({ data }) => noteSchema.parse(JSON.parse(data))),
    attach: (incidentId, attachment) =>
      append(attachmentsOf(incidentId), digest([attachment.command, attachment.output]), attachment),
    attachmentsOf: async (incidentId) =>
      (await query(attachmentsOf(incidentId)))
        .map(({ data }) => attachmentSchema.parse(JSON.parse(data)))
        .sort((left, right) => inTextOrder(left.at, right.at)),
  };
}
