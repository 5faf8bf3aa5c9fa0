import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { machineOf } from '../../lambda/alert/render/machine.ts';
import { eventBridgeDelivery } from '../../lambda/deliver/event-bridge.ts';
import { queueSender, retrySooner } from '../../lambda/deliver/queue.ts';
import { snsDelivery } from '../../lambda/deliver/sns.ts';
import { requestFor } from '../../lambda/investigate/investigation-message.ts';
import { alertSchema } from '../../lambda/model/alert.ts';
import { minute, SHOP } from '../alert/looks.ts';
import { type FaultProxy, startFaultProxy } from '../aws-faults.ts';
import { type Moto, startMoto } from '../moto.ts';
import { arnOf, notificationAt } from '../store/entries.ts';

let moto: Moto;
let proxy: FaultProxy;
beforeAll(async () => {
  moto = await startMoto();
  proxy = await startFaultProxy(moto.endpoint);
});
afterAll(async () => {
  await proxy.stop();
  await moto.stop();
});

const required = (value: string | undefined): string => {
  if (!value) throw new Error('moto gave no value');
  return value;
};

describe('the topic', () => {
  async function topicWithQueue(filter?: Readonly<Record<string, readonly string[]>>) {
    const sns = new SNSClient(moto.client);
    const sqs = new SQSClient(moto.client);
    const { TopicArn } = await sns.send(
      new CreateTopicCommand({ Name: `alerts-${Math.random()}`.replace('.', '') }),
    );
    const { QueueUrl } = await sqs.send(
      new CreateQueueCommand({ QueueName: `inbox-${Math.random()}`.replace('.', '') }),
    );
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }),
    );
    await sns.send(
      new SubscribeCommand({
        TopicArn,
        Protocol: 'sqs',
        Endpoint: required(Attributes?.['QueueArn']),
        ...(filter === undefined ? {} : { Attributes: { FilterPolicy: JSON.stringify(filter) } }),
      }),
    );
    const receive = async (): Promise<string[]> => {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
      );
      return Messages.map(
        ({ Body }) => z.object({ Message: z.string() }).parse(JSON.parse(Body ?? '')).Message,
      );
    };
    return { topicArn: required(TopicArn), receive };
  }

  test('carries the machine form to a queue that is subscribed', async () => {
    const { topicArn, receive } = await topicWithQueue();
    const notification = notificationAt(10);
    await snsDelivery(new SNSClient(moto.client), topicArn)(notification);
    const [message] = await receive();
    expect(alertSchema.parse(JSON.parse(message ?? ''))).toEqual(machineOf(notification));
  });

  test('brings the summary of a fleet-wide event to whoever filters on one of its members', async () => {
    const members = Array.from({ length: 300 }, (_, index) => arnOf(`n${index}`));
    const summary = {
      ...notificationAt(10),
      group: { count: members.length, names: members.slice(0, 20), members },
    };
    for (const [name, messages] of [
      ['n299', 1],
      ['elsewhere', 0],
    ] as const) {
      const { topicArn, receive } = await topicWithQueue({
        loadBalancer: [arnOf(name).split(':loadbalancer/')[1] ?? ''],
      });
      await snsDelivery(new SNSClient(moto.client), topicArn)(summary);
      expect(await receive(), name).toHaveLength(messages);
    }
  });

  test('reaches whoever filters on severity, also as the one line of a message that was refused', async () => {
    const { topicArn, receive } = await topicWithQueue({ severity: ['warning'] });
    proxy.reset([{ action: 'Publish', times: 1, fault: 'invalid-parameter' }]);
    const client = new SNSClient({ ...moto.client, ...proxy.client });
    await snsDelivery(client, topicArn)(notificationAt(10));
    expect(await receive()).toHaveLength(1);
  });

  test('gets one line where SNS refuses the message for good, instead of nothing', async () => {
    const { topicArn, receive } = await topicWithQueue();
    proxy.reset([{ action: 'Publish', times: 1, fault: 'invalid-parameter' }]);
    const client = new SNSClient({ ...moto.client, ...proxy.client });
    await snsDelivery(client, topicArn)(notificationAt(10));
    expect(await receive()).toEqual([
      '502s on shop, 123456789012 eu-central-1: targets close idle connections too early',
    ]);
  });

  test('that is throttled or denied is an error, so that the notification stays in the outbox', async () => {
    const { topicArn } = await topicWithQueue();
    for (const fault of ['denied', 'dropped'] as const) {
      proxy.reset([{ action: 'Publish', fault }]);
      const client = new SNSClient({ ...moto.client, ...proxy.client, maxAttempts: 1 });
      await expect(snsDelivery(client, topicArn)(notificationAt(10))).rejects.toThrow();
    }
  });
});

