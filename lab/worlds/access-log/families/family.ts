import type { Random } from '../random.ts';
import type { Draft } from './surroundings.ts';

/** A verdict that an expert would defend, and up to which probability. */
export interface Defended {
  readonly verdict: string;
  readonly upTo: number;
}

/** What the log of a drawn world cannot tell, so that more than the truth can be defended. */
export interface Leeway {
  /** Verdicts that fit the log as well as the true one. */
  readonly also?: readonly Defended[];
  /** Nothing need be named. */
  readonly open?: boolean;
}

/** A kind of world. */
export interface Family {
  readonly name: string;
  /** Under which it is reported. */
  readonly area: 'race' | 'known' | 'rhythm' | 'unknown' | 'two causes';
  readonly fewestFailures?: number;
  readonly draw: (random: Random) => { readonly draft: Draft } & Leeway;
}

/** What fits as well, however sure. */
export const fits = (...verdicts: readonly string[]): Defended[] =>
  verdicts.map((verdict) => ({ verdict, upTo: 1 }));

/** What fits as well, but may not be said with 0.8 or more. */
export const mayBe = (...verdicts: readonly string[]): Defended[] =>
  verdicts.map((verdict) => ({ verdict, upTo: 0.8 }));
