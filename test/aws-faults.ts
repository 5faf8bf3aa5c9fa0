import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

/** How a call is made to fail. Each is answered in the protocol the call came in, as AWS words it. */
export type Fault =
  | 'denied'
  | 'throttled'
  | 'expired-token'
  | 'invalid-token'
  | 'not-found'
  | 'internal-error'
  | 'invalid-parameter'
  /** The connection is closed without an answer. */
  | 'dropped'
  /** No answer until the client gives up or the proxy stops. */
  | 'silent'
  /** Status 200 and a body of another protocol. */
  | 'malformed'
  /** Answers instead of AWS: an object for JSON calls, XML text for query calls. */
  | { readonly answer: (input: unknown) => unknown }
  /** Lets AWS answer and changes what it said; JSON calls only. */
  | { readonly rewrite: (output: unknown, input: unknown) => unknown };

/** Which calls fail. The first rule that fits is taken. */
export interface FaultRule {
  /** The API action, `DescribeTargetHealth`; `*` is all of them. */
  readonly action: string;
  readonly fault: Fault;
  readonly region?: string;
  /** How often, then the call goes through; default always. */
  readonly times?: number;
}

/** A call that was made, retries included. */
export interface RecordedCall {
  /** The signing name: `elasticloadbalancing`, `monitoring`, `sts`. */
  readonly service: string;
  readonly action: string;
  /** As a policy names it: `cloudwatch:GetMetricData`. */
  readonly iamAction: string;
  readonly region: string;
  readonly method: string;
  /** With the query. */
  readonly path: string;
  /** What was sent: the object of a JSON call, the form of a query call, an empty object otherwise. */
  readonly input: () => unknown;
}

/** A loopback server in front of another that speaks AWS: it records calls and makes some fail. */
export interface FaultProxy {
  readonly endpoint: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly client: {
    readonly endpoint: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  };
  readonly calls: readonly RecordedCall[];
  /** Replaces the rules and forgets the calls. */
  reset(rules?: readonly FaultRule[]): void;
  stop(): Promise<void>;
}

type Protocol = 'query' | 'ec2' | 'json' | 'rest';

interface Call extends RecordedCall {
  readonly protocol: Protocol;
  readonly body: Buffer;
}

const IAM_PREFIX: Readonly<Record<string, string>> = { monitoring: 'cloudwatch' };
const REST_ACTIONS: Readonly<Record<string, string>> = {
  GET: 'GetObject',
  PUT: 'PutObject',
  HEAD: 'HeadObject',
};

const FAULTS: Readonly<Record<string, readonly [status: number, code: string, message: string]>> = {
  denied: [
    403,
    'AccessDenied',
    'User: arn:aws:iam::123456789012:user/reader is not authorized to perform: it',
  ],
  throttled: [400, 'Throttling', 'Rate exceeded'],
  'expired-token': [403, 'ExpiredToken', 'The security token included in the request is expired'],
  'invalid-token': [403, 'InvalidClientTokenId', 'The security token included in the request is invalid.'],
  'not-found': [400, 'ResourceNotFound', 'One or more resources not found'],
  'invalid-parameter': [400, 'InvalidParameter', 'Invalid parameter: it'],
  'internal-error': [500, 'InternalFailure', 'The request processing has failed because of an unknown error'],
};

/** The code of a fault as one service spells it. */
function codeOf(call: Call, fault: string, code: string): string {
  if (call.service === 'elasticloadbalancing' && fault === 'not-found')
    return call.action.includes('TargetGroup') || call.action.includes('TargetHealth')
      ? 'TargetGroupNotFound'
      : 'LoadBalancerNotFound';
  if (call.protocol === 'ec2' && fault === 'denied') return 'UnauthorizedOperation';
  if (call.protocol === 'ec2' && fault === 'throttled') return 'RequestLimitExceeded';
  return call.protocol === 'json' ? `${code}Exception` : code;
}

function callOf(request: IncomingMessage, body: Buffer): Call {
  const scope = /Credential=[^/]+\/\d+\/([^/]+)\/([^/]+)\/aws4_request/.exec(
    request.headers.authorization ?? '',
  );
  const [region, service] = [scope?.[1] ?? 'unknown', scope?.[2] ?? 'unknown'];
  const target = request.headers['x-amz-target'];
  const isForm = `${request.headers['content-type']}`.startsWith('application/x-www-form-urlencoded');
  const form = isForm ? new URLSearchParams(body.toString('utf8')).get('Action') : null;
  const found: readonly [Protocol, string] =
    typeof target === 'string'
      ? ['json', target.split('.').at(-1) ?? '']
      : form
        ? [service === 'ec2' ? 'ec2' : 'query', form]
        : ['rest', REST_ACTIONS[request.method ?? ''] ?? `${request.method}`];
  const [protocol, action] = found;
  return {
    service,
    region,
    action,
    iamAction: `${IAM_PREFIX[service] ?? service}:${action}`,
    method: request.method ?? '',
    path: request.url ?? '/',
    input: () => inputOf(protocol, body),
    protocol,
    body,
  };
}

