import type { Random } from './simulation/random.ts';
import type { Truth } from './simulation/request.ts';
import type { Scenario } from './simulation/scenario.ts';

export type Verdict = Exclude<Truth, 'none'> | 'undetermined';

/** What an expert would say of such a log, written before any log was diagnosed. */
export interface Expectation {
  /** Verdicts that are true, or that leave the same lines as the true one. */
  readonly right: readonly Verdict[];
  /** Other verdicts that one may defend with nothing but the log. */
  readonly defensible: readonly Verdict[];
  /** Whether an expert would name the cause, given this many failures; null: never from such a log. */
  readonly namedFrom: number | null;
}

/** A kind of world: drawn by seed, with what is expected of its diagnosis. */
export interface Kind {
  readonly name: string;
  readonly expected: Expectation;
  readonly draw: (random: Random) => Drawn;
}

export interface Drawn {
  readonly scenario: Scenario;
  /** The keep-alives that really race, with how far an estimate may be off. */
  readonly keepAlives?: readonly { readonly seconds: number; readonly within: number }[];
}

export function expects(
  right: readonly Verdict[],
  defensible: readonly Verdict[],
  namedFrom: number | null,
): Expectation {
  return { right, defensible: ['undetermined', ...defensible], namedFrom };
}
