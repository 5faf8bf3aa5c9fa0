import { type ChunkIndex, lineEndAt, NOTHING_INDEXED } from './chunk-index.ts';

const NEWLINE = 10;
const CARRIAGE_RETURN = 13;
/** Longer than any line the load balancer can write: headers are limited to 64 kB. */
const LONGEST_LINE = 1 << 20;

/** Takes one line: its bytes are only valid during the call. */
export type OnLine = (bytes: Uint8Array, start: number, end: number) => void;

/**
 * Takes one line by what was found of it, if that is enough.
 *
 * @param indexed - the number of the line in the index of its chunk
 * @returns whether it was taken
 */
export type OnFound = (bytes: Uint8Array, start: number, indexed: number) => boolean;

/** Cuts chunks of a file into lines, across the borders of chunks. LF and CRLF both end a line. */
export class LineSplitter {
  private rest = new Uint8Array();
  private readonly onLine: OnLine;
  private readonly onFound: OnFound;
  private readonly onTooLong: () => void;
  private skipping = false;

  /**
   * @param onFound - asked first, of lines that are in the index of their chunk
   * @param onTooLong - called for a line beyond 1 MiB, which is not kept
   */
  constructor(onLine: OnLine, onFound: OnFound, onTooLong: () => void) {
    this.onLine = onLine;
    this.onFound = onFound;
    this.onTooLong = onTooLong;
  }

  /**
   * Takes the next bytes of the file; they are not kept.
   *
   * @param index - what was found of its first lines
   */
  feed(chunk: Uint8Array, index: ChunkIndex = NOTHING_INDEXED): void {
    let start = 0;
    let known = 0;
    const nextEnd = (): number =>
      known++ < index.lines ? lineEndAt(index, known - 1) : chunk.indexOf(NEWLINE, start);
    if (this.rest.length > 0 || this.skipping) {
      const newline = nextEnd();
      if (newline < 0) {
        this.keep(chunk);
        return;
      }
      if (!this.skipping) this.emitJoined(chunk.subarray(0, newline));
      this.skipping = false;
      this.rest = new Uint8Array();
      start = newline + 1;
    }
    // Of one class whatever the chunk is: the engine reads its bytes faster. Only a Buffer searches natively.
    const bytes = new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    for (let end = nextEnd(); end >= 0; end = nextEnd()) {
      if (known > index.lines || !this.onFound(bytes, start, known - 1)) this.emit(bytes, start, end);
      start = end + 1;
    }
    if (start < chunk.length) this.keep(chunk.subarray(start));
  }

  /** Ends the file: what follows the last line end is a line too. */
  end(): void {
    if (this.rest.length > 0) this.emit(this.rest, 0, this.rest.length);
    this.rest = new Uint8Array();
    this.skipping = false;
  }

  private emit(bytes: Uint8Array, start: number, end: number): void {
    this.onLine(bytes, start, end > start && bytes[end - 1] === CARRIAGE_RETURN ? end - 1 : end);
  }

  private emitJoined(tail: Uint8Array): void {
    const line = new Uint8Array(this.rest.length + tail.length);
    line.set(this.rest);
    line.set(tail, this.rest.length);
    this.emit(line, 0, line.length);
  }

  private keep(part: Uint8Array): void {
    if (this.skipping) return;
    if (this.rest.length + part.length > LONGEST_LINE) {
      this.onTooLong();
      this.skipping = true;
      this.rest = new Uint8Array();
      return;
    }
    const joined = new Uint8Array(this.rest.length + part.length);
    joined.set(this.rest);
    joined.set(part, this.rest.length);
    this.rest = joined;
  }
}

/** Whether a byte order mark stands there, as some editors put it before a file. */
export const hasByteOrderMark = (bytes: Uint8Array, at: number): boolean =>
  bytes[at] === 0xef && bytes[at + 1] === 0xbb && bytes[at + 2] === 0xbf;
