import { once } from 'node:events';
import { createServer as createPlainServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createServer as createTlsServer } from 'node:tls';
import type { Endpoint } from '../../lambda/probe/endpoint.ts';
import { TEST_CERTIFICATE, TEST_KEY } from './certificate.ts';

/** What a raw server does; without anything it answers and never closes. */
export interface Behaviour {
  /** The bytes of the answer to the Nth request on a connection, or parts with pauses in milliseconds; `head` is the request. */
  readonly respond?: (request: number, head: string) => string | readonly (string | number)[];
  /** How long the Nth connection may be idle after an answer. */
  readonly idleSeconds?: (connection: number) => number;
  /** How an idle connection ends; `forget` answers the next request with RST. */
  readonly end?: 'fin' | 'rst' | 'mute' | 'forget';
  /** Said before the end, unasked. */
  readonly goodbye?: string;
  /** After the answer to the Nth request: end the connection at once. */
  readonly closeAfterRequests?: number;
  /** Serves one connection at a time: the next one waits until this one has ended. */
  readonly serial?: boolean;
  readonly tls?: boolean;
  readonly host?: string;
}

export interface RawTarget extends AsyncDisposable {
  readonly endpoint: Endpoint;
  /** Requests that came in, all connections together. */
  readonly requests: () => number;
  /** How long each connection really was idle before the server ended it. */
  readonly idleEnds: readonly number[];
}

export const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

/** A server on loopback that writes exact bytes and ends connections as told. */
export async function rawTarget(behaviour: Behaviour): Promise<RawTarget> {
  const { host = '127.0.0.1', tls = false } = behaviour;
  const sockets = new Set<Socket>();
  const idleEnds: number[] = [];
  let requests = 0;
  let connections = 0;
  let turn: Promise<unknown> = Promise.resolve();
  const accept = (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    const closed = once(socket, 'close').catch(() => {});
    const number = ++connections;
    const begin = () => converse(socket, number, behaviour, { idleEnds, count: () => requests++ });
    if (!behaviour.serial) begin();
    else {
      turn = turn.then(() => {
        begin();
        return closed;
      });
    }
  };
  const server = tls
    ? createTlsServer({ key: TEST_KEY, cert: TEST_CERTIFICATE }, accept)
    : createPlainServer(accept);
  server.on('tlsClientError', () => {});
  server.listen(0, host);
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    endpoint: { host, port: address.port, tls, path: '/' },
    requests: () => requests,
    idleEnds,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

interface Ledger {
  readonly idleEnds: number[];
  readonly count: () => void;
}

function converse(socket: Socket, connection: number, behaviour: Behaviour, ledger: Ledger): void {
  const { respond = () => OK, idleSeconds, end = 'fin', closeAfterRequests } = behaviour;
  let timer: NodeJS.Timeout | undefined;
  let requests = 0;
  let forgotten: 'mute' | 'forget' | undefined;
  const idle = () => {
    if (!idleSeconds) return;
    const sinceMs = performance.now();
    timer = setTimeout(() => {
      ledger.idleEnds.push((performance.now() - sinceMs) / 1_000);
      if (end === 'mute' || end === 'forget') forgotten = end;
      else finish(socket, end, behaviour.goodbye);
    }, idleSeconds(connection) * 1_000);
  };
  const answer = async (head: string) => {
    const parts = [respond(++requests, head)].flat();
    for (const part of parts) {
      if (typeof part === 'number') await sleep(part);
      else socket.write(part);
    }
    if (requests === closeAfterRequests) finish(socket, end === 'rst' ? 'rst' : 'fin');
    else idle();
  };
  let buffered = '';
  socket.on('data', (bytes) => {
    clearTimeout(timer);
    buffered += bytes.toString('latin1');
    if (!buffered.endsWith('\r\n\r\n')) return;
    const head = buffered;
    buffered = '';
    ledger.count();
    if (forgotten === 'forget') socket.resetAndDestroy();
    else if (forgotten === undefined) void answer(head);
  });
  socket.on('close', () => clearTimeout(timer));
  socket.resume();
}

function finish(socket: Socket, by: 'fin' | 'rst', goodbye = ''): void {
  if (goodbye !== '') socket.write(goodbye);
  if (by === 'rst') socket.resetAndDestroy();
  else socket.end();
}
