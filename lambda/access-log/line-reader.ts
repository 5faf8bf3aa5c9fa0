import { FIELD, type LogLine, parseLine, parseSuccess } from './line.ts';

/** After so many lines of a file that were all whole, the rest of it is taken to be; */
const WHOLE_LINES = 4096;
/** one line of so many is still looked at to its end, lest the file changes. */
const LOOK_AT_ONE_OF = 64;

/**
 * Reads the lines of one file after the other. Of a long file whose lines are whole, those that did not fail are read
 * only as far as they are needed.
 */
export class LineReader {
  /** Lines of the file that were read; below zero for good where one was broken. */
  private wholeLines = 0;
  /** Whether lines name their node at their end. */
  private namesNode = false;

  startFile(): void {
    this.wholeLines = 0;
    this.namesNode = false;
  }

  /**
   * Reads one line, without its line end, into `line`.
   *
   * @param nodeIsKnown - whether the file's name tells the node, so that the line need not
   * @returns why the line cannot be used, or null where it was read
   */
  read(line: LogLine, bytes: Uint8Array, start: number, end: number, nodeIsKnown: boolean): string | null {
    const isShort =
      this.wholeLines >= WHOLE_LINES &&
      this.wholeLines % LOOK_AT_ONE_OF !== 0 &&
      (nodeIsKnown || !this.namesNode);
    const reason = isShort ? parseSuccess(line, bytes, start, end) : parseLine(line, bytes, start, end);
    if (reason !== null) this.wholeLines = Number.NEGATIVE_INFINITY;
    else {
      this.wholeLines++;
      if (line.fieldCount > FIELD.nodeAddress) this.namesNode = true;
    }
    return reason;
  }
}
