/**
 * Words for probabilities and the lowest probability of each, as analysts use them: Intelligence Community Directive
 * 203, "Analytic Standards", section D.6.e.2. The figure belongs beside the words: readers take them for anything.
 */
const LIKELIHOODS = [
  { from: 0.95, words: 'almost certain' },
  { from: 0.8, words: 'very likely' },
  { from: 0.55, words: 'likely' },
  { from: 0.45, words: 'as likely as not' },
  { from: 0.2, words: 'unlikely' },
  { from: 0.05, words: 'very unlikely' },
] as const;

/**
 * A probability in words that an engineer reads at a glance: `likely`, `very likely`, `almost certain`.
 *
 * @param probability - 0 to 1; not rounded, so that 94.9 % is not called almost certain
 */
export function likelihoodText(probability: number): string {
  return LIKELIHOODS.find(({ from }) => probability >= from)?.words ?? 'almost no chance';
}
