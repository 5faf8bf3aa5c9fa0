import { type ChunkIndex, NOTHING_INDEXED, takeIndexed } from './chunk-index.ts';
import { FIELD } from './field-places.ts';
import { readFrom } from './field-split.ts';
import { foreignLine } from './foreign-line.ts';
import { JsonFields } from './format/json-fields.ts';
import type { Within } from './format/record.ts';
import { fieldEnd, type LogLine, mayBeForeign, parseLine } from './line.ts';
import { OtherFormat } from './other-format.ts';

/** After so many lines of a file that were all whole, the rest of it is taken to be; */
const WHOLE_LINES = 4096;
/** one line of so many is still looked at to its end, lest the file changes. */
const LOOK_AT_ONE_OF = 64;
/** What follows a target group is seldom longer. */
const LONGEST_REST = 4096;

/** One byte a character. */
const textOf = (bytes: Uint8Array, start: number, end: number): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1');

/** What is read is no request: a header, or what stands around records. */
export const NO_LINE = 'no line';

/**
 * Reads the lines of one file after the other. Of a long file whose lines are whole, those that did not fail are read
 * only as far as they are needed, if what follows is as long as it was in a line that was read to its end, and is not
 * the next line, joined to this one.
 */
export class LineReader {
  /** Lines of the file that were read; below zero for good where one was broken. */
  private wholeLines = 0;
  /** Whether lines name their node at their end. */
  private namesNode = false;
  /** Whether a whole line has had so many bytes after its target group. */
  private readonly rests = new Uint8Array(LONGEST_REST);
  private readonly other: OtherFormat;
  private readonly json = new JsonFields();
  /** What the last line that was rejected holds, without what tools put around it; null where nothing is. */
  within: Within | null = null;
  /** How many records had no such field, by its name: nothing is concluded from them. */
  readonly absent = new Map<string, number>();
  /** Of the chunk whose lines are read. */
  index: ChunkIndex = NOTHING_INDEXED;

  /** @param fields - names of the fields of a log without a header, in their order */
  constructor(fields?: readonly string[]) {
    this.other = new OtherFormat(fields);
  }

  /** @param loadBalancer - whose log it is where its records do not say */
  startFile(loadBalancer: string): void {
    this.other.startFile(loadBalancer);
    this.json.startFile();
    this.wholeLines = 0;
    this.namesNode = false;
    this.rests.fill(0);
  }

  /**
   * Reads one line, without its line end, into `line`.
   *
   * @returns why the line cannot be used, {@link NO_LINE}, or null where it was read
   */
  read(line: LogLine, bytes: Uint8Array, start: number, end: number): string | null {
    if (this.other.isKnown) {
      if (this.json.read(line, bytes, start, end)) return null;
      const reason = this.translate(line, bytes, start, end);
      if (reason === null || reason === NO_LINE) return reason;
      const own = parseLine(line, bytes, start, end);
      return own === null ? null : (reason ?? own);
    }
    const reason = parseLine(line, bytes, start, end);
    if (reason !== null) {
      this.wholeLines = Number.NEGATIVE_INFINITY;
      const translated = this.translate(line, bytes, start, end);
      if (translated !== undefined) return translated;
      const may = mayBeForeign(reason);
      return (may === 'no' ? null : foreignLine(textOf(bytes, start, end), may === 'yes')) ?? reason;
    }
    this.wholeLines++;
    if (line.fieldCount > FIELD.nodeAddress) this.namesNode = true;
    const rest = end - fieldEnd(line, 'targetGroup');
    if (rest < LONGEST_REST) this.rests[rest] = 1;
    return null;
  }

  /**
   * Whether lines of the file are read only as far as they are needed.
   *
   * @param nodeIsKnown - whether the file's name tells the node, so that the line need not
   */
  isReadShort(nodeIsKnown: boolean): boolean {
    return this.wholeLines >= WHOLE_LINES && (nodeIsKnown || !this.namesNode);
  }

  /** Reads a line of another format; undefined where it is of none that is known. */
  private translate(line: LogLine, bytes: Uint8Array, start: number, end: number): string | null | undefined {
    const text = textOf(bytes, start, end);
    const translated = this.other.translate(text);
    this.within =
      translated !== null && typeof translated === 'object' && 'reason' in translated
        ? (translated.within ?? null)
        : null;
    if (translated === null) return undefined;
    if (translated === 'no line') return NO_LINE;
    if ('reason' in translated) return translated.reason;
    const own = Buffer.from(translated.line, 'latin1');
    const reason = parseLine(line, own, 0, own.length);
    if (reason === null && text.startsWith('{')) this.json.learn(text);
    if (reason === null)
      for (const name of translated.absent) this.absent.set(name, (this.absent.get(name) ?? 0) + 1);
    return reason;
  }

  /**
   * Reads a line as far as it was found, if what follows is as long as it was in a line that was read to its end.
   *
   * @param indexed - the number of the line in {@link index}
   * @returns whether that is enough
   */
  readFound(line: LogLine, bytes: Uint8Array, start: number, indexed: number, nodeIsKnown: boolean): boolean {
    if (this.wholeLines % LOOK_AT_ONE_OF === 0 || !this.isReadShort(nodeIsKnown)) return false;
    readFrom(line, bytes);
    const rest = takeIndexed(line, this.index, indexed, start);
    if (rest < 0 || this.rests[rest] !== 1) return false;
    this.wholeLines++;
    return true;
  }
}
