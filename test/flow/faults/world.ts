import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { eventBridgeDelivery } from '../../../lambda/deliver/event-bridge.ts';
import { sweepOutbox } from '../../../lambda/deliver/outbox.ts';
import { snsDelivery } from '../../../lambda/deliver/sns.ts';
import {
  type InvestigatePorts,
  type InvestigationOutcome,
  investigate,
} from '../../../lambda/investigate/investigate.ts';
import { type Alert, alertSchema } from '../../../lambda/model/alert.ts';
import { settingsSchema } from '../../../lambda/model/settings.ts';
import { observe } from '../../../lambda/observe/observe.ts';
import { dynamoStore } from '../../../lambda/store/dynamo.store.ts';
import type { MonitorStore } from '../../../lambda/store/monitor-store.ts';
import type { Moto } from '../../moto-server.ts';
import { createStateTable } from '../../store/table.ts';
import { type Death, startMortalProxy } from './mortal-proxy.ts';

const MINUTE_MS = 60_000;
const SETTINGS = settingsSchema.parse({});

/** The clients of one process; what fails is not tried again, so that a call is one request. */
function clientsOf(moto: Moto, endpoint: string) {
  const requestHandler = { requestTimeout: 1500, throwOnRequestTimeout: true };
  const config = { ...moto.client, endpoint, maxAttempts: 1, requestHandler };
  return {
    elb: new ElasticLoadBalancingV2Client(config),
    cloudWatch: new CloudWatchClient({ ...config, disableRequestCompression: true }),
    dynamo: new DynamoDBClient(config),
    sns: new SNSClient(config),
    bus: new EventBridgeClient(config),
  };
}

/** One deployed monitor in moto: a table, a topic with a subscribed queue, and processes that come and go. */
export interface World {
  readonly store: MonitorStore;
  /** One message of the queue taken by a new process, which may die. */
  investigate(
    arn: string,
    atMs: number,
    options?: { readonly death?: Death; readonly endpoint?: string },
  ): Promise<{
    readonly outcome: InvestigationOutcome | null;
    readonly error: unknown;
    readonly calls: number;
  }>;
  /** The delivery of a beat of the screening. */
  sweep(atMs: number, endpoint?: string): ReturnType<typeof sweepOutbox>;
  /** Everything that reached the subscribed queue, in the order of arrival. */
  received(): Promise<readonly Alert[]>;
}

let worlds = 0;

const given = (value: string | undefined): string => {
  if (value === undefined) throw new Error('moto gave no value');
  return value;
};

/** A new monitor in a moto server, with nothing remembered. */
export async function createWorld(moto: Moto): Promise<World> {
  const id = `w${++worlds}`;
  const table = await createStateTable(moto, id);
  const sns = new SNSClient(moto.client);
  const sqs = new SQSClient(moto.client);
  const topicArn = given((await sns.send(new CreateTopicCommand({ Name: id }))).TopicArn);
  const QueueUrl = given((await sqs.send(new CreateQueueCommand({ QueueName: id }))).QueueUrl);
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }),
  );
  await sns.send(
    new SubscribeCommand({ TopicArn: topicArn, Protocol: 'sqs', Endpoint: given(Attributes?.['QueueArn']) }),
  );
  const alerts: Alert[] = [];

  async function receive(): Promise<readonly Alert[]> {
    for (let batch = 0; batch < 200; batch++) {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
      );
      if (Messages.length === 0) break;
      for (const { Body = '' } of Messages) {
        const envelope: { readonly Message: string } = JSON.parse(Body);
        alerts.push(alertSchema.parse(JSON.parse(envelope.Message)));
      }
      const Entries = Messages.map(({ ReceiptHandle }, index) => ({ Id: `${index}`, ReceiptHandle }));
      await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
    }
    return alerts;
  }

  return {
    store: dynamoStore(table, id),
    investigate: async (arn, atMs, { death, endpoint = moto.endpoint } = {}) => {
      const life = await startMortalProxy(endpoint, death ?? null);
      const clients = clientsOf(moto, life.endpoint);
      const now = new Date(atMs).toISOString();
      const window = { start: new Date(atMs - 180 * MINUTE_MS).toISOString(), end: now };
      const [, , , region = '', account = ''] = arn.split(':');
      const store = dynamoStore(DynamoDBDocumentClient.from(clients.dynamo), id);
      const ports: InvestigatePorts = {
        now: () => now,
        observe: (request, memory) =>
          observe(
            {
              ...{
                region,
                account,
                loadBalancer: request.loadBalancerArn,
                window,
                changes: null,
                workloads: null,
              },
              ...{ baseline: memory.baseline, declaredKeepAlives: [] },
              storedKeepAliveFacts: memory.keepAliveFacts,
            },
            { region, elb: clients.elb, cloudWatch: clients.cloudWatch },
          ),
        readAccessLog: async () => ({ summary: null, gaps: [] }),
        readBackendLog: async () => ({ matches: [], gaps: [] }),
        store,
        channels: { topic: snsDelivery(clients.sns, topicArn), bus: eventBridgeDelivery(clients.bus) },
        dashboardUrl: null,
      };
      const request = { loadBalancerArn: arn, region, window, change: null };
      try {
        const outcome = await investigate(request, ports, SETTINGS);
        if (life.isDead()) throw new Error('the process died on its way out');
        return { outcome, error: null, calls: life.calls() };
      } catch (error) {
        return { outcome: null, error, calls: life.calls() };
      } finally {
        await life.stop();
      }
    },
    sweep: (atMs, endpoint = moto.endpoint) => {
      const clients = clientsOf(moto, endpoint);
      return sweepOutbox(
        dynamoStore(DynamoDBDocumentClient.from(clients.dynamo), id),
        { topic: snsDelivery(clients.sns, topicArn), bus: eventBridgeDelivery(clients.bus) },
        new Date(atMs).toISOString(),
      );
    },
    received: receive,
  };
}
