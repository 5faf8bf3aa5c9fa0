import { type ChunkMemory, chunkMemory } from '../../lambda/access-log/reading/chunk-index.ts';

/** What the thread that inflates files shares with the one that reads their lines. */
export interface SharedMemory {
  /** {@link SLOTS} chunks, filled and emptied in turn, and what is found in them. */
  readonly memory: ChunkMemory;
  /** One number a chunk, {@link FULL} or {@link EMPTY}. */
  readonly states: SharedArrayBuffer;
}

export const SLOTS = 4;

export const EMPTY = 0;
export const FULL = 1;

/**
 * A filled chunk and in how many of its lines the fields were found, if they were looked for; another file of an
 * archive; or the end of the file and what is wrong with its data, if so.
 */
export type Inflated =
  | { readonly slot: number; readonly bytes: number; readonly lines: number | null }
  | { readonly file: string; readonly before: string | null; readonly skipped: string | null }
  | { readonly problem: string | null };

/** Memory for all chunks. */
export const sharedMemory = (): SharedMemory => ({
  memory: chunkMemory(SLOTS),
  states: new SharedArrayBuffer(SLOTS * Int32Array.BYTES_PER_ELEMENT),
});
