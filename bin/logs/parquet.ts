import { parquetMetadataAsync, parquetRead, parquetSchema } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { FIELD } from '../../lambda/access-log/reading/field-places.ts';
import { isLogFieldName, placeOf } from '../../lambda/access-log/reading/format/field-name.ts';

/** Parquet's times keep their microseconds, which a Date would lose. */
function instant(microseconds: bigint): string {
  const milliseconds = new Date(Number(microseconds / 1000n)).toISOString();
  return `${milliseconds.slice(0, -1)}${String(microseconds % 1000n).padStart(3, '0')}Z`;
}

const parsers = {
  timestampFromMilliseconds: (milliseconds: bigint) => instant(BigInt(milliseconds) * 1000n),
  timestampFromMicroseconds: instant,
  timestampFromNanoseconds: (nanoseconds: bigint) => instant(nanoseconds / 1000n),
};

/** Places of the fields from which anything is concluded. */
const CONCLUDED_FROM = new Set<number>(Object.values(FIELD));

/** Rows that are handed on together. */
const ROWS_AT_ONCE = 2000;

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Most digits that tell one single-precision number from the next. */
const MOST_DIGITS = 9;

/** The shortest number that is stored as this one in single precision: 0.012, not 0.011999999731779099. */
function shortest(value: number): number {
  for (let digits = 6; digits < MOST_DIGITS; digits++) {
    const rounded = Number(value.toPrecision(digits));
    if (Math.fround(rounded) === value) return rounded;
  }
  return value;
}

function jsonOf(value: unknown): string {
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'number' && Math.fround(value) === value) return String(shortest(value));
  return JSON.stringify(value) ?? 'null';
}

/** Values of a column from a row on. */
interface Chunk {
  readonly rowStart: number;
  readonly rowEnd: number;
  readonly columnData: ArrayLike<unknown>;
}

/** A column's values as JSON, each with its name before it, row after row. */
class Column {
  readonly name: string;
  private readonly before: string;
  /** What each row has where the values are not read. */
  private readonly constant: string | null;
  private readonly chunks: Chunk[] = [];
  private at = 0;
  private lastValue: unknown;
  private lastText = '';

  constructor(name: string) {
    this.name = name;
    this.before = `${JSON.stringify(name)}:`;
    const place = placeOf(name);
    this.constant = place === undefined || CONCLUDED_FROM.has(place) ? null : `${this.before}"-"`;
  }

  get isRead(): boolean {
    return this.constant === null;
  }

  add(chunk: Chunk): void {
    this.chunks.push(chunk);
    this.chunks.sort((left, right) => left.rowStart - right.rowStart);
  }

  /** The text of a row; rows are asked for in their order. */
  textOf(row: number): string {
    if (this.constant !== null) return this.constant;
    let chunk = this.chunks[this.at];
    while (chunk !== undefined && chunk.rowEnd <= row) chunk = this.chunks[++this.at];
    const value = chunk?.columnData[row - chunk.rowStart];
    // Most columns repeat few values, which their dictionary gives as the same text.
    if (value !== this.lastValue || this.lastText === '') {
      this.lastValue = value;
      this.lastText = `${this.before}${jsonOf(value)}`;
    }
    return this.lastText;
  }

  clear(): void {
    this.chunks.length = 0;
    this.at = 0;
  }
}

function handOn(
  columns: readonly Column[],
  from: number,
  to: number,
  onText: (text: Uint8Array) => void,
): void {
  for (let start = from; start < to; start += ROWS_AT_ONCE) {
    let text = '';
    for (let row = start; row < Math.min(to, start + ROWS_AT_ONCE); row++) {
      let between = '{';
      for (const column of columns) {
        text += between + column.textOf(row);
        between = ',';
      }
      text += '}\n';
    }
    onText(Buffer.from(text));
  }
}

/**
 * Gives the records of a Parquet file as lines of JSON, one row group after the other. Columns of which nothing is
 * concluded are not read; they have `-`.
 *
 * @returns null, or why it cannot be read, or not to its end
 */
export async function readParquet(
  bytes: Uint8Array<ArrayBuffer>,
  onText: (text: Uint8Array) => void,
): Promise<string | null> {
  const { buffer, byteOffset, byteLength } = bytes;
  const file = {
    byteLength,
    slice: (start: number, end = byteLength) => buffer.slice(byteOffset + start, byteOffset + end),
  };
  try {
    const metadata = await parquetMetadataAsync(file);
    const names = parquetSchema(metadata).children.map(({ element }) => element.name);
    const columns = names.filter(isLogFieldName).map((name) => new Column(name));
    if (columns.length === 0)
      return `a Parquet file without a field of an access log; it has ${names.slice(0, 5).join(', ')}`;
    const byName = new Map(columns.map((column) => [column.name, column]));
    const read = columns.filter(({ isRead }) => isRead).map(({ name }) => name);
    let rowStart = 0;
    for (const group of metadata.row_groups) {
      const rowEnd = rowStart + Number(group.num_rows);
      await parquetRead({
        ...{ file, metadata, columns: read, rowStart, rowEnd, compressors, parsers },
        onChunk: (chunk) => byName.get(chunk.columnName)?.add(chunk),
      });
      handOn(columns, rowStart, rowEnd, onText);
      for (const column of columns) column.clear();
      rowStart = rowEnd;
    }
    return null;
  } catch (error) {
    return `the Parquet file is damaged or cut (${reasonOf(error)}); the row groups before were read`;
  }
}
