import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { START } from '../http1/response-head.ts';
import { type Response, ResponseReader } from '../http1/response-reader.ts';
import { type Endpoint, endpointName, methodOf } from './endpoint.ts';
import { errorCode, type FailureCode, faultOf } from './failure.ts';
import { monotonicMs } from './monotonic.ts';
import type { StallWatch } from './stall-watch.ts';

/** How the peer ended a connection, and when on the monotonic clock. */
export interface Closure {
  readonly by: 'fin' | 'rst';
  readonly atMs: number;
  /** How much earlier it may have come: this process can be held up. */
  readonly lateByMs: number;
}

/** What became of one request. */
export type Answer =
  | { readonly kind: 'response'; readonly response: Response; readonly tookMs: number }
  /** The connection ended before a complete response. `started`: some bytes of one had come. */
  | { readonly kind: 'closed'; readonly by: Closure['by']; readonly started: boolean }
  /** It breaks a rule, or is longer than is read. */
  | { readonly kind: 'unreadable'; readonly fault: FailureCode; readonly reason: string }
  | { readonly kind: 'silent'; readonly started: boolean };

/** Longer than a busy but healthy event loop is late. */
const HELD_UP_MS = 15;
const MOST_EXTENSIONS = 4;

interface Pending {
  readonly reader: ResponseReader;
  readonly sentAtMs: number;
  readonly settle: (answer: Answer) => void;
}

/** One connection to a target, on which requests follow each other. */
export class Connection {
  readonly #socket: Socket;
  readonly #head: string;
  readonly #method: string;
  readonly #stalls: StallWatch;
  #pending: Pending | undefined;
  #closure: Closure | undefined;
  #destroyed = false;
  #unasked = false;
  #announceUnasked: () => void = () => {};
  #idleSinceMs = monotonicMs();
  #idleSinceLateByMs = 0;
  readonly #closed: Promise<Closure>;
  #announceClosed: (closure: Closure) => void = () => {};

