import { FIELDS_OF_SUCCESS } from './field-places.ts';
import { readFrom } from './field-split.ts';
import { emptyLine, type LogLine, parseSuccess, readRest } from './line.ts';

/** A start and an end for each field. */
const PLACES_PER_LINE = 2 * FIELDS_OF_SUCCESS;
/** What those fields hold, as numbers. */
const VALUES_PER_LINE = 10;
/** Places are counted from the begin of the line. */
const LONGEST_LINE = 0xffff;
const NEWLINE = 10;

/**
 * Where the first lines of a chunk end, where the first {@link FIELDS_OF_SUCCESS} fields of each are, and what they hold:
 * found by the thread that inflates, for the one that counts.
 */
export interface ChunkIndex {
  /** Exactly as many as were found. */
  readonly lineEnds: Int32Array;
  /**
   * {@link PLACES_PER_LINE} for each of them, counted from the begin of the line; a first field that ends at 0 says that
   * the line is to be read by who counts, as are those that failed.
   */
  readonly places: Uint16Array;
  /** {@link VALUES_PER_LINE} for each of them. */
  readonly values: Float64Array;
}

/** Room for the places of so many lines. */
export const placesOf = (lines: number): number => lines * PLACES_PER_LINE;
/** Room for the values of so many lines. */
export const valuesOf = (lines: number): number => lines * VALUES_PER_LINE;

/** Room for so many lines. */
export const emptyIndex = (lines: number): ChunkIndex => ({
  lineEnds: new Int32Array(lines),
  places: new Uint16Array(placesOf(lines)),
  values: new Float64Array(valuesOf(lines)),
});

/** No line was looked for. */
export const NOTHING_INDEXED: ChunkIndex = emptyIndex(0);

const scratch = emptyLine();

function indexLine({ places, values }: ChunkIndex, number: number, start: number, end: number): void {
  let at = placesOf(number);
  places[at + 1] = 0;
  if (end - start > LONGEST_LINE || parseSuccess(scratch, scratch.bytes, start, end) < 0) return;
  const { starts, ends } = scratch;
  for (let field = 0; field < FIELDS_OF_SUCCESS; field++) {
    places[at++] = (starts[field] ?? 0) - start;
    places[at++] = (ends[field] ?? 0) - start;
  }
  at = valuesOf(number);
  values[at++] = scratch.endSeconds;
  values[at++] = scratch.requestSeconds;
  values[at++] = scratch.targetSeconds;
  values[at++] = scratch.responseSeconds;
  values[at++] = scratch.elbStatus;
  values[at++] = scratch.targetStatus;
  values[at++] = scratch.exactPath;
  values[at++] = scratch.route;
  values[at++] = scratch.client;
  values[at++] = scratch.bodyBytes;
}

/**
 * Finds the lines of a chunk, their fields and what these hold.
 *
 * @param index - takes those of the first lines, as many as it has room for
 * @returns how many lines they are
 */
export function indexLines(chunk: Uint8Array, index: ChunkIndex): number {
  const { lineEnds } = index;
  readFrom(scratch, new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength));
  let count = 0;
  let start = 0;
  for (
    let end = chunk.indexOf(NEWLINE);
    end >= 0 && count < lineEnds.length;
    end = chunk.indexOf(NEWLINE, end + 1)
  ) {
    indexLine(index, count, start, end);
    lineEnds[count++] = end;
    start = end + 1;
  }
  return count;
}

/**
 * Fills in a line of a request that did not fail, as {@link parseSuccess} does.
 *
 * @param number - its number in the chunk
 * @returns how many bytes follow its target group; -1 where the line has to be read by the caller
 */
export function takeIndexed(
  line: LogLine,
  { places, values }: ChunkIndex,
  number: number,
  start: number,
  end: number,
): number {
  let at = placesOf(number);
  if (!places[at + 1]) return -1;
  const { starts, ends } = line;
  for (let field = 0; field < FIELDS_OF_SUCCESS; field++) {
    starts[field] = start + (places[at++] ?? 0);
    ends[field] = start + (places[at++] ?? 0);
  }
  line.fieldCount = FIELDS_OF_SUCCESS;
  line.escaped = false;
  at = valuesOf(number);
  line.endSeconds = values[at++] ?? Number.NaN;
  line.requestSeconds = values[at++] ?? Number.NaN;
  line.targetSeconds = values[at++] ?? Number.NaN;
  line.responseSeconds = values[at++] ?? Number.NaN;
  line.elbStatus = values[at++] ?? Number.NaN;
  line.targetStatus = values[at++] ?? Number.NaN;
  line.exactPath = values[at++] ?? Number.NaN;
  line.route = values[at++] ?? Number.NaN;
  line.client = values[at++] ?? Number.NaN;
  line.bodyBytes = values[at++] ?? Number.NaN;
  readRest(line);
  return end - (ends[FIELDS_OF_SUCCESS - 1] ?? end);
}
