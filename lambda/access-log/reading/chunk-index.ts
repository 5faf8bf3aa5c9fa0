import { emptyFields, type Fields, readFrom, splitFields } from './field-split.ts';
import { looksWhole } from './line-form.ts';

/** What is needed of a request that did not fail, in the order of the line: up to its target group. */
export const FIELDS_OF_SUCCESS = 17;
/** A start and an end for each. */
const PLACES_PER_LINE = 2 * FIELDS_OF_SUCCESS;
/** Places are counted from the begin of the line. */
const LONGEST_LINE = 0xffff;
const NEWLINE = 10;

/**
 * Where the first lines of a chunk end, and where the first {@link FIELDS_OF_SUCCESS} fields of each are: found by the
 * thread that inflates, which has time, for the one that reads the lines.
 */
export interface ChunkIndex {
  /** Exactly as many as were found. */
  readonly lineEnds: Int32Array;
  /** {@link PLACES_PER_LINE} for each of them; a field that ends at 0 says that the line is to be split by its reader. */
  readonly places: Uint16Array;
}

/** No line was looked for. */
export const NOTHING_INDEXED: ChunkIndex = { lineEnds: new Int32Array(), places: new Uint16Array() };

/** Room for the places of so many lines. */
export const placesOf = (lines: number): number => lines * PLACES_PER_LINE;

const scratch = emptyFields();

function indexLine(places: Uint16Array, line: number, start: number, end: number): void {
  const from = placesOf(line);
  places[from + 1] = 0;
  if (end - start > LONGEST_LINE) return;
  const count = splitFields(scratch, start, end, true, FIELDS_OF_SUCCESS);
  if (count !== FIELDS_OF_SUCCESS || scratch.escaped || !looksWhole(scratch)) return;
  for (let field = 0; field < FIELDS_OF_SUCCESS; field++) {
    places[from + 2 * field] = (scratch.starts[field] ?? 0) - start;
    places[from + 2 * field + 1] = (scratch.ends[field] ?? 0) - start;
  }
}

/**
 * Finds the lines of a chunk and their fields.
 *
 * @param index - takes those of the first lines, as many as it has room for
 * @returns how many lines they are
 */
export function indexLines(chunk: Uint8Array, index: ChunkIndex): number {
  const { lineEnds, places } = index;
  readFrom(scratch, new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength));
  let count = 0;
  let start = 0;
  for (
    let end = chunk.indexOf(NEWLINE);
    end >= 0 && count < lineEnds.length;
    end = chunk.indexOf(NEWLINE, end + 1)
  ) {
    indexLine(places, count, start, end);
    lineEnds[count++] = end;
    start = end + 1;
  }
  return count;
}

/**
 * Puts the fields of a line where its reader looks for them.
 *
 * @param line - its number in the chunk
 * @returns false where the line has to be split by its reader
 */
export function takeIndexed(fields: Fields, { places }: ChunkIndex, line: number, start: number): boolean {
  let at = placesOf(line);
  if (!places[at + 1]) return false;
  const { starts, ends } = fields;
  for (let field = 0; field < FIELDS_OF_SUCCESS; field++) {
    starts[field] = start + (places[at++] ?? 0);
    ends[field] = start + (places[at++] ?? 0);
  }
  fields.escaped = false;
  return true;
}
