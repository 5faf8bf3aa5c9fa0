import type { LabClock } from '../clock.ts';
import type { Lateness } from '../lateness.ts';
import type { CompletedRequest, NodeIdentity } from './completed-request.ts';
import type { Acquired } from './connection-pool.ts';
import { type ExchangeResult, exchangeOn, type Fault, type ResponseSink } from './exchange.ts';
import type { LambdaEvent, LambdaTargetGroup } from './lambda-target-group.ts';
import type { RequestBody } from './request-body.ts';
import type { Target } from './target.ts';
import { ConnectError, type TargetConnection } from './target-connection.ts';
import type { TargetGroup } from './target-group.ts';
import type { WireEvent } from './wire-history.ts';

/** The status that the load balancer answers with (AWS: troubleshooting your Application Load Balancers). */
export const STATUS_OF_FAULT: Readonly<Record<Fault, number>> = {
  'connection-refused': 502,
  'host-unreachable': 502,
  'connect-timeout': 504,
  'tls-error': 502,
  'tls-timeout': 504,
  'no-target': 503,
  'closed-before-response': 502,
  'closed-in-response': 502,
  'malformed-response': 502,
  'response-header-too-large': 502,
  'response-timeout': 504,
  'deregistration-delay-elapsed': 502,
  'client-closed': 460,
  'lambda-error': 502,
};

/** How one request went between node and target: the fields of the log that only forwarding knows. */
export type Forwarded = Pick<
  CompletedRequest,
  'target' | 'requestSeconds' | 'targetSeconds' | 'targetStatus' | 'errorReason' | 'truth'
> & { readonly committed: boolean };

export interface Incoming {
  readonly method: string;
  readonly receivedAt: number;
  /** As it goes to the target. */
  readonly head: Buffer;
  readonly body: RequestBody;
  readonly sink: ResponseSink;
  /** Called with the connection in use, so that a client that goes away can end the exchange. */
  readonly onConnection: (connection: TargetConnection) => void;
  /** Called when the connection belongs to the pool again. */
  readonly onDone: () => void;
}

export interface ForwardContext {
  readonly clock: LabClock;
  readonly node: NodeIdentity;
  readonly idleTimeoutSeconds: () => number;
  readonly lateness: Lateness;
}

const NOT_SENT = {
  requestSeconds: null,
  targetSeconds: null,
  targetStatus: null,
  errorReason: null,
  committed: false,
} as const;

const failedBeforeSending = (
  fault: Fault,
  target: Target | null,
  wire: readonly WireEvent[] = [],
): Forwarded => ({
  ...NOT_SENT,
  target: target?.address ?? null,
  truth: { fault, idleGapSeconds: null, requestOnConnection: null, wire },
});

/** Takes one request to one target of the group and the response back. One attempt: nothing is sent twice. */
export async function forwardToTarget(
  context: ForwardContext,
  group: TargetGroup,
  incoming: Incoming,
): Promise<Forwarded> {
  const target = group.choose(context.node.ip);
  const pool = target?.poolOf(context.node.ip);
  if (!target || !pool) return failedBeforeSending('no-target', null);
  let acquired: Acquired;
  try {
    acquired = await pool.acquire();
  } catch (error) {
    if (error instanceof ConnectError) return failedBeforeSending(error.fault, target, error.wire);
    throw error;
  }
  const { connection, idleGapSeconds } = acquired;
  incoming.onConnection(connection);
  const lateBeforeMs = context.lateness.totalMs();
  const result = await exchangeOn(connection, {
    method: incoming.method,
    head: incoming.head,
    body: incoming.body,
    idleTimeoutMs: context.clock.realMs(context.idleTimeoutSeconds()),
    now: () => context.clock.now(),
    sink: incoming.sink,
  });
  incoming.onDone();
  pool.release(connection, result.reusable);
  const requestOnConnection = connection.requestCount;
  const wire = result.fault === null ? [] : connection.history.events;
  return {
    target: target.address,
    requestSeconds: (result.sentAt - incoming.receivedAt) / 1000,
    targetSeconds: targetSeconds(result, context, lateBeforeMs),
    // A load balancer that had to answer itself logs no status of the target.
    targetStatus: result.fault === null || result.committed ? result.targetStatus : null,
    errorReason: null,
    truth: { fault: result.fault, idleGapSeconds, requestOnConnection, wire },
    committed: result.committed,
  };
}

/** Real milliseconds within which a target that closes at once is heard; longer is work, and work is not late. */
const AT_ONCE_MS = 20;

/** -1 in the log where the target neither answered nor closed. What the lab itself was late is not the target's. */
function targetSeconds(
  { fault, sentAt, firstByteAt }: ExchangeResult,
  { clock, lateness }: ForwardContext,
  lateBeforeMs: number,
): number | null {
  if (fault === 'response-timeout' || fault === 'deregistration-delay-elapsed' || fault === 'client-closed')
    return firstByteAt === null ? null : (firstByteAt - sentAt) / 1000;
  if (firstByteAt !== null) return (firstByteAt - sentAt) / 1000;
  const seconds = (clock.now() - sentAt) / 1000;
  const inTime = Math.max(0, seconds - clock.labSeconds(lateness.totalMs() - lateBeforeMs));
  return clock.realMs(inTime) <= AT_ONCE_MS ? inTime : seconds;
}

/** Invokes the function of a Lambda group. */
export async function forwardToLambda(
  context: ForwardContext,
  group: LambdaTargetGroup,
  incoming: Pick<Incoming, 'receivedAt' | 'sink'> & { readonly event: LambdaEvent },
): Promise<Forwarded> {
  const sentAt = context.clock.now();
  const result = await group.invoke(incoming.event, context.clock.realMs(group.timeoutSeconds));
  const timing = {
    target: null,
    requestSeconds: (sentAt - incoming.receivedAt) / 1000,
    targetSeconds: (context.clock.now() - sentAt) / 1000,
  };
  const truth = { idleGapSeconds: null, requestOnConnection: null };
  if (result.kind === 'error')
    return {
      ...timing,
      targetStatus: null,
      errorReason: result.reason,
      truth: {
        ...truth,
        fault: 'lambda-error',
        wire: [
          { at: sentAt, where: 'node', what: 'request', about: 'Invoke' },
          { at: context.clock.now(), where: 'node', what: 'response', about: result.reason },
        ],
      },
      committed: false,
    };
  incoming.sink.head(result.status, '', [...result.headers, ['Content-Length', String(result.body.length)]]);
  incoming.sink.body(result.body);
  incoming.sink.end();
  return {
    ...timing,
    targetStatus: result.status,
    errorReason: null,
    truth: { ...truth, fault: null, wire: [] },
    committed: true,
  };
}
