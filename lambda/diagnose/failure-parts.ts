import { NAMED_CAUSES, type NamedCause } from '../model/cause.ts';
import type { EvidenceItem } from '../model/diagnosis.ts';
import type { EvidenceBundle } from '../model/evidence.ts';
import type { Explanation } from '../model/explanation.ts';
import { thousands } from '../model/thousands.ts';
import { chancesGivenShift, chancesGivenStops } from './workload/logged-stops.ts';

/** Failures that one explanation of the access log accounts for. */
export interface FailurePart {
  /** Share of all failures, 0 to 1. */
  readonly share: number;
  /** What the log says of the causes, before other evidence; what is missing to 1 is none of them. */
  readonly chances: ReadonlyMap<NamedCause, number>;
  readonly fact: string;
  readonly source: string;
}

/** Whether a cause is one of the vocabulary other than `undetermined`. */
export const isNamed = (cause: string): cause is NamedCause => NAMED_CAUSES.some((named) => named === cause);

/** The explanation as a sentence with its share. */
export const explanationSentence = ({ failures, fact }: Explanation, all: number): string =>
  `${thousands(failures)} of ${thousands(all)} failed requests ${fact}`;

const chancesOf = ({ causes }: Explanation): ReadonlyMap<NamedCause, number> =>
  new Map(
    causes.flatMap(({ cause, probability }) => (isNamed(cause) ? [[cause, probability] as const] : [])),
  );

/** The failures of the log by what explains them; empty where no log was read, or nothing explains any. */
export function failureParts(bundle: EvidenceBundle): readonly FailurePart[] {
  const { accessLog } = bundle;
  if (accessLog === null) return [];
  const explanations = accessLog.explanations ?? [];
  return explanations.map((explanation) => ({
    share: explanation.share,
    chances: chancesGivenShift(
      bundle,
      explanation,
      chancesGivenStops(bundle, explanation.kind, chancesOf(explanation)),
    ),
    fact: explanationSentence(explanation, accessLog.elb502),
    source: 'access log',
  }));
}

/** How a part speaks for a cause, as evidence: the odds that it gives it, against those of a guess. */
export function itemOf(
  { share, chances, fact, source }: FailurePart,
  cause: NamedCause,
  guess: number,
): EvidenceItem {
  const chance = chances.get(cause) ?? 0;
  const weight = Math.log(Math.max(chance, 1e-3) / Math.max(guess, 1e-3));
  return { fact, source, weight: Math.round(Math.max(-5, weight) * share * 100) / 100 };
}
