import { MalformedResponseError } from './response-head.ts';

type State = 'size' | 'data' | 'data-end' | 'trailer' | 'done';

/** Longest chunk-size or trailer line that is read. */
const MAX_LINE_BYTES = 4096;

/** Takes the chunked transfer coding apart (RFC 9112, section 7.1). Trailers are read and left out. */
export class ChunkDecoder {
  #state: State = 'size';
  #pending: Buffer = Buffer.alloc(0);
  #left = 0;

  get done(): boolean {
    return this.#state === 'done';
  }

  /** Bytes that came after the last chunk: more than the response. */
  get excess(): number {
    return this.done ? this.#pending.length : 0;
  }

  /**
   * @returns the body bytes in what came, possibly none
   * @throws MalformedResponseError where the coding is broken
   */
  decode(bytes: Buffer): Buffer {
    this.#pending = this.#pending.length === 0 ? bytes : Buffer.concat([this.#pending, bytes]);
    const body: Buffer[] = [];
    while (this.#state !== 'done') {
      const advanced = this.#state === 'data' ? this.#readData(body) : this.#readLine();
      if (!advanced) break;
    }
    return Buffer.concat(body);
  }

  #readData(body: Buffer[]): boolean {
    if (this.#pending.length === 0) return false;
    const part = this.#pending.subarray(0, this.#left);
    body.push(part);
    this.#pending = this.#pending.subarray(part.length);
    this.#left -= part.length;
    if (this.#left === 0) this.#state = 'data-end';
    return true;
  }

  #readLine(): boolean {
    const end = this.#pending.indexOf('\r\n');
    if (end > MAX_LINE_BYTES || (end < 0 && this.#pending.length > MAX_LINE_BYTES))
      throw new MalformedResponseError('chunk line');
    if (end < 0) return false;
    const line = this.#pending.toString('latin1', 0, end);
    this.#pending = this.#pending.subarray(end + 2);
    this.#state = this.#next(line);
    return true;
  }

  #next(line: string): State {
    if (this.#state === 'trailer') return line === '' ? 'done' : 'trailer';
    if (this.#state === 'data-end') {
      if (line !== '') throw new MalformedResponseError('chunk end');
      return 'size';
    }
    const size = /^([0-9A-Fa-f]{1,8})[ \t]*(?:;.*)?$/.exec(line)?.[1];
    if (size === undefined) throw new MalformedResponseError('chunk size');
    this.#left = Number.parseInt(size, 16);
    return this.#left === 0 ? 'trailer' : 'data';
  }
}
