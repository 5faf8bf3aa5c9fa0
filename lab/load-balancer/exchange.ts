import { HeadTooLargeError, MalformedResponseError, ReadLimitError } from '../../lambda/http1/failure.ts';
import type { Header } from '../../lambda/http1/header.ts';
import { READ_LIMITS } from '../../lambda/http1/read-limits.ts';
import type { ResponseHead } from '../../lambda/http1/response-head.ts';
import { ResponseReader } from '../../lambda/http1/response-reader.ts';
import type { RequestBody } from './request-body.ts';
import type { CloseReason, ConnectFault, TargetConnection } from './target-connection.ts';

/** Why the load balancer, not the target, decided the answer. The oracle of the lab; AWS publishes no such field. */
export type Fault =
  | ConnectFault
  | 'no-target'
  | 'closed-before-response'
  | 'closed-in-response'
  | 'malformed-response'
  | 'response-header-too-large'
  | 'response-timeout'
  | 'deregistration-delay-elapsed'
  | 'client-closed'
  | 'lambda-error';

/** Where the response goes; the head comes once, before any byte of the body. */
export interface ResponseSink {
  head(status: number, reason: string, headers: readonly Header[]): void;
  body(chunk: Buffer): void;
  end(): void;
}

export interface Exchange {
  readonly method: string;
  /** The head of the request, as it goes to the target. */
  readonly head: Buffer;
  /** Is passed on as it comes; null: none. */
  readonly body: RequestBody | null;
  /** Real milliseconds without a byte from the target after which the load balancer gives up. */
  readonly idleTimeoutMs: number;
  /** Lab time, epoch milliseconds. */
  readonly now: () => number;
  readonly sink: ResponseSink;
}

export interface ExchangeResult {
  readonly fault: Fault | null;
  /** Lab time when the head of the request was written. */
  readonly sentAt: number;
  /** Lab time of the target's first byte; null if none came. */
  readonly firstByteAt: number | null;
  readonly targetStatus: number | null;
  /** Whether part of the response is with the client already, so that its status cannot change any more. */
  readonly committed: boolean;
  readonly reusable: boolean;
}

/**
 * How much of a body is held back, so that a response that breaks early can still become a 502. AWS does not say
 * how much an Application Load Balancer holds; this is an assumption.
 */
const HELD_BODY_BYTES = 16 * 1024;

/** A body may be of any length: it is passed on, not kept. The other bounds are the lab's; AWS publishes none. */
const LIMITS = { ...READ_LIMITS, bodyBytes: Number.POSITIVE_INFINITY };

/**
 * A response that ends the connection is held back for so many real milliseconds where the request had a body: a
 * target that closes with unread bytes resets the connection, and the reset erases the response (RFC 9112, section
 * 9.6). How an Application Load Balancer chooses between the two is not documented; this is an assumption.
 */
const RESET_WITHIN_MS = 50;

/** Sends one request on a connection and passes the response on. Never retries: bytes were written. */
export function exchangeOn(connection: TargetConnection, exchange: Exchange): Promise<ExchangeResult> {
  return new Promise((resolve) => new RunningExchange(connection, exchange, resolve).start());
}

class RunningExchange {
  readonly #connection: TargetConnection;
  readonly #exchange: Exchange;
  readonly #resolve: (result: ExchangeResult) => void;
  readonly #reader: ResponseReader;
  readonly #held: Buffer[] = [];
  #heldBytes = 0;
  #head: ResponseHead | null = null;
  #committed = false;
  #sentAt = 0;
  #firstByteAt: number | null = null;
  #timer: NodeJS.Timeout | undefined;
  #settled = false;
  /** The response is complete, and whether its connection can be used again; null while it is not. */
  #complete: { readonly reusable: boolean } | null = null;

