import { briefExplanations, causesText } from '../../diagnose/explanation-text.ts';
import type { Cause } from '../../model/cause.ts';
import type { Diagnosis, EvidenceItem } from '../../model/diagnosis.ts';
import type { Explanation } from '../../model/explanation.ts';
import { cut } from './text-format.ts';

/** Why the diagnosis says what it says. */
export interface Reasons {
  /** The cause that the evidence is about: the verdict, or the likeliest. */
  readonly cause: Cause;
  /** How probable that is, 0 to 1. */
  readonly probability: number;
  /** `28 of 60: idle for 5.00 s`; empty where no log was read. */
  readonly brief: readonly string[];
  /** What speaks for and against the cause, the strongest first. */
  readonly evidence: readonly EvidenceItem[];
  /** What explains other failures, or says nothing of causes: sentences without their full stop. */
  readonly others: readonly string[];
}

const isOf = ({ fact }: EvidenceItem, explanation: Explanation): boolean => fact === explanation.fact;

/**
 * What to say of a verdict. An explanation of other failures is not evidence against it: it has a sentence of
 * its own, with the cause that it points at.
 *
 * @param most - how many pieces of evidence are shown
 * @returns null where there is nothing to say
 */
export function reasonsOf(diagnosis: Diagnosis, most: number): Reasons | null {
  const { hypotheses, verdict, explanations } = diagnosis;
  const own =
    hypotheses.find(({ cause }) => cause === verdict && cause !== 'undetermined') ??
    hypotheses.find(({ cause }) => cause !== 'undetermined');
  const brief = briefExplanations(diagnosis);
  if (own === undefined || (own.evidence.length === 0 && brief.length === 0)) return null;
  const evidence = own.evidence
    .filter((item) => item.weight > 0 || !explanations.some((explanation) => isOf(item, explanation)))
    .slice(0, most);
  const others = explanations
    .filter((explanation) => !evidence.some((item) => isOf(item, explanation)))
    .map((one) => `${one.fact}; ${causesText(one)}`);
  return { cause: own.cause, probability: own.probability, brief, evidence, others };
}

/** Longer facts are for the record. */
const BRIEF_FACT = 110;

/** A fact without its figures in brackets and what is added after a semicolon. */
export function briefFact(fact: string): string {
  const [head = ''] = fact.replace(/ \([^)]*\)/g, '').split(/; |, but /);
  return cut(head, BRIEF_FACT);
}

/** The strongest reasons in a line each: `+ all 2 targets are healthy`; the record has them whole. */
export function briefReasons(diagnosis: Diagnosis, most: number): string[] {
  const reasons = reasonsOf(diagnosis, most);
  if (reasons === null) return [];
  return [
    ...(reasons.brief.length === 0 ? [] : [reasons.brief.slice(0, 4).join(' · ')]),
    ...reasons.evidence.map(({ fact, weight }) => `${weight > 0 ? '+' : '-'} ${briefFact(fact)}`),
  ];
}
