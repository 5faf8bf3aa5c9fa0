import type { Explanation, Unexplained } from '../../model/explanation.ts';

interface Parts {
  readonly explanations: readonly Explanation[];
  readonly unexplained: Unexplained | null;
}

/**
 * The same parts with numbers of failures that add up to all: rounded one by one they may be one too many or too few.
 * What is left over goes to the unexplained; what is too much is taken from the largest.
 */
export function withWholeFailures({ explanations, unexplained }: Parts, all: number): Parts {
  if (unexplained === null) return { explanations, unexplained };
  const explained = explanations.reduce((sum, { failures }) => sum + failures, 0);
  const tooMany = Math.max(0, explained - all);
  return {
    explanations: explanations.map((explanation, place) =>
      place === 0 ? { ...explanation, failures: explanation.failures - tooMany } : explanation,
    ),
    unexplained: { ...unexplained, failures: all - explained + tooMany },
  };
}
