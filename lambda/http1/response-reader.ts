import { startOfChunk } from './chunk.ts';
import {
  HeadTooLargeError,
  MAX_RESPONSE_HEAD_BYTES,
  malformed,
  NotHttpError,
  quoted,
  ReadLimitError,
} from './failure.ts';
import { parseHeader } from './header.ts';
import { READ_LIMITS, type ReadLimits } from './read-limits.ts';
import { parseHead, type ResponseHead, START } from './response-head.ts';

/** One complete response. */
export interface Response extends ResponseHead {
  /** Bytes of its status line and header lines. */
  readonly headBytes: number;
  readonly bodyBytes: number;
  /** How many 1xx responses came before it. */
  readonly interimCount: number;
}

export interface ReaderOptions {
  /** Of the request. */
  readonly method?: string;
  readonly limits?: ReadLimits;
  /** Is told the final head, before any byte of the body. */
  readonly onHead?: (head: ResponseHead) => void;
  /** Is given the body as it comes, without chunk framing; the bytes are only lent. */
  readonly onBody?: (bytes: Uint8Array) => void;
}

type Phase = 'head' | 'length' | 'chunk-size' | 'chunk-data' | 'chunk-end' | 'trailers' | 'close' | 'done';

const LINE_FEED = 10;

/**
 * Reads one HTTP/1.x response from bytes as they arrive, however they are split, with the rules of a load balancer: RFC
 * 9112, and where the RFC lets a proxy either mend or refuse, it refuses. Keeps no body, and of a hostile server no more
 * than {@link ReadLimits} of lines. A reader serves one response.
 */
export class ResponseReader {
  readonly #options: ReaderOptions;
  readonly #limits: ReadLimits;
  #phase: Phase = 'head';
  #line = '';
  #lines: string[] = [];
  /** Of the head or the trailers that are being read. */
  #lineBytes = 0;
  #started = false;
  #remaining = 0;
  #bodyBytes = 0;
  #sentBodyBytes = 0;
  #headBytes = 0;
  #interimCount = 0;
  #head: ResponseHead | undefined;
  #response: Response | undefined;

  constructor(options: ReaderOptions = {}) {
    this.#options = options;
    this.#limits = options.limits ?? READ_LIMITS;
  }

  /** The response, once it is complete. */
  get response(): Response | undefined {
    return this.#response;
  }

  /** Whether any byte has arrived. */
  get started(): boolean {
    return this.#started;
  }

  /**
   * Takes the next bytes and returns how many belong to this response; fewer than given once it is complete.
   *
   * @throws MalformedResponseError where a load balancer would not pass the response on, naming the rule it breaks
   * @throws ReadLimitError where a bound of the reader is met
   */
  push(bytes: Uint8Array): number {
    if (bytes.length > 0) this.#started = true;
    let at = 0;
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    while (at < buffer.length && this.#phase !== 'done') at = this.#consume(buffer, at);
    return at;
  }

  /** Tells the reader that the peer ended the connection: the end of a body without length (section 6.3, item 8). */
  end(): void {
    if (this.#phase === 'close') this.#complete();
  }

  /** @returns where to go on */
  #consume(bytes: Buffer, at: number): number {
    switch (this.#phase) {
      case 'close':
        return this.#passBody(bytes, at, bytes.length);
      case 'length':
      case 'chunk-data':
        return this.#takeBody(bytes, at);
      default:
        return this.#takeLine(bytes, at);
    }
  }

  #takeBody(bytes: Buffer, at: number): number {
    const end = this.#passBody(bytes, at, Math.min(bytes.length, at + this.#remaining));
    this.#remaining -= end - at;
    if (this.#remaining > 0) return end;
    if (this.#phase === 'length') this.#complete();
    else this.#phase = 'chunk-end';
    return end;
  }

  #passBody(bytes: Buffer, at: number, end: number): number {
    this.#bodyBytes += end - at;
    this.#countBody(end - at);
    this.#options.onBody?.(bytes.subarray(at, end));
    return end;
  }

  #countBody(bytes: number): void {
    this.#sentBodyBytes += bytes;
    const { bodyBytes } = this.#limits;
    if (this.#sentBodyBytes > bodyBytes) throw new ReadLimitError(`a body of more than ${bodyBytes} bytes`);
  }

  #takeLine(bytes: Buffer, at: number): number {
    const found = bytes.indexOf(LINE_FEED, at);
    const end = found < 0 ? bytes.length : found;
    const next = found < 0 ? end : found + 1;
    this.#lineBytes += next - at;
    this.#line += bytes.toString('latin1', at, end);
    this.#requireBeginning(next - at);
    this.#requireWithinLimits(next - at);
    if (found >= 0) this.#endLine();
    return next;
  }

