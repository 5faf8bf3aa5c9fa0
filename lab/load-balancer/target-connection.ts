import { connect as connectTcp } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import { DelayLine } from './delay-line.ts';

/** Who ended a connection, and how. */
export type CloseReason = 'fin' | 'rst' | 'deregistration-delay-elapsed' | 'client-closed';

/** Whoever waits for what the target says: an exchange, or the pool while the connection is idle. */
export interface Receiver {
  data(chunk: Buffer): void;
  closed(reason: CloseReason): void;
}

/** One connection from a node to a target, with what the node knows of it. */
export class TargetConnection {
  readonly #stream: Duplex;
  #receiver: Receiver | null = null;
  #over = false;
  /** Requests written on it so far. */
  requestCount = 0;
  /** Lab time at which it last became idle; null until the first response is complete. */
  idleSince: number | null = null;

  constructor(stream: Duplex) {
    this.#stream = stream;
    stream.on('data', (chunk: Buffer) => this.#receiver?.data(chunk));
    stream.on('end', () => this.#end('fin'));
    stream.on('error', () => this.#end('rst'));
    stream.on('close', () => this.#end('fin'));
  }

  /** Whether the node has seen the end of it, or ended it. */
  get over(): boolean {
    return this.#over;
  }

  receiveWith(receiver: Receiver | null): void {
    this.#receiver = receiver;
  }

  write(request: Buffer): void {
    this.requestCount += 1;
    this.#stream.write(request);
  }

  /** The node ends it; whoever waits on it is told why. */
  abort(reason: CloseReason): void {
    this.#end(reason);
  }

  /** The node ends it, and nobody waits. */
  close(): void {
    this.#receiver = null;
    this.#end('fin');
  }

  #end(reason: CloseReason): void {
    if (this.#over) return;
    this.#over = true;
    const receiver = this.#receiver;
    this.#receiver = null;
    this.#stream.destroy();
    receiver?.closed(reason);
  }
}

export type ConnectFault =
  | 'connection-refused'
  | 'host-unreachable'
  | 'connect-timeout'
  | 'tls-error'
  | 'tls-timeout';

/** A connection that did not come about. */
export class ConnectError extends Error {
  override readonly name = 'ConnectError';
  readonly fault: ConnectFault;

  constructor(fault: ConnectFault) {
    super(fault);
    this.fault = fault;
  }
}

export interface ConnectOptions {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  readonly oneWayMs: number;
  /** Real milliseconds for the TCP handshake, and again for the TLS handshake. */
  readonly timeoutMs: number;
}

/**
 * Opens a connection as a node does: certificates are not checked.
 *
 * @throws ConnectError saying which step failed
 */
export async function openTargetConnection(options: ConnectOptions): Promise<TargetConnection> {
  const line = await tcpHandshake(options);
  return new TargetConnection(options.tls ? await tlsHandshake(line, options) : line);
}

function tcpHandshake({ host, port, oneWayMs, timeoutMs }: ConnectOptions): Promise<DelayLine> {
  return new Promise((resolve, reject) => {
    // Half-open: the node may still write after the target's FIN reached this machine's kernel.
    const socket = connectTcp({ host, port, allowHalfOpen: true, noDelay: true });
    const roundTripLater = (action: () => void) =>
      oneWayMs === 0 ? action() : void setTimeout(action, 2 * oneWayMs);
    const timer = setTimeout(() => {
      socket.destroy();
      reject(new ConnectError('connect-timeout'));
    }, timeoutMs);
    const onError = (error: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      const fault = error.code === 'ECONNREFUSED' || error.code === 'ECONNRESET';
      roundTripLater(() => reject(new ConnectError(fault ? 'connection-refused' : 'host-unreachable')));
    };
    socket.once('error', onError);
    socket.once('connect', () => {
      clearTimeout(timer);
      socket.off('error', onError);
      const line = new DelayLine(socket, oneWayMs);
      // A peer that goes away before the node looks is no crash of the lab.
      line.on('error', () => {});
      roundTripLater(() => resolve(line));
    });
  });
}

function tlsHandshake(line: DelayLine, { timeoutMs }: ConnectOptions): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const secured = connectTls({ socket: line, rejectUnauthorized: false });
    const fail = (fault: ConnectFault) => {
      clearTimeout(timer);
      secured.destroy();
      line.destroy();
      reject(new ConnectError(fault));
    };
    const timer = setTimeout(() => fail('tls-timeout'), timeoutMs);
    secured.once('secureConnect', () => {
      clearTimeout(timer);
      resolve(secured);
    });
    secured.on('error', () => fail('tls-error'));
    line.once('close', () => fail('tls-error'));
  });
}
