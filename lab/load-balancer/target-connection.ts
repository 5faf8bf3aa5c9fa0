import { connect as connectTcp } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import { DelayLine } from './delay-line.ts';
import type { WireEvent, WireHistory } from './wire-history.ts';

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
  readonly #line: DelayLine;
  /** What was seen on it. */
  readonly history: WireHistory;
  #receiver: Receiver | null = null;
  #over = false;
  /** Requests written on it so far. */
  requestCount = 0;
  /** Lab time at which it last became idle; null until the first response is complete. */
  idleSince: number | null = null;

  /**
   * @param stream - what the node reads and writes: the line itself, or TLS over it
   * @param line - the way to the target
   */
  constructor(stream: Duplex, line: DelayLine, history: WireHistory) {
    this.#stream = stream;
    this.#line = line;
    this.history = history;
    stream.on('data', (chunk: Buffer) => this.#data(chunk));
    stream.on('end', () => this.#ended('fin'));
    stream.on('error', () => this.#ended('rst'));
    stream.on('close', () => this.#ended('fin'));
  }

  /** Whether the node has seen the end of it, or ended it. */
  get over(): boolean {
    return this.#over;
  }

  receiveWith(receiver: Receiver | null): void {
    this.#receiver = receiver;
  }

  /** @param head - of the next request */
  write(head: Buffer): void {
    this.requestCount += 1;
    this.history.requestWritten(requestLine(head));
    this.#stream.write(head);
  }

  /** What follows the head. */
  writeBody(bytes: Buffer): void {
    if (!this.#over && bytes.length > 0) this.#stream.write(bytes);
  }

  /** The node ends it; whoever waits on it is told why. */
  abort(reason: CloseReason): void {
    if (!this.#over) this.history.note('close', { about: reason });
    this.#end(reason);
  }

  /** The node ends it, and nobody waits. */
  close(): void {
    this.#receiver = null;
    if (!this.#over) this.history.note('close');
    this.#end('fin');
  }

  #data(chunk: Buffer): void {
    const at = this.#line.arrivedFrom;
    if (at !== null) this.history.note('response', { at, where: 'target' });
    this.history.note('response');
    this.#receiver?.data(chunk);
  }

  #ended(how: 'fin' | 'rst'): void {
    if (!this.#over) this.history.note(how);
    this.#end(how);
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

/** Method and path; the query says nothing to a reader. */
const requestLine = (head: Buffer): string => {
  const end = head.indexOf('\r\n');
  const line = head.toString('latin1', 0, end < 0 ? head.length : end);
  return line.replace(/ HTTP\/\S+$/, '').replace(/\?.*$/, '');
};

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
  /** What was seen of the attempt. */
  readonly wire: readonly WireEvent[];

  constructor(fault: ConnectFault, wire: readonly WireEvent[]) {
    super(fault);
    this.fault = fault;
    this.wire = wire;
  }
}

export interface ConnectOptions {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  readonly oneWayMs: number;
  /** Real milliseconds for the TCP handshake, and again for the TLS handshake. */
  readonly timeoutMs: number;
  /** Is told what happens. */
  readonly history: WireHistory;
}

const WIRE_OF_FAULT = {
  'connection-refused': 'refused',
  'host-unreachable': 'unreachable',
  'connect-timeout': 'connect-timeout',
  'tls-error': 'tls-failed',
  'tls-timeout': 'tls-timeout',
} as const;

function connectError(fault: ConnectFault, { history }: ConnectOptions): ConnectError {
  history.note(WIRE_OF_FAULT[fault]);
  return new ConnectError(fault, history.events);
}

/**
 * Opens a connection as a node does: certificates are not checked.
 *
 * @throws ConnectError saying which step failed
 */
export async function openTargetConnection(options: ConnectOptions): Promise<TargetConnection> {
  const line = await tcpHandshake(options);
  const stream = options.tls ? await tlsHandshake(line, options) : line;
  return new TargetConnection(stream, line, options.history);
}

function tcpHandshake(options: ConnectOptions): Promise<DelayLine> {
  const { host, port, oneWayMs, timeoutMs, history } = options;
  return new Promise((resolve, reject) => {
    history.note('connect');
    // Half-open: the node may still write after the target's FIN reached this machine's kernel.
    const socket = connectTcp({ host, port, allowHalfOpen: true, noDelay: true });
    const roundTripLater = (action: () => void) =>
      oneWayMs === 0 ? action() : void setTimeout(action, 2 * oneWayMs);
    const timer = setTimeout(() => {
      socket.destroy();
      reject(connectError('connect-timeout', options));
    }, timeoutMs);
    const onError = (error: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      const refused = error.code === 'ECONNREFUSED' || error.code === 'ECONNRESET';
      const fault = refused ? 'connection-refused' : 'host-unreachable';
      roundTripLater(() => reject(connectError(fault, options)));
    };
    socket.once('error', onError);
    socket.once('connect', () => {
      clearTimeout(timer);
      socket.off('error', onError);
      const line = new DelayLine(socket, oneWayMs, history);
      // A peer that goes away before the node looks is no crash of the lab.
      line.on('error', () => {});
      roundTripLater(() => {
        history.note('connected');
        resolve(line);
      });
    });
  });
}

function tlsHandshake(line: DelayLine, options: ConnectOptions): Promise<Duplex> {
  const { timeoutMs, history } = options;
  return new Promise((resolve, reject) => {
    history.note('tls');
    const secured = connectTls({ socket: line, rejectUnauthorized: false });
    let decided = false;
    const fail = (fault: ConnectFault) => {
      clearTimeout(timer);
      secured.destroy();
      line.destroy();
      // What ends the connection later is no failure of the handshake.
      if (!decided) reject(connectError(fault, options));
      decided = true;
    };
    const timer = setTimeout(() => fail('tls-timeout'), timeoutMs);
    secured.once('secureConnect', () => {
      clearTimeout(timer);
      decided = true;
      history.note('tls-connected');
      resolve(secured);
    });
    secured.on('error', () => fail('tls-error'));
    line.once('close', () => fail('tls-error'));
  });
}
