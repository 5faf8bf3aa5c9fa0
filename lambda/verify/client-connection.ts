import { request as httpRequest } from 'node:http';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
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

const CONNECT_TIMEOUT_MS = 10_000;
const ROOT = /Root=([^;,\s]+)/i;
/** What Application Load Balancers call themselves in responses of their own. */
const LOAD_BALANCER = /^awselb\//;

/**
 * Opens a client connection without sending anything on it.
 *
 * @throws the socket's error, or one that says it took too long
 */
export function openClientConnection(
  { host, port, tls }: Endpoint,
  address: string,
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
      () => fail(new Error(`no connection within ${CONNECT_TIMEOUT_MS / 1000} s`)),
      CONNECT_TIMEOUT_MS,
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

/** Sends one request on a connection and closes it. Never rejects: a failure is an answer. */
export function askOn(
  { socket }: ClientConnection,
  { host, port, tls, path }: Endpoint,
  sent: { readonly traceId: string; readonly timeoutMs: number },
): Promise<VerifyAnswer> {
  return new Promise((resolve) => {
    const done = (
      status: number | null,
      headers: Readonly<Record<string, unknown>>,
      error: string | null,
    ) => {
      socket.destroy();
      const root = ROOT.exec(String(headers['x-amzn-trace-id'] ?? ''))?.[1];
      const byLoadBalancer = LOAD_BALANCER.test(String(headers['server'] ?? ''));
      resolve({ status, traceId: root ?? sent.traceId, byLoadBalancer, error });
    };
    const usual = port === (tls ? 443 : 80);
    const name = isIP(host) === 6 ? `[${host}]` : host;
    const outgoing = httpRequest({
      createConnection: () => socket,
      path,
      headers: {
        Host: usual ? name : `${name}:${port}`,
        'User-Agent': 'alb502-verify',
        'X-Amzn-Trace-Id': `Root=${sent.traceId}`,
        Connection: 'close',
      },
    });
    outgoing.setTimeout(sent.timeoutMs, () => outgoing.destroy(new Error('no answer in time')));
    outgoing.once('error', (error) => done(null, {}, error.message));
    outgoing.once('response', (response) => {
      const { headers } = response;
      response.resume();
      response.once('error', (error) => done(null, headers, error.message));
      response.once('end', () => done(response.statusCode ?? null, headers, null));
    });
    outgoing.end();
  });
}
