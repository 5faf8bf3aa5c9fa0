import { type ChunkIndex, NOTHING_INDEXED } from './chunk-index.ts';
import { JsonDocument, type LogShape, logShape } from './format/json-document.ts';
import { LineSplitter } from './line-splitter.ts';

/** Takes what is cut out of files. */
export interface LogLineSink {
  /**
   * Takes one line, or one record of JSON: its bytes are only valid during the call.
   *
   * @param number - of the line in the file, from 1
   */
  line(bytes: Uint8Array, start: number, end: number, number: number): void;
  /**
   * Takes one line by what was found of it, if that is enough.
   *
   * @param indexed - the number of the line in the index of its chunk
   * @returns whether it was taken
   */
  found(bytes: Uint8Array, start: number, indexed: number, number: number): boolean;
  /** A line beyond 1 MiB, which is not kept. */
  tooLong(number: number): void;
}

/** Cuts the bytes of one file after the other into lines, or into records where they are JSON of another shape. */
export class LogLines {
  private readonly splitter: LineSplitter;
  private readonly sink: LogLineSink;
  private number = 0;
  private shape: LogShape = null;
  /** The first bytes of a file, as long as its shape is not known. */
  private held: Uint8Array = new Uint8Array();
  private document: JsonDocument | null = null;

  constructor(sink: LogLineSink) {
    this.sink = sink;
    this.splitter = new LineSplitter(
      (bytes, start, end) => sink.line(bytes, start, end, ++this.number),
      (bytes, start, indexed) => {
        if (!sink.found(bytes, start, indexed, this.number + 1)) return false;
        this.number++;
        return true;
      },
      () => sink.tooLong(++this.number),
    );
  }

  startFile(): void {
    this.number = 0;
    this.shape = null;
    this.document = null;
  }

  /** Takes the next bytes of the file; they are not kept. */
  feed(chunk: Uint8Array, index: ChunkIndex = NOTHING_INDEXED): void {
    if (this.shape === 'lines') this.splitter.feed(chunk, index);
    else if (this.document !== null) this.document.feed(chunk);
    else this.begin(chunk, index);
  }

  private begin(chunk: Uint8Array, index: ChunkIndex): void {
    const held = this.held.length === 0 ? chunk : Buffer.concat([this.held, chunk]);
    this.shape = logShape(held, false);
    if (this.shape === null) {
      this.held = held === chunk ? chunk.slice() : held;
      return;
    }
    this.held = new Uint8Array();
    this.feedShaped(held, held === chunk ? index : NOTHING_INDEXED);
  }

  private feedShaped(bytes: Uint8Array, index: ChunkIndex): void {
    if (this.shape === 'json document')
      this.document = new JsonDocument(
        (record, line) => this.sink.line(record, 0, record.length, line),
        (line) => this.sink.tooLong(line),
      );
    this.feed(bytes, index);
  }

  /** Ends the file: what follows the last line end is a line too. */
  end(): void {
    if (this.held.length > 0) {
      const { held } = this;
      this.held = new Uint8Array();
      this.shape = logShape(held, true);
      this.feedShaped(held, NOTHING_INDEXED);
    }
    this.splitter.end();
    this.document?.end();
  }
}
