import type { NamedCause } from '../../model/cause.ts';
import type { EvidenceBundle, Gap } from '../../model/evidence.ts';
import type { CorrelationGroup } from './correlation.ts';
import type { EvidenceSource } from './evidence-source.ts';

/** What of a bundle an observation is read from. */
export interface Needs {
  readonly subjects?: readonly Gap['subject'][];
  /** Names of CloudWatch metrics. */
  readonly metrics?: readonly string[];
}

/** One outcome of an observation, as it was seen in a bundle. */
export interface Observed<Id extends string = string> {
  readonly id: Id;
  /** The outcome with its figures, as one sentence for the alert. */
  readonly fact: string;
  /** Where it was seen: a metric, an attribute, a tag, a log. */
  readonly source: string;
  /** 0 to 1: how much of the weights it carries, where the outcome comes in degrees. Default 1. */
  readonly strength?: number;
}

/**
 * One question that the diagnosis asks of a bundle, whole: what it needs, how it is answered, and how far each answer
 * moves each cause. `Outcomes` are the answers it knows; a bundle without what it needs gives none.
 */
export interface Observation<Outcomes extends readonly string[] = readonly string[]> {
  readonly outcomes: Outcomes;
  readonly needs: Needs;
  /** What it is read from where it is there, and can do without: a gap about it hides nothing that is seen. */
  readonly improvedBy?: Needs;
  /**
   * Outcomes that say what was not there, or rest on all of it. Where part of what is needed could not be read, they
   * are unknown.
   */
  readonly restOnAbsence?: readonly Outcomes[number][];
  /** The observations it is correlated with; the sum of a group is bounded (`correlation.ts`). */
  readonly group: CorrelationGroup;
  /** How a person gets it where it is missing. */
  readonly from: EvidenceSource;
  /** It speaks of the failures that no explanation of the access log accounts for; others speak of all. */
  readonly isOfUnexplained?: true;
  /**
   * Natural-log likelihood ratios of every cause, one for each outcome in their order: +0.7 doubles the odds of a cause,
   * +2.3 makes them tenfold, -2.3 a tenth.
   */
  readonly weights: Readonly<Record<NamedCause, { readonly [Place in keyof Outcomes]: number }>>;
  readonly read: (bundle: EvidenceBundle) => readonly Observed<Outcomes[number]>[];
}

/** Checks that there is a weight of every cause for every outcome: one that is left out does not compile. */
export const observation = <const Outcomes extends readonly string[]>(
  definition: Observation<Outcomes>,
): Observation<Outcomes> => definition;

/** Whether a gap is about something that is needed. */
export function isAbout({ subject, metrics }: Gap, { subjects = [], metrics: names = [] }: Needs): boolean {
  if (subject !== 'metrics') return subjects.includes(subject);
  return names.length > 0 && (metrics.length === 0 || metrics.some((name) => names.includes(name)));
}

/** Whether all that is needed could be read. */
export const couldReadAll = ({ gaps }: EvidenceBundle, needs: Needs): boolean =>
  !gaps.some((gap) => isAbout(gap, needs));
