import type { SQSBatchResponse, SQSRecord } from 'aws-lambda';
import { type InvestigationMessage, parseInvestigationMessage } from './investigation-message.ts';

/** A message of the batch with the record it came in. */
export interface QueuedMessage {
  readonly record: SQSRecord;
  readonly message: InvestigationMessage;
}

/** What a batch asks for. */
export interface InvestigationBatch {
  /** By load balancer, in the order of the queue. */
  readonly groups: readonly (readonly QueuedMessage[])[];
  /** Records that carry no investigation, and why. */
  readonly unreadable: readonly { readonly record: SQSRecord; readonly error: unknown }[];
}

/** Sorts a batch of the queue by load balancer. */
export function readBatch(records: readonly SQSRecord[]): InvestigationBatch {
  const groups = new Map<string, QueuedMessage[]>();
  const unreadable: { record: SQSRecord; error: unknown }[] = [];
  for (const record of records) {
    try {
      const message = parseInvestigationMessage(record.body);
      const group = groups.get(message.loadBalancerArn) ?? [];
      groups.set(message.loadBalancerArn, group);
      group.push({ record, message });
    } catch (error) {
      unreadable.push({ record, error });
    }
  }
  return { groups: [...groups.values()], unreadable };
}

/**
 * Messages that need a look of their own: those that report a change, and the last of the others. One look answers
 * all that were asked before it.
 */
export function neededMessages(group: readonly QueuedMessage[]): readonly QueuedMessage[] {
  return group.filter(({ message }, index) => message.change !== null || index === group.length - 1);
}

/**
 * Runs the looks of a batch: load balancers side by side, the messages of one in their order. Where one fails, it and
 * the later ones of its load balancer stay on the queue.
 *
 * @param look - rejects where the message has to be tried again
 */
export async function runBatch(
  { groups, unreadable }: InvestigationBatch,
  look: (asked: QueuedMessage) => Promise<void>,
): Promise<SQSBatchResponse> {
  const failed = unreadable.map(({ record }) => record.messageId);
  await Promise.all(
    groups.map(async (group) => {
      const needed = new Set(neededMessages(group));
      for (const [index, asked] of group.entries()) {
        if (!needed.has(asked)) continue;
        try {
          await look(asked);
        } catch {
          failed.push(...group.slice(index).map(({ record }) => record.messageId));
          return;
        }
      }
    }),
  );
  return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
}
