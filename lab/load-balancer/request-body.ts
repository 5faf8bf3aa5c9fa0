import type { IncomingMessage } from 'node:http';

/** Whoever takes the body as it comes. */
export interface BodyReceiver {
  chunk(bytes: Buffer): void;
  end(): void;
}

/** Largest request body that a node takes; it waits in memory until a connection to the target is there. */
const MAX_REQUEST_BYTES = 16 * 1024 * 1024;

/**
 * The body of a client's request. It is passed on as it comes, so that a target can answer, or go, before it has all
 * of it; what comes after that is still read and counted, so that the client gets to read its answer.
 */
export class RequestBody {
  /** Whether the request has none. */
  readonly empty: boolean;
  /** Whether its length is told by chunks, here and to the target. */
  readonly chunked: boolean;
  readonly #request: IncomingMessage;
  readonly #waiting: Buffer[] = [];
  #receiver: BodyReceiver | null = null;
  #passed = false;
  #ended = false;
  #bytes = 0;

  constructor(request: IncomingMessage) {
    this.#request = request;
    const { 'content-length': length = '0', 'transfer-encoding': coding } = request.headers;
    this.chunked = coding !== undefined;
    this.empty = !this.chunked && Number(length) === 0;
    // A client that goes away ends its response as well, and that is where it is noticed.
    request.on('error', () => {});
    request.on('data', (chunk: Buffer) => this.#take(chunk));
    request.once('end', () => {
      this.#ended = true;
      this.#receiver?.end();
    });
  }

  /** Whether the client has sent all of it. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Received from the client so far. */
  get bytes(): number {
    return this.#bytes;
  }

  /** These bytes as they go to the target; null stands for the end. */
  framed(bytes: Buffer | null): Buffer {
    if (!this.chunked) return bytes ?? Buffer.alloc(0);
    if (bytes === null) return Buffer.from('0\r\n\r\n');
    return Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')]);
  }

  /** Once the client has sent all of it, or is gone, or the time is over. */
  over(withinMs: number): Promise<void> {
    return new Promise((resolve) => {
      if (this.#ended || this.#request.destroyed) {
        resolve();
        return;
      }
      const timer = setTimeout(resolve, withinMs);
      const done = () => {
        clearTimeout(timer);
        resolve();
      };
      this.#request.once('end', done);
      this.#request.once('close', done);
    });
  }

  /** To this receiver from now on, with what came before; null: to nobody any more. */
  passOn(receiver: BodyReceiver | null): void {
    this.#receiver = receiver;
    this.#passed = true;
    const waiting = this.#waiting.splice(0);
    if (!receiver) return;
    for (const chunk of waiting) receiver.chunk(chunk);
    if (this.#ended) receiver.end();
  }

  /**
   * All of it, for a function, which gets its request in one piece.
   *
   * @throws Error where the client goes away before
   */
  whole(): Promise<Buffer> {
    const chunks: Buffer[] = [];
    return new Promise((resolve, reject) => {
      this.#request.once('close', () => reject(new Error('the client went away')));
      this.passOn({ chunk: (bytes) => chunks.push(bytes), end: () => resolve(Buffer.concat(chunks)) });
    });
  }

  #take(chunk: Buffer): void {
    this.#bytes += chunk.length;
    if (this.#bytes > MAX_REQUEST_BYTES) this.#request.destroy();
    else if (this.#receiver) this.#receiver.chunk(chunk);
    else if (!this.#passed) this.#waiting.push(chunk);
  }
}
