/** How hard to try: the same seed makes the same attempts. */
export interface Effort {
  /** Generated attempts of each kind; what is listed by hand is always tried whole. */
  readonly runs: number;
  readonly seed: number;
}

/** What an attack came to. */
export interface Outcome {
  readonly tried: number;
  /** One sentence for each attempt that did harm; the others were survived. */
  readonly wrong: readonly string[];
}

/** One family of attacks: what is attacked, and the attempts. */
export interface Attack {
  readonly name: string;
  readonly attack: (effort: Effort) => Promise<Outcome>;
}
