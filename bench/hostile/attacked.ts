/** What became of a family of attacks. */
export interface Attacked {
  readonly tried: number;
  readonly survived: number;
  /** One sentence for each that was not survived. */
  readonly wrong: readonly string[];
}
