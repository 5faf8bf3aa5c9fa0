/** What the thread that inflates a file shares with the one that reads its lines. */
export interface InflateJob {
  readonly path: string;
  /** {@link SLOTS} buffers of {@link SLOT_BYTES}, filled and emptied in turn. */
  readonly memory: SharedArrayBuffer;
  /** One number a buffer, {@link FULL} or {@link EMPTY}. */
  readonly states: SharedArrayBuffer;
}

export const SLOTS = 4;
/** Large, as each costs a message between the threads. */
export const SLOT_BYTES = 1024 * 1024;
export const EMPTY = 0;
export const FULL = 1;

/** A filled buffer, or the end of the file and what is wrong with its gzip data, if so. */
export type Inflated =
  | { readonly slot: number; readonly bytes: number }
  | { readonly problem: string | null };
