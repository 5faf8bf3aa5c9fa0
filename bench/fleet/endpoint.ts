import { createHash } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { gunzipSync } from 'node:zlib';
import * as z from 'zod';
import { CallLog } from './calls.ts';
import { answerMetricData } from './cloudwatch-api.ts';
import { answerElb } from './elb-api.ts';
import type { FifoQueue } from './fifo-queue.ts';
import type { SimulatedFleet } from './simulated-fleet.ts';
import { type SimulatedTable, TableError } from './table-api.ts';
import { TokenBucket } from './token-bucket.ts';

/** What the endpoint answers from. */
export interface SimulatedAccount {
  readonly fleet: SimulatedFleet;
  readonly table: SimulatedTable;
  readonly queue: FifoQueue;
  /** Epoch milliseconds of the simulated clock. */
  readonly now: () => number;
  /** How long an answer takes, in real milliseconds. */
  readonly latencyMs: () => number;
  /** Is told of every request as it came. */
  readonly received?: (request: ReceivedRequest) => void;
}

/** A request as it came over the wire. */
export interface ReceivedRequest {
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** A message that the topic took. */
export interface PublishedMessage {
  readonly at: number;
  readonly attributes: Readonly<Record<string, string>>;
}

export interface Endpoint {
  readonly url: string;
  readonly log: CallLog;
  readonly published: readonly PublishedMessage[];
  stop(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly about?: readonly string[];
  readonly billedMetrics?: number;
  readonly readUnits?: number;
  readonly writeUnits?: number;
  readonly throttled?: boolean;
}

const sendBatchSchema = z.object({
  Entries: z.array(
    z.object({
      Id: z.string(),
      MessageBody: z.string(),
      MessageGroupId: z.string(),
      MessageDeduplicationId: z.string(),
    }),
  ),
});

const SERVICES: Readonly<Record<string, string>> = {
  DynamoDB_20120810: 'dynamodb',
  AmazonSQS: 'sqs',
  AWSEvents: 'events',
  CloudTrail_20131101: 'cloudtrail',
  GraniteServiceVersion20100801: 'cloudwatch',
  AmazonEC2ContainerServiceV20141113: 'ecs',
};

const FORMS: Readonly<Record<string, string>> = {
  '2015-12-01': 'elasticloadbalancing',
  '2010-03-31': 'sns',
  '2016-11-15': 'ec2',
};

const json = (value: unknown): Answer => ({ status: 200, body: JSON.stringify(value) });
const jsonError = (type: string, message: string, detail = {}): Answer => ({
  status: 400,
  body: JSON.stringify({ __type: type, message, ...detail }),
});
const xmlError = (code: string, message: string): Answer => ({
  status: 400,
  body: `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>r</RequestId></ErrorResponse>`,
});

/** Starts an endpoint on loopback that stands for all of AWS that the monitor calls, and records every call. */
export async function startEndpoint(account: SimulatedAccount): Promise<Endpoint> {
  const log = new CallLog();
  const published: PublishedMessage[] = [];
  const elbBucket = new TokenBucket(40, 10, account.now());
  // https://docs.aws.amazon.com/awscloudtrail/latest/userguide/WhatIsCloudTrail-Limits.html: two look-ups a second.
  const trailBucket = new TokenBucket(2, 2, account.now());

  const answerJson = (service: string, action: string, body: unknown): Answer => {
    if (service === 'dynamodb') {
      const { content, ...units } = account.table.answer(action, body);
      return { ...json(content), ...units };
    }
    if (service === 'sqs' && action === 'SendMessageBatch') {
      const { Entries } = sendBatchSchema.parse(body);
      for (const { MessageBody, MessageGroupId, MessageDeduplicationId } of Entries)
        account.queue.send(
          { body: MessageBody, group: MessageGroupId, deduplicationId: MessageDeduplicationId },
          account.now(),
        );
      const successful = Entries.map(({ Id, MessageBody }) => ({
        Id,
        MessageId: Id,
        MD5OfMessageBody: createHash('md5').update(MessageBody).digest('hex'),
      }));
      return json({ Successful: successful, Failed: [] });
    }
    if (service === 'events' && action === 'PutEvents')
      return json({ FailedEntryCount: 0, Entries: [{ EventId: 'e' }] });
    if (service === 'cloudtrail' && action === 'LookupEvents')
      return trailBucket.take(account.now())
        ? json({ Events: [] })
        : { ...jsonError('ThrottlingException', 'Rate exceeded'), throttled: true };
    // The fleet's targets are no tasks: to find that out is one call for all of them.
    if (service === 'ecs' && action === 'ListClusters') return json({ clusterArns: [] });
    if (service === 'cloudwatch' && action === 'GetMetricData') {
      const answer = answerMetricData(account.fleet, body, account.now());
      const billedMetrics = answer.metricsRequested + answer.metricsAnalyzed;
      return { ...json(answer.body), about: answer.about, billedMetrics };
    }
    return jsonError('UnknownOperationException', `${service}:${action} is not simulated`);
  };

  const answerForm = (service: string, action: string, form: URLSearchParams): Answer => {
    if (service === 'elasticloadbalancing') {
      if (!elbBucket.take(account.now())) {
        const about = [...form.values()].filter((value) => value.startsWith('arn:'));
        return { ...xmlError('Throttling', 'Rate exceeded'), about, throttled: true };
      }
      const answer = answerElb(account.fleet, action, form);
      if (answer.state === 'failed') return xmlError(answer.code, answer.message);
      return { status: 200, body: answer.xml, about: answer.about };
    }
    if (service === 'sns' && action === 'Publish') {
      published.push({ at: account.now(), attributes: attributesOf(form) });
      return {
        status: 200,
        body: '<PublishResponse><PublishResult><MessageId>m</MessageId></PublishResult></PublishResponse>',
      };
    }
    return xmlError('InvalidAction', `${service}:${action} is not simulated`);
  };

  const answer = (
    target: string | undefined,
    text: string,
  ): { readonly api: string; readonly answer: Answer } => {
    if (target === undefined) {
      const form = new URLSearchParams(text);
      const service = FORMS[form.get('Version') ?? ''] ?? 'unknown';
      const action = form.get('Action') ?? '';
      return { api: `${service}:${action}`, answer: answerForm(service, action, form) };
    }
    const [prefix = '', action = ''] = target.split('.').slice(-2);
    const service = SERVICES[prefix] ?? prefix;
    try {
      return { api: `${service}:${action}`, answer: answerJson(service, action, JSON.parse(text || '{}')) };
    } catch (error) {
      if (!(error instanceof TableError)) throw error;
      return { api: `${service}:${action}`, answer: jsonError(error.type, error.message, error.detail) };
    }
  };

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) if (chunk instanceof Buffer) chunks.push(chunk);
    const raw = Buffer.concat(chunks);
    account.received?.({ headers: request.headers, body: raw });
    const text = (request.headers['content-encoding'] === 'gzip' ? gunzipSync(raw) : raw).toString();
    const target = request.headers['x-amz-target'];
    const { api, answer: given } = answer(Array.isArray(target) ? target[0] : target, text);
    log.calls.push({
      api,
      caller: request.url?.split('/')[1] ?? '',
      at: account.now(),
      throttled: given.throttled ?? false,
      about: given.about ?? [],
      billedMetrics: given.billedMetrics ?? 0,
      readUnits: given.readUnits ?? 0,
      writeUnits: given.writeUnits ?? 0,
    });
    const type = target === undefined ? 'text/xml' : 'application/x-amz-json-1.0';
    setTimeout(() => {
      response.writeHead(given.status, { 'content-type': type, 'x-amzn-requestid': 'r' }).end(given.body);
    }, account.latencyMs());
  };

  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      response.writeHead(500).end(String(error));
    });
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the endpoint has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    log,
    published,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** `MessageAttributes.entry.N.Name` and its string value. */
function attributesOf(form: URLSearchParams): Readonly<Record<string, string>> {
  const attributes: Record<string, string> = {};
  for (const [key, value] of form) {
    const number = /^MessageAttributes\.entry\.(\d+)\.Name$/.exec(key)?.[1];
    if (number !== undefined)
      attributes[value] = form.get(`MessageAttributes.entry.${number}.Value.StringValue`) ?? '';
  }
  return attributes;
}