  constructor(connection: TargetConnection, exchange: Exchange, resolve: (result: ExchangeResult) => void) {
    this.#connection = connection;
    this.#exchange = exchange;
    this.#resolve = resolve;
    this.#reader = new ResponseReader({
      method: exchange.method,
      limits: LIMITS,
      onHead: (head) => {
        this.#head = head;
      },
      onBody: (bytes) => this.#body(Buffer.from(bytes)),
    });
  }

  start(): void {
    this.#connection.receiveWith({
      data: (chunk) => this.#data(chunk),
      closed: (reason) => this.#closed(reason),
    });
    this.#sentAt = this.#exchange.now();
    if (this.#connection.over) {
      this.#settle('client-closed', false);
      return;
    }
    this.#armTimer();
    const { head, body } = this.#exchange;
    this.#connection.write(head);
    body?.passOn({
      chunk: (bytes) => {
        this.#connection.writeBody(body.framed(bytes));
        if (!this.#complete) this.#armTimer();
      },
      end: () => {
        this.#connection.writeBody(body.framed(null));
        if (this.#complete?.reusable) this.#deliver(true);
      },
    });
  }

  #armTimer(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#settle('response-timeout', false), this.#exchange.idleTimeoutMs);
  }

  #data(chunk: Buffer): void {
    if (this.#complete) {
      // Bytes that nobody asked for: the connection cannot be used again.
      if (this.#complete.reusable) this.#hold(false);
      return;
    }
    this.#firstByteAt ??= this.#exchange.now();
    this.#armTimer();
    let used: number;
    try {
      used = this.#reader.push(chunk);
    } catch (error) {
      if (!(error instanceof MalformedResponseError || error instanceof ReadLimitError)) throw error;
      const tooLarge = error instanceof HeadTooLargeError;
      this.#settle(tooLarge ? 'response-header-too-large' : 'malformed-response', false);
      return;
    }
    // With bytes after the response the connection cannot be used again.
    if (this.#reader.response) this.#completed(used === chunk.length);
  }

  #closed(reason: CloseReason): void {
    if (reason === 'fin') this.#reader.end();
    if (reason === 'fin' && this.#reader.response) {
      // A complete response outlives the end of its connection, unless that was a reset.
      this.#deliver(false);
      return;
    }
    const cutOff = this.#head === null ? 'closed-before-response' : 'closed-in-response';
    this.#settle(reason === 'fin' || reason === 'rst' ? cutOff : reason, false);
  }

  #body(chunk: Buffer): void {
    if (this.#committed) {
      this.#exchange.sink.body(chunk);
      return;
    }
    this.#held.push(chunk);
    this.#heldBytes += chunk.length;
    if (this.#heldBytes > HELD_BODY_BYTES) this.#commit();
  }

  #commit(): void {
    const head = this.#head;
    if (this.#committed || !head) return;
    this.#committed = true;
    this.#exchange.sink.head(head.statusCode, head.reason, head.headers);
    for (const chunk of this.#held.splice(0)) this.#exchange.sink.body(chunk);
  }

  #completed(clean: boolean): void {
    const status = this.#head?.statusCode;
    this.#connection.history.note('complete', { about: status === undefined ? null : String(status) });
    const reusable = clean && (this.#head?.persistent ?? false);
    const { body } = this.#exchange;
    if (!body || body.empty || (reusable && body.ended)) this.#deliver(reusable);
    else this.#hold(reusable);
  }

  /** The target answered a request with a body: what it has not read decides whether the answer survives. */
  #hold(reusable: boolean): void {
    this.#complete = { reusable };
    if (reusable) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#deliver(false), RESET_WITHIN_MS);
  }

  #deliver(reusable: boolean): void {
    if (this.#settled) return;
    this.#commit();
    this.#exchange.sink.end();
    this.#settle(null, reusable);
  }

  #settle(fault: Fault | null, reusable: boolean): void {
    if (this.#settled) return;
    this.#settled = true;
    clearTimeout(this.#timer);
    this.#exchange.body?.passOn(null);
    this.#connection.receiveWith(null);
    this.#resolve({
      fault,
      sentAt: this.#sentAt,
      firstByteAt: this.#firstByteAt,
      targetStatus: this.#head?.statusCode ?? null,
      committed: this.#committed,
      reusable,
    });
  }
}