  constructor(socket: Socket, endpoint: Endpoint, stalls: StallWatch) {
    this.#socket = socket;
    this.#stalls = stalls;
    this.#head = requestHead(endpoint);
    this.#method = methodOf(endpoint);
    this.#closed = new Promise((resolve) => {
      this.#announceClosed = resolve;
    });
    socket.setNoDelay(true);
    socket.on('data', (bytes: Buffer) => this.#receive(bytes));
    socket.on('end', () => this.#end('fin'));
    // OpenSSL reports a peer that sends FIN without its goodbye as an error; on the wire it is a FIN.
    socket.on('error', (error) => this.#end(errorCode(error).includes('EOF') ? 'fin' : 'rst'));
    socket.on('close', () => this.#end('fin'));
  }

  /** When the last byte of the last response came; before the first response, when the connection was made. */
  get idleSinceMs(): number {
    return this.#idleSinceMs;
  }

  /** How much earlier {@link idleSinceMs} may have been. */
  get idleSinceLateByMs(): number {
    return this.#idleSinceLateByMs;
  }

  /** How the peer ended the connection, if it has. */
  get closure(): Closure | undefined {
    return this.#closure;
  }

  /** Whether neither side has ended the connection. */
  get open(): boolean {
    return !this.#destroyed && this.#closure === undefined;
  }

  /** Settles when the peer ends the connection; never, where we end it. */
  get closed(): Promise<Closure> {
    return this.#closed;
  }

  /** Sends one request and waits for its whole response, at most `timeoutMs`. */
  ask(timeoutMs: number): Promise<Answer> {
    if (this.#closure) return Promise.resolve({ kind: 'closed', by: this.#closure.by, started: false });
    return new Promise((resolve) => {
      const reader = new ResponseReader({ method: this.#method });
      this.#unasked = false;
      let timer = setTimeout(() => expire(MOST_EXTENSIONS), Math.max(0, timeoutMs));
      // Silence is only silence while this process is listening: time it was held up is given back.
      const expire = (extensions: number) => {
        const heldUpMs = this.#stalls.lateByMs(monotonicMs());
        if (heldUpMs > HELD_UP_MS && extensions > 0) {
          timer = setTimeout(() => expire(extensions - 1), heldUpMs);
        } else this.#settle({ kind: 'silent', started: reader.started });
      };
      const settle = (answer: Answer) => {
        clearTimeout(timer);
        resolve(answer);
      };
      this.#pending = { reader, sentAtMs: monotonicMs(), settle };
      this.#socket.write(this.#head);
    });
  }

  /** Whether bytes come after the last response that belong to nothing, at the latest `withinMs` from now. */
  async unaskedBytes(withinMs: number): Promise<boolean> {
    if (this.#unasked || this.#closure) return this.#unasked;
    const came = new Promise<void>((resolve) => {
      this.#announceUnasked = resolve;
    });
    const waiting = new AbortController();
    const late = sleep(Math.max(0, withinMs), undefined, { signal: waiting.signal }).catch(() => {});
    await Promise.race([came, this.#closed, late]);
    waiting.abort();
    return this.#unasked;
  }

  /** Ends the connection from our side; what the peer does after that is nobody's concern. */
  destroy(): void {
    this.#destroyed = true;
    this.#socket.destroy();
    this.#settle({ kind: 'silent', started: false });
  }

  #receive(bytes: Buffer): void {
    const atMs = monotonicMs();
    if (!this.#pending) {
      this.#receiveUnasked(bytes);
      return;
    }
    const { reader, sentAtMs } = this.#pending;
    let used: number;
    try {
      used = reader.push(bytes);
    } catch (error) {
      const fault = faultOf(error);
      if (fault === null || !(error instanceof Error)) throw error;
      this.#settle({ kind: 'unreadable', fault, reason: error.message });
      return;
    }
    if (!reader.response) return;
    this.#becomeIdle(atMs);
    this.#receiveUnasked(bytes.subarray(used));
    this.#settle({ kind: 'response', response: reader.response, tookMs: atMs - sentAtMs });
  }

  #receiveUnasked(bytes: Buffer): void {
    // A 408 that says goodbye is no part of the response before it: the FIN after it is what counts.
    if (bytes.length === 0 || bytes.toString('latin1', 0, START.length) === START) return;
    this.#unasked = true;
    this.#announceUnasked();
  }

  #end(by: Closure['by']): void {
    if (this.#closure || this.#destroyed) return;
    const atMs = monotonicMs();
    this.#closure = { by, atMs, lateByMs: this.#stalls.lateByMs(atMs) };
    if (this.#pending) this.#endPending(by, atMs);
    this.#announceClosed(this.#closure);
    this.#socket.destroy();
  }

  #endPending(by: Closure['by'], atMs: number): void {
    if (!this.#pending) return;
    const { reader, sentAtMs } = this.#pending;
    if (by === 'fin') reader.end();
    const { response, started } = reader;
    if (response) this.#becomeIdle(atMs);
    this.#settle(
      response ? { kind: 'response', response, tookMs: atMs - sentAtMs } : { kind: 'closed', by, started },
    );
  }

  #becomeIdle(atMs: number): void {
    this.#idleSinceMs = atMs;
    this.#idleSinceLateByMs = this.#stalls.lateByMs(atMs);
  }

  #settle(answer: Answer): void {
    const pending = this.#pending;
    this.#pending = undefined;
    pending?.settle(answer);
  }
}

function requestHead(endpoint: Endpoint): string {
  const defaultPort = endpoint.tls ? 443 : 80;
  const name = endpointName(endpoint);
  const host = endpoint.port === defaultPort ? name.slice(0, name.lastIndexOf(':')) : name;
  // Apache declares its timeout only to a client that asks for keep-alive by name.
  return [
    `${methodOf(endpoint)} ${endpoint.path} HTTP/1.1`,
    `Host: ${endpoint.hostHeader ?? host}`,
    'User-Agent: alb502-probe',
    'Accept: */*',
    'Connection: keep-alive',
    '',
    '',
  ].join('\r\n');
}
