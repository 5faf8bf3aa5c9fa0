import { briefExplanations, causesText } from '../../diagnose/explanation-text.ts';
import { likeliestOf } from '../../diagnose/leaders.ts';
import type { NamedCause } from '../../model/cause.ts';
import type { Diagnosis, EvidenceItem } from '../../model/diagnosis.ts';
import type { Explanation } from '../../model/explanation.ts';
import { cut } from './text-format.ts';

/** Why the diagnosis says what it says. */
export interface Reasons {
  /** The cause that the evidence is about: the verdict, or the likeliest; null where none stands out. */
  readonly cause: NamedCause | null;
  /** How probable that is, 0 to 1. */
  readonly probability: number;
  /** `28 of 60: idle for 5.00 s`; empty where no log was read. */
  readonly brief: readonly string[];
  /** What speaks for the cause, the strongest first, then what speaks against it; empty where none stands out. */
  readonly evidence: readonly EvidenceItem[];
  /** What explains other failures, or says nothing of causes: sentences without their full stop. */
  readonly others: readonly string[];
}

const isOf = ({ fact }: EvidenceItem, explanation: Explanation): boolean => fact === explanation.fact;

/** The cause that there are reasons for. */
function causeOf({ verdict, hypotheses }: Diagnosis): NamedCause | null {
  const isJudged = hypotheses.some(({ cause }) => cause === verdict);
  return verdict !== null && verdict !== 'undetermined' && isJudged
    ? verdict
    : (likeliestOf({ hypotheses })?.cause ?? null);
}

const inWords = (explanation: Explanation): string => `${explanation.fact}; ${causesText(explanation)}`;

/** Where no cause stands out, what was seen is said without a side that it is on. */
function factsAlone({ hypotheses, explanations }: Diagnosis, most: number): string[] {
  const facts = hypotheses
    .flatMap(({ evidence }) => evidence)
    .filter((item) => !explanations.some((explanation) => isOf(item, explanation)))
    .map(({ fact }) => fact);
  return [...explanations.map(inWords), ...[...new Set(facts)].slice(0, most)];
}

/**
 * What to say of a verdict. An explanation of other failures is not evidence against it: it has a sentence of
 * its own, with the cause that it points at.
 *
 * @param most - how many pieces of evidence are shown
 * @returns null where there is nothing to say
 */
export function reasonsOf(diagnosis: Diagnosis, most: number): Reasons | null {
  const { hypotheses, explanations } = diagnosis;
  const cause = causeOf(diagnosis);
  const own = hypotheses.find((one) => one.cause === cause);
  const brief = briefExplanations(diagnosis);
  if (cause === null || own === undefined) {
    const others = factsAlone(diagnosis, most);
    return brief.length + others.length === 0
      ? null
      : { cause: null, probability: 0, brief, evidence: [], others };
  }
  if (own.evidence.length === 0 && brief.length === 0) return null;
  const shown = own.evidence
    .filter((item) => item.weight > 0 || !explanations.some((explanation) => isOf(item, explanation)))
    .slice(0, most);
  const evidence = [
    ...shown.filter(({ weight }) => weight > 0),
    ...shown.filter(({ weight }) => weight <= 0),
  ];
  const others = explanations
    .filter((explanation) => !evidence.some((item) => isOf(item, explanation)))
    .map(inWords);
  return { cause, probability: own.probability, brief, evidence, others };
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
