import type { KeepAliveEstimate } from '../../model/access-log-summary.ts';
import type { Explanation, ExplanationKind } from '../../model/explanation.ts';
import type { Place } from '../keep-alive/estimate.ts';
import type { Failure } from '../tally/failure.ts';
import type { LogView } from './log-view.ts';
import type { UsedMeanwhile } from './used-meanwhile.ts';

/** An idle time that explains failures of one group, and the keep-alive that they agree on. */
export interface IdleTimeEstimate {
  readonly group: number;
  /** Whether the failed requests were sent, or were not for want of the connection. */
  readonly dispatched: boolean;
  readonly place: Place;
  readonly estimate: KeepAliveEstimate;
  /** Something else explains the same failures as well. */
  readonly isOpen?: boolean;
  /** Failures that something else explains better: it is not read from them. */
  readonly ofOthers?: ReadonlySet<Failure>;
}

/** A statement that may explain failures, tested against them and against chance. */
export interface Candidate {
  readonly kind: ExplanationKind;
  /**
   * Of each failure of the view `h / q`: whether the statement holds for it, over the chance that it holds for a
   * request like it that did not fail because of it. 1 where that cannot be told.
   */
  readonly ratios: Float64Array;
  /** Logarithm of the number of places that were searched for it. */
  readonly searchedNats: number;
  /**
   * How much of each failure counts, of what is left of it. Absent: failures of one target and moment count once
   * together, as one thing may have ended them all.
   */
  readonly weights?: (left: Float64Array) => Float64Array;
  /** Whether any path or client that has these failures explains them better, however much this gains. */
  readonly isDoubtful?: boolean;
  /** The age of connections that it holds for, seconds, if it is one. */
  readonly ageSeconds?: number;
  /** Whether it holds for what comes by a schedule: each such failure also ends a connection of one age. */
  readonly isSchedule?: boolean;
  /** The one node that it holds for, if it is one: what fails there in several stretches is one explanation. */
  readonly node?: number | undefined;
  /** How long after an answer to it a client sends its next request, if it is a rhythm of clients. */
  readonly rhythm?: { readonly lowSeconds: number; readonly highSeconds: number };
  /** That most of its connections were used again meanwhile, if it is an idle time. */
  readonly usedMeanwhile?: UsedMeanwhile;
  /** The keep-alive that it shows, if it is an idle time. */
  readonly idle?: IdleTimeEstimate;
  /** The same idle time without some failures, as the rest of them shows it; null where that does not. */
  readonly readWithout?: (others: ReadonlySet<Failure>) => Candidate | null;
  readonly statement: (responsible: Float64Array) => Statement;
}

/** An explanation in words, and what the log says of its causes. */
export type Statement = Pick<Explanation, 'fact' | 'where' | 'causes'>;

/**
 * Looks for the best statement of one kind.
 *
 * @param weights - how much of each failure is still to be explained, 0 to 1
 * @param found - what was found before, which explains the rest of the failures
 * @returns the candidates that are worth a comparison; none where nothing stands out
 */
export type Explain = (
  view: LogView,
  weights: Float64Array,
  found?: readonly Candidate[],
) => readonly Candidate[];
