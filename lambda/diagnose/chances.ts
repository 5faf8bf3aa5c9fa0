import { NAMED_CAUSES, type NamedCause } from '../model/cause.ts';
import { CATALOGUE, type OutcomeId } from './catalogue.ts';
import type { FailurePart } from './failure-parts.ts';
import type { HiddenEvidenceGain } from './hidden-evidence.ts';
import type { Observed } from './observations/observation.ts';
import { EVEN_PRIOR, OTHER_PRIOR, PRIOR } from './prior.ts';
import { totalWeight } from './weighing.ts';

/** What was observed of a load balancer. */
export type Seen = readonly Observed<OutcomeId>[];

/** The chance of each cause. */
export type Chances = ReadonlyMap<NamedCause, number>;

/** Bayes' rule over the catalogue's weights; groups of observations are taken as independent of each other. */
function moved(
  chances: Chances,
  other: number,
  seen: Seen,
  doubt: HiddenEvidenceGain | null = null,
): Chances {
  const scores = [...chances].map(
    ([cause, chance]) =>
      [cause, Math.log(chance) + totalWeight(seen, cause) + (doubt?.causes.get(cause) ?? 0)] as const,
  );
  const rest = Math.log(other) + (doubt?.others ?? 0);
  const highest = Math.max(rest, ...scores.map(([, score]) => score));
  const masses = scores.map(([cause, score]) => [cause, Math.exp(score - highest)] as const);
  const total = masses.reduce((left, [, mass]) => left + mass, Math.exp(rest - highest));
  return new Map(masses.map(([cause, mass]) => [cause, mass / total]));
}

/** What is known of a cause before anything is observed. */
interface Prior {
  readonly causes: Chances;
  readonly others: number;
}

/** How frequent causes are. */
const BASE_RATES: Prior = {
  causes: new Map(NAMED_CAUSES.map((cause) => [cause, PRIOR[cause]])),
  others: OTHER_PRIOR,
};
/** Nothing is known of how frequent causes are. */
export const EVEN: Prior = {
  causes: new Map(NAMED_CAUSES.map((cause) => [cause, EVEN_PRIOR])),
  others: EVEN_PRIOR,
};

/** The failures of one explanation, or those without one, and what all evidence says of their cause. */
export interface Judged {
  readonly share: number;
  readonly chances: Chances;
  readonly isExplained: boolean;
}

/** Judges the failures of each explanation by themselves, and those without one. */
export function judged(
  seen: Seen,
  parts: readonly FailurePart[],
  doubt: HiddenEvidenceGain | null = null,
  prior = BASE_RATES,
): readonly Judged[] {
  const others = seen.filter(({ id }) => CATALOGUE.get(id)?.observation.isOfUnexplained !== true);
  const explained = parts.map(({ share, chances }): Judged => {
    const known = [...chances.values()].reduce((sum, chance) => sum + chance, 0);
    const own = moved(chances, Math.max(0.005, 1 - known), others);
    return { share, chances: own, isExplained: true };
  });
  const rest = Math.max(0, 1 - parts.reduce((sum, { share }) => sum + share, 0));
  return [
    ...explained,
    { share: rest, chances: moved(prior.causes, prior.others, seen, doubt), isExplained: false },
  ];
}

/**
 * Chance of each named cause: of the failures that an explanation of the log accounts for by what it says of its
 * causes, moved by the other evidence; of the rest by the prior, moved by all evidence.
 */
export function posterior(seen: Seen, parts: readonly FailurePart[] = []): Chances {
  const all = judged(seen, parts);
  return new Map(
    NAMED_CAUSES.map((cause) => [
      cause,
      all.reduce((sum, { share, chances }) => sum + share * (chances.get(cause) ?? 0), 0),
    ]),
  );
}
