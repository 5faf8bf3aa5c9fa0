import type { Explanation } from '../lambda/model/explanation.ts';

/** A response that is malformed and one whose header is too large leave the same lines: both by the name of one. */
export const asLogged = (cause: string): string =>
  cause === 'response-header-too-large' ? 'malformed-response' : cause;

interface Claim {
  readonly verdict: string;
  readonly probability: number;
  readonly explanations: readonly Explanation[];
}

/**
 * What a verdict claims: the chance of all causes whose lines look alike, held against how often it is one of them.
 * Those causes are of the same failures, so their chance is to the verdict's as it is among these.
 */
export function claimedProbability({ verdict, probability, explanations }: Claim): number {
  let [own, alike] = [0, 0];
  for (const { share, causes } of explanations) {
    if (causes[0]?.cause !== verdict) continue;
    for (const { cause, probability: chance } of causes) {
      if (cause === verdict) own += share * chance;
      if (asLogged(cause) === asLogged(verdict)) alike += share * chance;
    }
  }
  return own === 0 ? probability : Math.min(1, (probability * alike) / own);
}
