import { type Cause, NAMED_CAUSES, type NamedCause } from '../model/cause.ts';
import type { EvidenceItem, Hypothesis } from '../model/diagnosis.ts';
import type { Finding } from './finding.ts';
import { PRIOR, WEIGHTS, type Weights } from './weights.ts';

/** Prior chance that the cause is none of the vocabulary; no evidence moves it. */
const OTHER_PRIOR = 0.05;

/** A named cause must reach this probability, or the diagnosis abstains. */
export const DECISIVE_PROBABILITY = 0.7;

/** How far a finding moves a cause, in nats. */
export function weightOf(finding: Finding, cause: NamedCause): number {
  const row: Weights = WEIGHTS[finding.id];
  const strength = finding.strength ?? 1;
  // Counts in a bundle from outside need not fit together: a share of nothing must not carry weight.
  return (row[cause] ?? 0) * (Number.isNaN(strength) ? 0 : Math.min(1, Math.max(0, strength)));
}

function evidenceFor(findings: readonly Finding[], cause: NamedCause): EvidenceItem[] {
  return findings
    .map((finding) => ({
      fact: finding.fact,
      source: finding.source,
      weight: Math.round(weightOf(finding, cause) * 100) / 100,
    }))
    .filter(({ weight }) => weight !== 0)
    .sort((left, right) => Math.abs(right.weight) - Math.abs(left.weight));
}

/** Named causes with their probability by Bayes' rule over the table of weights, findings taken as independent. */
export function posterior(findings: readonly Finding[]): ReadonlyMap<NamedCause, number> {
  const scores = NAMED_CAUSES.map((cause) => {
    const moved = findings.reduce(
      (total, finding) => total + weightOf(finding, cause),
      Math.log(PRIOR[cause]),
    );
    return [cause, moved] as const;
  });
  const highest = Math.max(Math.log(OTHER_PRIOR), ...scores.map(([, score]) => score));
  const masses = scores.map(([cause, score]) => [cause, Math.exp(score - highest)] as const);
  const total = masses.reduce((left, [, mass]) => left + mass, OTHER_PRIOR * Math.exp(-highest));
  return new Map(masses.map(([cause, mass]) => [cause, mass / total]));
}

/** The ranked causes and the one that is named. */
export interface Ranking {
  readonly verdict: Cause;
  readonly probability: number;
  /** Every cause of the vocabulary, the most probable first; the probabilities add up to 1. */
  readonly hypotheses: readonly Hypothesis[];
}

/**
 * Ranks all causes. Where no named cause reaches {@link DECISIVE_PROBABILITY} the verdict is `undetermined`, with
 * the chance that naming the leader would be wrong, and never less than the leader keeps; the others share the
 * rest in their own proportions.
 */
export function rank(findings: readonly Finding[]): Ranking {
  const named = [...posterior(findings)].sort((left, right) => right[1] - left[1]);
  const leader = named[0]?.[1] ?? 0;
  const sum = named.reduce((total, [, probability]) => total + probability, 0);
  const decisive = leader >= DECISIVE_PROBABILITY;
  const undetermined = decisive ? 1 - sum : Math.max(1 - leader, leader / (leader + sum));
  const scale = sum === 0 ? 0 : (1 - undetermined) / sum;
  const hypotheses: Hypothesis[] = named.map(([cause, probability]) => ({
    cause,
    probability: round(probability * scale),
    evidence: evidenceFor(findings, cause),
  }));
  // First, so that it stays ahead of a leader that rounds to the same figure.
  hypotheses.unshift({ cause: 'undetermined', probability: round(undetermined), evidence: [] });
  hypotheses.sort((left, right) => right.probability - left.probability);
  const verdict = decisive ? (named[0]?.[0] ?? 'undetermined') : 'undetermined';
  const probability = hypotheses.find(({ cause }) => cause === verdict)?.probability ?? 0;
  return { verdict, probability, hypotheses };
}

const round = (probability: number): number => Math.round(probability * 10_000) / 10_000;
