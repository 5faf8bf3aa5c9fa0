import { CAUSES, type NamedCause } from '../model/cause.ts';
import type { Diagnosis } from '../model/diagnosis.ts';
import { isNamed } from './failure-parts.ts';

/** A cause below this is not named beside others. */
const LEAST_POSSIBLE = 0.05;
/** A cause below this is not called the likeliest, and causes that have less together are not named: that would be heard as an answer. */
const LEAST_LIKELIEST = 0.2;

/** A cause that may be it. */
export interface Leader {
  readonly cause: NamedCause;
  readonly probability: number;
}

/** The causes that have a chance, the most probable first; empty where they have hardly any. */
export function leadersOf({ hypotheses }: Pick<Diagnosis, 'hypotheses'>): Leader[] {
  const possible = hypotheses.flatMap(({ cause, probability }) =>
    isNamed(cause) && probability >= LEAST_POSSIBLE ? [{ cause, probability }] : [],
  );
  const together = possible.reduce((sum, { probability }) => sum + probability, 0);
  return together >= LEAST_LIKELIEST ? possible : [];
}

/** Of these, the ones beside the cause that is told of. */
export const leadersBeside = (diagnosis: Pick<Diagnosis, 'hypotheses'>, told: NamedCause | null): Leader[] =>
  leadersOf(diagnosis).filter(({ cause }) => cause !== told);

/** The cause that stands out where none can be named; null where none does. */
export function likeliestOf(diagnosis: Pick<Diagnosis, 'hypotheses'>): Leader | null {
  const [first] = leadersOf(diagnosis);
  return first !== undefined && first.probability >= LEAST_LIKELIEST ? first : null;
}

/** What an undetermined verdict says: whether there is anything to tell apart. */
export const undeterminedText = (diagnosis: Pick<Diagnosis, 'hypotheses'>): string =>
  leadersOf(diagnosis).length === 0 ? 'no cause stands out' : CAUSES.undetermined;
