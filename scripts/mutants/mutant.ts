/** One small change of the code. `start` and `end` are offsets into the file as it stands. */
export interface Mutant {
  readonly id: number;
  readonly file: string;
  readonly line: number;
  readonly kind: string;
  /** Which of the same changes of its file it is, from 0. */
  readonly number: number;
  readonly original: string;
  readonly start: number;
  readonly end: number;
  readonly replacement: string;
}
