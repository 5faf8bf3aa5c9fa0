import { ChunkDecoder } from './chunk-decoder.ts';
import {
  type Framing,
  MalformedResponseError,
  parseResponseHead,
  type ResponseHead,
} from './response-head.ts';

/** Limit of all response headers together (AWS: quotas of Application Load Balancers). */
export const MAX_RESPONSE_HEAD_BYTES = 32 * 1024;

/** Response headers above {@link MAX_RESPONSE_HEAD_BYTES}. */
export class HeaderTooLargeError extends Error {
  override readonly name = 'HeaderTooLargeError';
}

export interface ResponseEvents {
  head(head: ResponseHead): void;
  body(chunk: Buffer): void;
  /** @param clean - false where bytes followed the response, so that the connection cannot be used again */
  complete(clean: boolean): void;
}

/** Reads one response from the bytes of a connection as they come. */
export class ResponseParser {
  readonly #method: string;
  readonly #events: ResponseEvents;
  #pending: Buffer = Buffer.alloc(0);
  #head: ResponseHead | null = null;
  #chunks: ChunkDecoder | null = null;
  #bytesLeft = 0;
  #complete = false;

  /** @param method - of the request, since a response to HEAD has no body */
  constructor(method: string, events: ResponseEvents) {
    this.#method = method;
    this.#events = events;
  }

  /** Whether the whole head was read. */
  get headRead(): boolean {
    return this.#head !== null;
  }

  /**
   * @throws MalformedResponseError or HeaderTooLargeError where the response cannot be passed on
   */
  push(bytes: Buffer): void {
    if (this.#complete) return;
    if (this.#head) {
      this.#readBody(bytes);
      return;
    }
    this.#pending = Buffer.concat([this.#pending, bytes]);
    this.#readHead();
  }

  /**
   * The target ended the connection.
   *
   * @returns true where that is how this response ends, false where it was cut off
   */
  end(): boolean {
    if (this.#complete || this.#head?.framing.by !== 'close') return this.#complete;
    this.#finish(true);
    return true;
  }

  #readHead(): void {
    const end = this.#pending.indexOf('\r\n\r\n');
    if (end > MAX_RESPONSE_HEAD_BYTES || (end < 0 && this.#pending.length > MAX_RESPONSE_HEAD_BYTES))
      throw new HeaderTooLargeError('response headers above 32 KiB');
    if (end < 0) {
      if (!'HTTP/1.'.startsWith(this.#pending.toString('latin1', 0, 7)))
        throw new MalformedResponseError('not HTTP/1.x');
      return;
    }
    const head = parseResponseHead(this.#pending.toString('latin1', 0, end), this.#method);
    const rest = this.#pending.subarray(end + 4);
    this.#pending = Buffer.alloc(0);
    if (head.status === 101) throw new MalformedResponseError('an upgrade nobody asked for');
    // An interim response (100, 103) precedes the real one.
    if (head.status < 200) this.push(rest);
    else this.#begin(head, rest);
  }

  #begin(head: ResponseHead, rest: Buffer): void {
    this.#head = head;
    this.#events.head(head);
    if (head.framing.by === 'none' || (head.framing.by === 'length' && head.framing.bytes === 0))
      this.#finish(rest.length === 0);
    else this.#beginBody(head.framing, rest);
  }

  #beginBody(framing: Framing, rest: Buffer): void {
    if (framing.by === 'chunks') this.#chunks = new ChunkDecoder();
    if (framing.by === 'length') this.#bytesLeft = framing.bytes;
    if (rest.length > 0) this.#readBody(rest);
  }

  #readBody(bytes: Buffer): void {
    if (this.#chunks) {
      this.#pass(this.#chunks.decode(bytes));
      if (this.#chunks.done) this.#finish(this.#chunks.excess === 0);
      return;
    }
    if (this.#head?.framing.by === 'close') {
      this.#pass(bytes);
      return;
    }
    this.#pass(bytes.subarray(0, this.#bytesLeft));
    const excess = bytes.length - this.#bytesLeft;
    this.#bytesLeft = Math.max(0, -excess);
    if (excess >= 0) this.#finish(excess === 0);
  }

  #pass(bytes: Buffer): void {
    if (bytes.length > 0) this.#events.body(bytes);
  }

  #finish(clean: boolean): void {
    this.#complete = true;
    this.#events.complete(clean);
  }
}
