import { RESPONSE_FAULTS } from '../lab/worlds/access-log/expert.ts';
import type { Diagnosis } from '../lambda/model/diagnosis.ts';

/** A response that is malformed and one whose header is too large leave the same lines. */
export const lookAlike = (one: string, other: string | undefined): boolean =>
  one === other || [one, other].every((cause) => RESPONSE_FAULTS.some((fault) => fault === cause));

/** What a verdict claims: the chance of all causes whose lines look alike, held against how often it is one of them. */
export const claimedProbability = ({
  verdict,
  hypotheses,
}: Pick<Diagnosis, 'hypotheses'> & { readonly verdict: string }): number =>
  hypotheses
    .filter(({ cause }) => lookAlike(cause, verdict))
    .reduce((sum, { probability }) => sum + probability, 0);
