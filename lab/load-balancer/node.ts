import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { LabClock } from '../clock.ts';
import type { Lateness } from '../lateness.ts';
import type { Random } from '../random.ts';
import { ClientResponse } from './client-response.ts';
import type { CompletedRequest, NodeIdentity } from './completed-request.ts';
import { type Forwarded, forwardToLambda, forwardToTarget, STATUS_OF_FAULT } from './forward.ts';
import type { LambdaTargetGroup } from './lambda-target-group.ts';
import { RequestBody } from './request-body.ts';
import type { TargetConnection } from './target-connection.ts';
import type { TargetGroup } from './target-group.ts';
import { headerOf, lambdaEvent, targetHead } from './target-request.ts';
import { newTraceId, TRACE_HEADER, tracedBy } from './trace-id.ts';

/** Longest that the rest of a body is read after the answer, in real milliseconds. */
const REST_OF_BODY_MS = 500;

export interface NodeOptions {
  readonly identity: NodeIdentity;
  readonly clock: LabClock;
  readonly lateness: Lateness;
  readonly random: Random;
  readonly idleTimeoutSeconds: () => number;
  /** The group that serves a path. */
  readonly route: (url: string) => TargetGroup | LambdaTargetGroup | null;
  readonly onCompleted: (request: CompletedRequest) => void;
  /** A client opened a connection. */
  readonly onConnection: () => void;
}

/** One node: takes requests from clients on a port of its own and forwards them from pools of its own. */
export class LoadBalancerNode {
  readonly #options: NodeOptions;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #inFlight = new Map<Socket, number>();

  constructor(options: NodeOptions) {
    this.#options = options;
    this.#server = createServer((request, response) => void this.#serve(request, response));
    // The idle timeout below is what ends client connections, not Node's own keep-alive.
    this.#server.keepAliveTimeout = 0;
    this.#server.requestTimeout = 0;
    this.#server.on('connection', (socket) => this.#accept(socket));
    this.#server.on('timeout', (socket) => {
      if (!this.#inFlight.get(socket)) socket.destroy();
    });
  }

  get identity(): NodeIdentity {
    return this.#options.identity;
  }

  /** @returns the port that clients connect to on 127.0.0.1 */
  listen(): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(0, '127.0.0.1', () => resolve((this.#server.address() as AddressInfo).port));
    });
  }

  close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  #accept(socket: Socket): void {
    this.#options.onConnection();
    this.#sockets.add(socket);
    socket.once('close', () => {
      this.#sockets.delete(socket);
      this.#inFlight.delete(socket);
    });
    socket.setTimeout(this.#options.clock.realMs(this.#options.idleTimeoutSeconds()));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { socket } = request;
    this.#inFlight.set(socket, (this.#inFlight.get(socket) ?? 0) + 1);
    const receivedAt = this.#options.clock.now();
    const client = new ClientResponse(response);
    try {
      const body = new RequestBody(request);
      const group = this.#options.route(request.url ?? '/');
      const traceId = tracedBy(headerOf(request, TRACE_HEADER), newTraceId(receivedAt, this.#options.random));
      const forwarded = await this.#forward({ request, response, body, group, traceId, receivedAt, client });
      const answeredAt = this.#options.clock.now();
      const { fault } = forwarded.truth;
      if (fault && forwarded.committed) client.cut();
      else if (fault) client.answer(STATUS_OF_FAULT[fault]);
      // What the client still sends is read, or it would not come to read its answer.
      body.passOn(null);
      await body.over(REST_OF_BODY_MS);
      this.#options.onCompleted(
        this.#completed({ request, body, group, traceId, receivedAt, client, forwarded, answeredAt }),
      );
    } catch {
      // The client went away before a function got the whole of it: there is no request to answer or to count.
      response.destroy();
    } finally {
      this.#inFlight.set(socket, (this.#inFlight.get(socket) ?? 1) - 1);
    }
  }

  async #forward(serving: Serving & { readonly response: ServerResponse }): Promise<Forwarded> {
    const { request, response, body, group, traceId, receivedAt, client } = serving;
    const { clock, identity: node, idleTimeoutSeconds, lateness } = this.#options;
    const context = { clock, node, idleTimeoutSeconds, lateness };
    if (group?.kind === 'lambda')
      return forwardToLambda(context, group, {
        receivedAt,
        sink: client,
        event: lambdaEvent(request, await body.whole(), group.arn),
      });
    if (!group) throw new Error('a load balancer without a rule');
    let inUse: TargetConnection | null = null;
    response.once('close', () => {
      if (!response.writableFinished) inUse?.abort('client-closed');
    });
    return forwardToTarget(context, group, {
      method: request.method ?? 'GET',
      receivedAt,
      head: targetHead(request, body, traceId),
      body,
      sink: client,
      onConnection: (connection) => {
        inUse = connection;
        if (response.destroyed) connection.abort('client-closed');
      },
      onDone: () => {
        inUse = null;
      },
    });
  }

  #completed(done: Serving & { forwarded: Forwarded; answeredAt: number }): CompletedRequest {
    const { request, body, group, client, forwarded, answeredAt } = done;
    const { fault } = forwarded.truth;
    const { committed, ...fields } = forwarded;
    const headBytes = request.rawHeaders.join(': \r\n').length + (request.url ?? '').length;
    return {
      ...fields,
      node: this.#options.identity,
      client: `${request.socket.remoteAddress ?? '127.0.0.1'}:${request.socket.remotePort ?? 0}`,
      traceId: done.traceId,
      method: request.method ?? 'GET',
      url: request.url ?? '/',
      httpVersion: request.httpVersion,
      host: headerOf(request, 'host') ?? '-',
      userAgent: headerOf(request, 'user-agent') ?? '',
      receivedAt: done.receivedAt,
      finishedAt: answeredAt,
      targetGroup: group
        ? { arn: group.arn, dimension: group.dimension, lambda: group.kind === 'lambda' }
        : null,
      responseSeconds: fault ? null : 0,
      elbStatus: fault && !committed ? STATUS_OF_FAULT[fault] : (forwarded.targetStatus ?? 500),
      receivedBytes: headBytes + body.bytes,
      sentBytes: client.sentBytes,
    };
  }
}

interface Serving {
  readonly request: IncomingMessage;
  readonly body: RequestBody;
  readonly group: TargetGroup | LambdaTargetGroup | null;
  readonly traceId: string;
  readonly receivedAt: number;
  readonly client: ClientResponse;
}
