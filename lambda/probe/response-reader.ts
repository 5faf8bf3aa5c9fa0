import {
  type Framing,
  framingOf,
  HeadTooLargeError,
  isPersistent,
  MalformedResponseError,
  NotHttpError,
  parseFields,
  parseHead,
  quoted,
  type ResponseHead,
} from './response-head.ts';

/** One complete response. */
export interface Response extends ResponseHead {
  /** Whether the connection stays open for another request. */
  readonly persistent: boolean;
  /** Bytes of its status line and header lines. */
  readonly headBytes: number;
  readonly bodyBytes: number;
  /** How many 1xx responses came before it. */
  readonly interimCount: number;
  readonly trailers: ReadonlyMap<string, readonly string[]>;
}

/** What is read before a response is given up as too large. */
export interface ReadLimits {
  /** Status line, header and trailer lines together. */
  readonly headBytes: number;
  readonly bodyBytes: number;
  readonly interimCount: number;
}

export const READ_LIMITS: ReadLimits = { headBytes: 65_536, bodyBytes: 33_554_432, interimCount: 32 };

type Phase =
  | 'head'
  | 'length'
  | 'chunk-size'
  | 'chunk-data'
  | 'chunk-end'
  | 'trailers'
  | 'until-close'
  | 'done';

const LINE_FEED = 10;
const START = 'HTTP/1.';

/**
 * Reads one HTTP/1.x response from bytes as they arrive, however they are split (RFC 9112, sections 6 and 7).
 * Bodies are counted, not kept. A reader serves one response.
 */
export class ResponseReader {
  readonly #method: 'GET' | 'HEAD';
  readonly #limits: ReadLimits;
  #phase: Phase = 'head';
  #line = '';
  #lines: string[] = [];
  #headBytes = 0;
  #interimBytes = 0;
  #finalHeadBytes = 0;
  #remaining = 0;
  #bodyBytes = 0;
  #interimCount = 0;
  #head: ResponseHead | undefined;
  #framing: Framing = { kind: 'none' };
  #trailers: Response['trailers'] = new Map();
  #response: Response | undefined;

  constructor(method: 'GET' | 'HEAD' = 'GET', limits: ReadLimits = READ_LIMITS) {
    this.#method = method;
    this.#limits = limits;
  }

  /** The response, once it is complete. */
  get response(): Response | undefined {
    return this.#response;
  }

  /** Whether any byte has arrived. */
  get started(): boolean {
    return this.#headBytes > 0;
  }

  /**
   * Takes the next bytes and returns how many belong to this response; fewer than given once it is complete.
   *
   * @throws MalformedResponseError where they are not HTTP/1.x, or exceed a limit
   */
  push(bytes: Uint8Array): number {
    let at = 0;
    while (at < bytes.length && this.#phase !== 'done') {
      at += this.#consume(bytes.subarray(at));
    }
    return at;
  }

  /** Tells the reader that the peer ended the connection: the end of a body without length. */
  end(): void {
    if (this.#phase === 'until-close') this.#complete();
  }

  #consume(bytes: Uint8Array): number {
    switch (this.#phase) {
      case 'until-close':
        this.#countBody(bytes.length);
        return bytes.length;
      case 'length':
      case 'chunk-data':
        return this.#takeBody(bytes);
      default:
        return this.#takeLine(bytes);
    }
  }

  #takeBody(bytes: Uint8Array): number {
    const taken = Math.min(bytes.length, this.#remaining);
    this.#remaining -= taken;
    this.#countBody(taken);
    if (this.#remaining > 0) return taken;
    if (this.#phase === 'length') this.#complete();
    else this.#phase = 'chunk-end';
    return taken;
  }

  #countBody(bytes: number): void {
    this.#bodyBytes += bytes;
    if (this.#bodyBytes > this.#limits.bodyBytes) {
      throw new MalformedResponseError(`body of more than ${this.#limits.bodyBytes} bytes`);
    }
  }

  #takeLine(bytes: Uint8Array): number {
    const end = bytes.indexOf(LINE_FEED);
    const taken = end < 0 ? bytes.length : end + 1;
    this.#headBytes += taken;
    if (this.#headBytes > this.#limits.headBytes) {
      throw new HeadTooLargeError(`header of more than ${this.#limits.headBytes} bytes`);
    }
    this.#line += Buffer.from(bytes.subarray(0, end < 0 ? taken : end)).toString('latin1');
    // Told at once, not at the first line feed: some protocols never send one.
    if (this.#phase === 'head' && this.#lines.length === 0) this.#requireStart();
    if (end < 0) return taken;
    const line = this.#line.endsWith('\r') ? this.#line.slice(0, -1) : this.#line;
    this.#line = '';
    this.#endLine(line);
    return taken;
  }

  #requireStart(): void {
    const length = Math.min(this.#line.length, START.length);
    if (this.#line.slice(0, length) !== START.slice(0, length)) {
      throw new NotHttpError(`status line ${quoted(this.#line)}`);
    }
  }

  #endLine(line: string): void {
    switch (this.#phase) {
      case 'head':
      case 'trailers':
        if (line !== '') this.#lines.push(line);
        else if (this.#phase === 'head') this.#endHead();
        else this.#endTrailers();
        return;
      case 'chunk-size':
        this.#startChunk(line);
        return;
      default:
        if (line !== '') throw new MalformedResponseError(`end of chunk ${quoted(line)}`);
        this.#phase = 'chunk-size';
    }
  }

  #endHead(): void {
    const head = parseHead(this.#lines);
    this.#lines = [];
    if (head.statusCode === 101) {
      throw new MalformedResponseError('status 101: it switched to a protocol that nobody asked for');
    }
    if (head.statusCode < 200) {
      this.#interimCount++;
      this.#interimBytes = this.#headBytes;
      if (this.#interimCount > this.#limits.interimCount) {
        throw new MalformedResponseError(`more than ${this.#limits.interimCount} responses with status 1xx`);
      }
      return;
    }
    this.#head = head;
    this.#finalHeadBytes = this.#headBytes - this.#interimBytes;
    this.#framing = framingOf(head, this.#method);
    this.#startBody();
  }

  #startBody(): void {
    switch (this.#framing.kind) {
      case 'none':
        this.#complete();
        return;
      case 'length':
        this.#remaining = this.#framing.bytes;
        this.#phase = 'length';
        if (this.#remaining === 0) this.#complete();
        return;
      case 'chunked':
        this.#phase = 'chunk-size';
        return;
      case 'until-close':
        this.#phase = 'until-close';
    }
  }

  #startChunk(line: string): void {
    const size = /^([0-9a-f]{1,12})[ \t]*(?:;.*)?$/i.exec(line)?.[1];
    if (size === undefined) throw new MalformedResponseError(`chunk size ${quoted(line)}`);
    this.#remaining = Number.parseInt(size, 16);
    this.#phase = this.#remaining === 0 ? 'trailers' : 'chunk-data';
    // A long body in small chunks is no long header.
    this.#headBytes = Math.min(this.#headBytes, this.#limits.headBytes / 2);
  }

  #endTrailers(): void {
    this.#trailers = parseFields(this.#lines);
    this.#complete();
  }

  #complete(): void {
    if (!this.#head) return;
    this.#phase = 'done';
    this.#response = {
      ...this.#head,
      persistent: isPersistent(this.#head, this.#framing),
      headBytes: this.#finalHeadBytes,
      bodyBytes: this.#bodyBytes,
      interimCount: this.#interimCount,
      trailers: this.#trailers,
    };
  }
}
