import { type ChunkIndex, placesOf, valuesOf } from '../../lambda/access-log/reading/chunk-index.ts';

/** What the thread that inflates files shares with the one that reads their lines. */
export interface SharedMemory {
  /** {@link SLOTS} buffers of {@link SLOT_BYTES}, filled and emptied in turn. */
  readonly memory: SharedArrayBuffer;
  /** The first line ends in each buffer, up to {@link MOST_INDEXED}: the thread that inflates has time to look. */
  readonly lineEnds: SharedArrayBuffer;
  /** Places of the fields of those lines (see `ChunkIndex`). */
  readonly places: SharedArrayBuffer;
  /** What these hold. */
  readonly values: SharedArrayBuffer;
  /** One number a buffer, {@link FULL} or {@link EMPTY}. */
  readonly states: SharedArrayBuffer;
}

export const SLOTS = 4;
/** Large, as each costs a message between the threads. */
export const SLOT_BYTES = 1024 * 1024;
/** More lines than a buffer of an access log has. */
const MOST_INDEXED = 4096;

export const EMPTY = 0;
export const FULL = 1;

/** A filled buffer, another file of an archive, or the end of the file and what is wrong with its data, if so. */
export type Inflated =
  | { readonly slot: number; readonly bytes: number; readonly lines: number }
  | { readonly file: string; readonly before: string | null; readonly skipped: string | null }
  | { readonly problem: string | null };

/** Memory for all buffers. */
export const sharedMemory = (): SharedMemory => ({
  memory: new SharedArrayBuffer(SLOTS * SLOT_BYTES),
  lineEnds: new SharedArrayBuffer(SLOTS * MOST_INDEXED * Int32Array.BYTES_PER_ELEMENT),
  places: new SharedArrayBuffer(SLOTS * placesOf(MOST_INDEXED) * Uint16Array.BYTES_PER_ELEMENT),
  values: new SharedArrayBuffer(SLOTS * valuesOf(MOST_INDEXED) * Float64Array.BYTES_PER_ELEMENT),
  states: new SharedArrayBuffer(SLOTS * Int32Array.BYTES_PER_ELEMENT),
});

/** The index of a buffer, as long as it has room, or for so many lines. */
export const indexOf = (
  { lineEnds, places, values }: SharedMemory,
  slot: number,
  lines = MOST_INDEXED,
): ChunkIndex => ({
  lineEnds: new Int32Array(lineEnds, slot * MOST_INDEXED * Int32Array.BYTES_PER_ELEMENT, lines),
  places: new Uint16Array(
    places,
    slot * placesOf(MOST_INDEXED) * Uint16Array.BYTES_PER_ELEMENT,
    placesOf(lines),
  ),
  values: new Float64Array(
    values,
    slot * valuesOf(MOST_INDEXED) * Float64Array.BYTES_PER_ELEMENT,
    valuesOf(lines),
  ),
});