function inputOf(protocol: Protocol, body: Buffer): unknown {
  if (protocol === 'rest') return {};
  if (protocol === 'json') return JSON.parse(body.toString('utf8') || '{}');
  return Object.fromEntries(new URLSearchParams(body.toString('utf8')));
}

function send(response: ServerResponse, protocol: Protocol, status: number, output: unknown): void {
  if (protocol === 'json') {
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(JSON.stringify(output));
  } else {
    response.writeHead(status, { 'content-type': 'text/xml' });
    response.end(String(output));
  }
}

function errorBody(protocol: Protocol, code: string, message: string): unknown {
  if (protocol === 'json') return { __type: code, message };
  const error = `<Code>${code}</Code><Message>${message}</Message>`;
  if (protocol === 'ec2')
    return `<Response><Errors><Error>${error}</Error></Errors><RequestID>0</RequestID></Response>`;
  if (protocol === 'rest') return `<Error>${error}</Error>`;
  return `<ErrorResponse><Error><Type>Sender</Type>${error}</Error><RequestId>0</RequestId></ErrorResponse>`;
}

/** Lets the gate before moto hold a request against AWS's rules that moto is not to answer; one that is away cannot. */
async function judge(upstream: string, request: IncomingMessage, body: Buffer): Promise<void> {
  try {
    const answer = await forward(upstream, request, body, { 'x-alb502-only-judge': 'yes' });
    await answer.arrayBuffer();
  } catch {}
}

async function forward(
  upstream: string,
  request: IncomingMessage,
  body: Buffer,
  added: Readonly<Record<string, string>> = {},
): Promise<Response> {
  const headers = new Headers(added);
  for (const [name, value] of Object.entries(request.headers))
    if (typeof value === 'string' && !['connection', 'host', 'content-length', 'expect'].includes(name))
      headers.set(name, value);
  return fetch(`${upstream}${request.url ?? '/'}`, {
    method: request.method ?? 'POST',
    headers,
    ...(body.length > 0 ? { body: new Uint8Array(body) } : {}),
  });
}

async function pass(upstream: string, request: IncomingMessage, body: Buffer, response: ServerResponse) {
  const answer = await forward(upstream, request, body);
  const headers = Object.fromEntries(
    [...answer.headers].filter(
      ([name]) => !['connection', 'content-length', 'content-encoding'].includes(name),
    ),
  );
  response.writeHead(answer.status, headers);
  response.end(Buffer.from(await answer.arrayBuffer()));
}

/**
 * Starts the proxy; stop it in `afterAll`.
 *
 * @param upstream - the endpoint that answers what no rule catches, for instance moto's
 */
export async function startFaultProxy(
  upstream: string,
  initialRules: readonly FaultRule[] = [],
): Promise<FaultProxy> {
  const calls: RecordedCall[] = [];
  let rules = initialRules.map((rule) => ({ rule, left: rule.times ?? Number.POSITIVE_INFINITY }));

  function faultFor(call: Call): Fault | null {
    const entry = rules.find(
      ({ rule, left }) =>
        left > 0 &&
        (rule.action === '*' || rule.action === call.action) &&
        (rule.region === undefined || rule.region === call.region),
    );
    if (!entry) return null;
    entry.left -= 1;
    return entry.rule.fault;
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const call = callOf(request, body);
    const { protocol, body: _body, ...recorded } = call;
    calls.push(recorded);
    const fault = faultFor(call);
    if (fault === null) return pass(upstream, request, body, response);
    await judge(upstream, request, body);
    if (fault === 'silent') return;
    if (fault === 'dropped') {
      request.socket.destroy();
      return;
    }
    if (fault === 'malformed') {
      response.writeHead(200, { 'content-type': 'text/html' });
      response.end('<html><body>Sign in to the hotel network</body></html>');
      return;
    }
    if (typeof fault === 'string') {
      const [status, code, message] = FAULTS[fault] ?? [500, fault, fault];
      return send(response, protocol, status, errorBody(protocol, codeOf(call, fault, code), message));
    }
    if ('answer' in fault) return send(response, protocol, 200, fault.answer(call.input()));
    const output = Buffer.from(await (await forward(upstream, request, body)).arrayBuffer());
    const decoded: unknown = JSON.parse(output.toString('utf8'));
    send(response, protocol, 200, fault.rewrite(decoded, call.input()));
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error) => {
      // A client that gave up in the middle of an answer is told nothing more.
      if (response.headersSent) {
        response.destroy();
        return;
      }
      response.writeHead(500);
      response.end(String(error));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const endpoint = `http://127.0.0.1:${address.port}`;
  return {
    endpoint,
    environment: {
      AWS_ENDPOINT_URL: endpoint,
      AWS_ACCESS_KEY_ID: 'testing',
      AWS_SECRET_ACCESS_KEY: 'testing',
    },
    client: { endpoint, credentials: { accessKeyId: 'testing', secretAccessKey: 'testing' } },
    calls,
    reset: (next = []) => {
      rules = next.map((rule) => ({ rule, left: rule.times ?? Number.POSITIVE_INFINITY }));
      calls.length = 0;
    },
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
