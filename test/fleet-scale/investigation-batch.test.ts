import type { SQSRecord } from 'aws-lambda';
import { describe, expect, test } from 'vitest';
import {
  neededMessages,
  type QueuedMessage,
  readBatch,
  runBatch,
} from '../../lambda/investigate/investigation-batch.ts';
import { requestFor } from '../../lambda/investigate/investigation-message.ts';

const arnOf = (name: string): string =>
  `arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/${name}/0123456789abcdef`;
const NOW = '2026-11-20T10:00:00.000Z';
const CHANGE = {
  at: NOW,
  eventName: 'ModifyLoadBalancerAttributes',
  resourceArn: arnOf('shop'),
  principal: null,
  sourceIpAddress: null,
  userAgent: null,
  from: null,
  to: null,
};

function record(messageId: string, name: string, change: typeof CHANGE | null = null): SQSRecord {
  const message = { ...requestFor(arnOf(name), 'eu-central-1', change ? 'change' : 'failing', NOW), change };
  return {
    messageId,
    receiptHandle: messageId,
    body: name === 'broken' ? 'no JSON' : JSON.stringify(message),
    attributes: {
      ApproximateReceiveCount: '1',
      SentTimestamp: '0',
      SenderId: 's',
      ApproximateFirstReceiveTimestamp: '0',
    },
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:eu-central-1:123456789012:queue.fifo',
    awsRegion: 'eu-central-1',
  };
}

const idsOf = (asked: readonly QueuedMessage[]): string[] =>
  asked.map(({ record: { messageId } }) => messageId);

describe('a batch of the queue', () => {
  test('looks once at a load balancer that was asked for three times', async () => {
    const looked: string[] = [];
    const batch = readBatch([
      record('1', 'shop'),
      record('2', 'cart'),
      record('3', 'shop'),
      record('4', 'shop'),
    ]);
    const { batchItemFailures } = await runBatch(batch, async ({ record: { messageId } }) => {
      looked.push(messageId);
    });
    expect(looked.sort()).toEqual(['2', '4']);
    expect(batchItemFailures).toEqual([]);
  });

  test('looks at every change, for each is evidence', () => {
    const [group] = readBatch([
      record('1', 'shop', CHANGE),
      record('2', 'shop'),
      record('3', 'shop', CHANGE),
    ]).groups;
    expect(idsOf(neededMessages(group ?? []))).toEqual(['1', '3']);
  });

  test('keeps what failed and the later messages of the same load balancer, and nothing of the others', async () => {
    const batch = readBatch([
      record('1', 'shop', CHANGE),
      record('2', 'shop', CHANGE),
      record('3', 'shop'),
      record('4', 'cart'),
    ]);
    const { batchItemFailures } = await runBatch(batch, async ({ record: { messageId } }) => {
      if (messageId === '2') throw new Error('throttled');
    });
    expect(batchItemFailures).toEqual([{ itemIdentifier: '2' }, { itemIdentifier: '3' }]);
  });

  test('keeps a message that is no investigation, until it ends in the dead-letter queue', async () => {
    const batch = readBatch([record('1', 'broken'), record('2', 'cart')]);
    const { batchItemFailures } = await runBatch(batch, async () => {});
    expect(batchItemFailures).toEqual([{ itemIdentifier: '1' }]);
  });
});
