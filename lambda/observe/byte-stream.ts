/** Reads a stream of bytes by count rather than by chunk. Each chunk need only be valid until the next is asked for. */
export class ByteStream {
  private readonly chunks: AsyncIterator<Uint8Array>;
  private held: Uint8Array = new Uint8Array();

  constructor(bytes: AsyncIterable<Uint8Array>) {
    this.chunks = bytes[Symbol.asyncIterator]();
  }

  private async fill(): Promise<boolean> {
    while (this.held.length === 0) {
      const next = await this.chunks.next();
      if (next.done) return false;
      this.held = next.value;
    }
    return true;
  }

  /** The next so many bytes, in the chunks in which they come, each only valid until the next; fewer where the stream ends. */
  async *take(count: number): AsyncGenerator<Uint8Array> {
    let left = count;
    while (left > 0 && (await this.fill())) {
      const part = this.held.subarray(0, left);
      this.held = this.held.subarray(part.length);
      left -= part.length;
      yield part;
    }
  }

  /** The next so many bytes as one; fewer where the stream ends. */
  async read(count: number): Promise<Buffer> {
    const parts: Uint8Array[] = [];
    // Copied, for a chunk is gone when the next comes.
    for await (const part of this.take(count)) parts.push(Buffer.from(part));
    return Buffer.concat(parts);
  }

  /** Puts bytes before those that are still to come. */
  unread(bytes: Uint8Array): void {
    this.held = this.held.length === 0 ? bytes : Buffer.concat([bytes, this.held]);
  }

  /** All that is still to come. */
  async *rest(): AsyncGenerator<Uint8Array> {
    try {
      yield* this.take(Number.POSITIVE_INFINITY);
    } finally {
      await this.chunks.return?.();
    }
  }
}
