import { request as httpRequest, type IncomingMessage } from 'node:http';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { MAX_RESPONSE_HEAD_BYTES } from '../http1/failure.ts';
import type { Endpoint } from '../probe/endpoint.ts';

/** What one request came to. */
export interface VerifyAnswer {
  /** null: no complete response came. */
  readonly status: number | null;
  /** The root of the trace: of the response where it gives one, else what was sent. */
  readonly traceId: string;
  /** Whether the load balancer answered itself; a target's own 502 names another server, or none. */
  readonly byLoadBalancer: boolean;
  /** Why no response came; null where one came. */
  readonly error: string | null;
}

export interface ClientConnection {
  readonly socket: Socket;
  /** Milliseconds that opening the TCP connection took: one round trip. */
  readonly roundTripMs: number;
}

/** Above what a load balancer passes on, and Node's own 16 K are below it. */
const MOST_HEAD_BYTES = 2 * MAX_RESPONSE_HEAD_BYTES;
const ROOT = /Root=([^;,\s]+)/i;
/** What Application Load Balancers call themselves in responses of their own. */
const LOAD_BALANCER = /^awselb\//;

/**
 * Opens a client connection without sending anything on it.
 *
 * @param timeoutMs - for the connection with its TLS handshake
 * @throws the socket's error, or one that says it took too long
 */
export function openClientConnection(
  { host, port, tls }: Endpoint,
  address: string,
  timeoutMs: number,
): Promise<ClientConnection> {
  return new Promise((resolve, reject) => {
    const startedAt = performance.now();
    const tcp = connectTcp({ host: address, port, noDelay: true });
    let roundTripMs = 0;
    tcp.once('connect', () => {
      roundTripMs = performance.now() - startedAt;
    });
    // The host name goes into the handshake, because the address has none.
    const socket = tls ? connectTls({ socket: tcp, ...(isIP(host) ? {} : { servername: host }) }) : tcp;
    const fail = (error: Error) => {
      clearTimeout(timer);
      tcp.destroy();
      reject(error);
    };
    const timer = setTimeout(
      () => fail(new Error(`no connection within ${Math.round(timeoutMs / 100) / 10} s`)),
      Math.max(0, timeoutMs),
    );
    tcp.once('error', fail);
    socket.once('error', fail);
    socket.once(tls ? 'secureConnect' : 'connect', () => {
      clearTimeout(timer);
      tcp.off('error', fail);
      socket.off('error', fail);
      // An idle connection may end before it is used; the request then tells.
      socket.on('error', () => {});
      tcp.on('error', () => {});
      resolve({ socket, roundTripMs });
    });
  });
}

export interface SentRequest {
  readonly traceId: string;
  /** For the whole answer, body included. */
  readonly timeoutMs: number;
}

/** Sends one request on a connection and closes it. Never rejects: a failure is an answer. */
export function askOn(
  { socket }: ClientConnection,
  endpoint: Endpoint,
  { traceId, timeoutMs }: SentRequest,
): Promise<VerifyAnswer> {
  return new Promise((resolve) => {
    let head: IncomingMessage | null = null;
    const done = (error: string | null) => {
      clearTimeout(timer);
      socket.destroy();
      const root = ROOT.exec(String(head?.headers['x-amzn-trace-id'] ?? ''))?.[1];
      const byLoadBalancer = LOAD_BALANCER.test(String(head?.headers['server'] ?? ''));
      const status = error === null ? (head?.statusCode ?? null) : null;
      resolve({ status, traceId: root ?? traceId, byLoadBalancer, error });
    };
    // Of the whole answer, not of a pause in it: a body that drips never pauses.
    const timer = setTimeout(() => done(late(head, timeoutMs)), Math.max(0, timeoutMs));
    const outgoing = httpRequest({
      createConnection: () => socket,
      path: endpoint.path,
      maxHeaderSize: MOST_HEAD_BYTES,
      headers: {
        Host: hostOf(endpoint),
        'User-Agent': 'alb502-verify',
        'X-Amzn-Trace-Id': `Root=${traceId}`,
        Connection: 'close',
      },
    });
    outgoing.on('error', (error) => done(error.message));
    outgoing.once('upgrade', () => done('it switched to a protocol that nobody asked for'));
    outgoing.once('response', (response) => {
      head = response;
      response.resume();
      response.once('error', (error) => done(error.message));
      response.once('end', () => done(null));
    });
    outgoing.end();
  });
}

function late(head: IncomingMessage | null, timeoutMs: number): string {
  const within = `within ${Math.round(Math.max(0, timeoutMs) / 100) / 10} s`;
  return head === null ? `no answer ${within}` : `an answer that had not ended ${within}`;
}

function hostOf({ host, port, tls }: Endpoint): string {
  const name = isIP(host) === 6 ? `[${host}]` : host;
  return port === (tls ? 443 : 80) ? name : `${name}:${port}`;
}
