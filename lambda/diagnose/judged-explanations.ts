import type { AccessLogSummary } from '../model/access-log-summary.ts';
import type { Explanation } from '../model/explanation.ts';
import type { OutcomeId } from './catalogue.ts';
import { posterior } from './chances.ts';
import { explanationSentence, type FailurePart } from './failure-parts.ts';
import type { Observed } from './observations/observation.ts';
import { DECISIVE_PROBABILITY } from './rank.ts';

const rounded = (probability: number): number => Math.round(probability * 10_000) / 10_000;

/**
 * The explanations of the log as whole sentences with their share, their causes moved by all other evidence: where health, registrations, backend logs or a
 * probe separate causes that the log has alike, the explanation says so.
 *
 * @param parts - of these explanations, in their order
 */
export function judgedExplanations(
  accessLog: AccessLogSummary | null,
  parts: readonly FailurePart[],
  seen: readonly Observed<OutcomeId>[],
): Explanation[] {
  return (accessLog?.explanations ?? []).map((one, place) => {
    const explanation = { ...one, fact: explanationSentence(one, accessLog?.elb502 ?? one.failures) };
    const part = parts[place];
    if (part === undefined || part.chances.size === 0) return explanation;
    const chances = posterior(seen, [{ ...part, share: 1 }]);
    const causes = [...part.chances.keys()]
      .map((cause) => ({ cause, probability: rounded(chances.get(cause) ?? 0) }))
      .sort((left, right) => right.probability - left.probability);
    const [first] = causes;
    const isNamed = first !== undefined && first.probability >= DECISIVE_PROBABILITY;
    return { ...explanation, cause: isNamed ? first.cause : null, causes };
  });
}
