import type { Diagnosis } from '../lambda/model/diagnosis.ts';

/** A response that is malformed and one whose header is too large leave the same lines: both by the name of one. */
export const asLogged = (cause: string): string =>
  cause === 'response-header-too-large' ? 'malformed-response' : cause;

/** What a verdict claims: the chance of all causes whose lines look alike, held against how often it is one of them. */
export const claimedProbability = ({
  verdict,
  hypotheses,
}: Pick<Diagnosis, 'hypotheses'> & { readonly verdict: string }): number =>
  hypotheses
    .filter(({ cause }) => asLogged(cause) === asLogged(verdict))
    .reduce((sum, { probability }) => sum + probability, 0);