describe('the event bus', () => {
  test('takes an alert as an event', async () => {
    await eventBridgeDelivery(new EventBridgeClient(moto.client))(notificationAt(10));
  });

  test('that refuses the one entry of a call is an error, though the call succeeds', async () => {
    const answer = () => ({ FailedEntryCount: 1, Entries: [{ ErrorCode: 'InternalFailure' }] });
    proxy.reset([{ action: 'PutEvents', fault: { answer } }]);
    const client = new EventBridgeClient({ ...moto.client, ...proxy.client });
    await expect(eventBridgeDelivery(client)(notificationAt(10))).rejects.toThrow(
      'EventBridge did not take the event: InternalFailure',
    );
  });
});

describe('the investigation queue', () => {
  async function queue() {
    const sqs = new SQSClient(moto.client);
    const { QueueUrl } = await sqs.send(
      new CreateQueueCommand({
        QueueName: `q${Math.random()}.fifo`.replace('0.', ''),
        Attributes: { FifoQueue: 'true' },
      }),
    );
    const url = required(QueueUrl);
    const count = async () => {
      const names = ['ApproximateNumberOfMessages'] as const;
      const { Attributes } = await sqs.send(
        new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...names] }),
      );
      return Number(Attributes?.ApproximateNumberOfMessages);
    };
    return { send: queueSender(sqs, url), count };
  }

  test('takes more messages than one call carries', async () => {
    const { send, count } = await queue();
    await send(
      Array.from({ length: 23 }, (_, index) =>
        requestFor(arnOf(`n${index}`), 'eu-central-1', 'failing', minute(1)),
      ),
    );
    expect(await count()).toBe(23);
  });

  test('takes the same look once a minute, however often it is asked for', async () => {
    const { send, count } = await queue();
    const ask = (at: number) => send([requestFor(SHOP, 'eu-central-1', 'active', minute(at))]);
    await ask(1);
    await ask(1.5);
    expect(await count()).toBe(1);
    await ask(2);
    expect(await count()).toBe(2);
  });
});

describe('a look that failed', () => {
  test('comes back soon, later after each failure, and is given up within eight minutes', async () => {
    const sqs = new SQSClient({ ...moto.client, ...proxy.client });
    const { QueueUrl } = await sqs.send(
      new CreateQueueCommand({
        QueueName: 'retried.fifo',
        Attributes: { FifoQueue: 'true', VisibilityTimeout: '720' },
      }),
    );
    await queueSender(sqs, required(QueueUrl))([requestFor(SHOP, 'eu-central-1', 'failing', minute(1))]);
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
    const receiptHandle = required(Messages[0]?.ReceiptHandle);
    proxy.reset();
    for (const receiveCount of [1, 2, 3, 4, 5])
      await retrySooner(sqs, required(QueueUrl))([{ receiptHandle, receiveCount }]);
    const waits = proxy.calls
      .map(({ input }) =>
        z.object({ Entries: z.array(z.object({ VisibilityTimeout: z.number() })) }).parse(input()),
      )
      .map(({ Entries }) => Entries[0]?.VisibilityTimeout ?? 0);
    expect(waits).toEqual([30, 60, 120, 240, 240]);
    expect(waits.slice(0, 4).reduce((sum, wait) => sum + wait, 0)).toBeLessThan(8 * 60);
  });

  test('that cannot be brought back is told of: it waits for the queue then', async () => {
    const sqs = new SQSClient(moto.client);
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'unknown-handle' }));
    await expect(
      retrySooner(sqs, required(QueueUrl))([{ receiptHandle: 'nonsense', receiveCount: 1 }]),
    ).rejects.toThrow();
  });
});
