/** What the thread that inflates a file shares with the one that reads its lines. */
export interface InflateJob {
  readonly path: string;
  /** {@link SLOTS} buffers of {@link SLOT_BYTES}, filled and emptied in turn. */
  readonly memory: SharedArrayBuffer;
  /** The first line ends in each buffer, up to {@link MOST_LINE_ENDS}: the thread that inflates has time to look. */
  readonly lineEnds: SharedArrayBuffer;
  /** One number a buffer, {@link FULL} or {@link EMPTY}. */
  readonly states: SharedArrayBuffer;
}

export const SLOTS = 4;
/** Large, as each costs a message between the threads. */
export const SLOT_BYTES = 1024 * 1024;
/** Several times the lines that a buffer of an access log has. */
export const MOST_LINE_ENDS = 8192;
export const EMPTY = 0;
export const FULL = 1;

/** A filled buffer, another file of an archive, or the end of the file and what is wrong with its data, if so. */
export type Inflated =
  | { readonly slot: number; readonly bytes: number; readonly lines: number }
  | { readonly file: string; readonly before: string | null; readonly skipped: string | null }
  | { readonly problem: string | null };