  /** What is wrong from its first bytes on is told at once: some protocols never send a line feed. */
  #requireBeginning(taken: number): void {
    const line = this.#line;
    if (this.#phase === 'head') {
      // Looked at no more once it is whole: a long line that comes byte by byte would take quadratic time.
      const begins = this.#lines.length === 0 && this.#lineBytes - taken < START.length;
      if (begins && !START.startsWith(line.slice(0, START.length))) {
        throw new NotHttpError(`status line ${quoted(line.trimEnd())}`);
      }
    } else if (this.#phase === 'chunk-end' && line !== '' && line !== '\r') {
      throw malformed(`${quoted(line.trimEnd())} after a chunk`, 'RFC 9112, section 7.1');
    } else if (this.#phase === 'chunk-size' && /^[^0-9A-Fa-f]/.test(line)) {
      throw malformed(`chunk size ${quoted(line.trimEnd())}`, 'RFC 9112, section 7.1');
    }
  }

  #requireWithinLimits(taken: number): void {
    const { headBytes, chunkLineBytes, trailerBytes } = this.#limits;
    if (this.#phase === 'head') {
      if (this.#lineBytes > headBytes) throw new HeadTooLargeError(`more than ${headBytes} bytes of headers`);
      return;
    }
    this.#countBody(taken);
    if (this.#phase === 'trailers' && this.#lineBytes > trailerBytes) {
      throw new ReadLimitError(`trailers of more than ${trailerBytes} bytes`);
    }
    if (this.#phase === 'chunk-size' && this.#line.length > chunkLineBytes) {
      throw new ReadLimitError(`a chunk extension of more than ${chunkLineBytes} bytes`);
    }
  }

  #endLine(): void {
    const ended = this.#line.endsWith('\r');
    const line = ended ? this.#line.slice(0, -1) : this.#line;
    this.#line = '';
    if (this.#phase === 'head' || this.#phase === 'trailers') {
      // Section 2.2: a lone line feed may end a line of the head.
      if (line !== '') this.#lines.push(line);
      else if (this.#phase === 'head') this.#endHead();
      else this.#endTrailers();
      return;
    }
    if (!ended) throw malformed('a chunk line that ends without CR', 'RFC 9112, section 7.1');
    if (this.#phase === 'chunk-size') this.#startChunk(line);
    else this.#phase = 'chunk-size';
  }

  #endHead(): void {
    const head = parseHead(this.#lines, this.#options.method ?? 'GET');
    const headBytes = this.#lineBytes;
    this.#lines = [];
    this.#lineBytes = 0;
    if (headBytes > MAX_RESPONSE_HEAD_BYTES) throw new HeadTooLargeError(`${headBytes} bytes`);
    if (head.statusCode < 200) this.#countInterim();
    else this.#startBody(head, headBytes);
  }

  /** RFC 9110, section 15.2: any number may come, asked for or not. */
  #countInterim(): void {
    this.#interimCount++;
    const { interimCount } = this.#limits;
    if (this.#interimCount > interimCount) {
      throw new ReadLimitError(`more than ${interimCount} responses with status 1xx`);
    }
  }

  #startBody(head: ResponseHead, headBytes: number): void {
    this.#head = head;
    this.#headBytes = headBytes;
    this.#options.onHead?.(head);
    const { framing } = head;
    if (framing.by === 'length') this.#remaining = framing.bytes;
    if (framing.by === 'none' || (framing.by === 'length' && framing.bytes === 0)) this.#complete();
    else this.#phase = framing.by === 'chunks' ? 'chunk-size' : framing.by;
  }

  #startChunk(line: string): void {
    this.#remaining = startOfChunk(line);
    this.#lineBytes = 0;
    this.#phase = this.#remaining === 0 ? 'trailers' : 'chunk-data';
  }

  #endTrailers(): void {
    this.#lines.forEach(parseHeader);
    this.#complete();
  }

  #complete(): void {
    if (!this.#head) return;
    this.#phase = 'done';
    this.#response = {
      ...this.#head,
      headBytes: this.#headBytes,
      bodyBytes: this.#bodyBytes,
      interimCount: this.#interimCount,
    };
  }
}
