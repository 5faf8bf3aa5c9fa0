import { baseRates, MOST_PUBLICATION_BIAS } from '../../lambda/diagnose/prior.ts';
import { NAMED_CAUSES, type NamedCause } from '../../lambda/model/cause.ts';

/** How frequent causes are in a world; none of them is what the diagnosis assumes. */
export interface WorldPrior {
  readonly name: 'documented' | 'uniform' | 'shifted';
  readonly causes: Readonly<Record<NamedCause, number>>;
  /** Share of causes that the vocabulary does not have. */
  readonly others: number;
}

const even = { ...baseRates(1).causes };
for (const cause of NAMED_CAUSES) even[cause] = 1 / (NAMED_CAUSES.length + 1);

/**
 * As the publications say; every cause alike; and the publications at the far end of their bias, where crashes, refused
 * connections and deployments are eight times as frequent as they are written about.
 */
export const WORLD_PRIORS: readonly WorldPrior[] = [
  { name: 'documented', ...baseRates(1) },
  { name: 'uniform', causes: even, others: 1 / (NAMED_CAUSES.length + 1) },
  { name: 'shifted', ...baseRates(MOST_PUBLICATION_BIAS) },
];
