import { type Cause, NAMED_CAUSES, type NamedCause } from '../model/cause.ts';
import type { EvidenceItem, Hypothesis } from '../model/diagnosis.ts';
import { CATALOGUE } from './catalogue.ts';
import { EVEN, type Judged, judged, posterior, type Seen } from './chances.ts';
import { type FailurePart, itemOf } from './failure-parts.ts';
import { hiddenEvidenceGain } from './hidden-evidence.ts';
import { baseRateOf, PRIOR } from './prior.ts';
import { weightsFor } from './weighing.ts';

/** A named cause must reach this probability, or the diagnosis abstains. */
export const DECISIVE_PROBABILITY = 0.7;
/** Less than this share explained is too little to name what caused most of the failures. */
const LEAST_EXPLAINED = 0.5;
/** Of several causes the first is named, if it has at least this share. */
const LEAST_SHARE = 0.34;
/**
 * Two causes with about the same share: either may be the larger one. Both are reported, so one is named all the same,
 * if its own failures are told as well as those of a path are; but surely (0.8 and more) only where it is the larger.
 */
const EVEN_CHANCE = 0.9;
const HIGHEST_OF_EVEN = 0.79;
/** Of two that look alike neither is named: only what the target answers tells which of them it is. */
const EVEN_CHANCE_OF_ALIKE = 0.76;
/** An explanation has more failures than a cause where it is surer than this. */
const CLEARLY_MORE = 0.5;
const LOOK_ALIKE: readonly NamedCause[] = ['malformed-response', 'response-header-too-large'];

/**
 * How much of its weight an outcome shows. What speaks of failures without an explanation speaks against no cause as
 * far as all failures have one: those of another explanation look as that one makes them.
 */
const shownPart = (id: Seen[number]['id'], weight: number, unexplained: number): number =>
  weight < 0 && CATALOGUE.get(id)?.observation.isOfUnexplained === true ? unexplained : 1;

function evidenceFor(seen: Seen, parts: readonly FailurePart[], cause: NamedCause): EvidenceItem[] {
  const weights = weightsFor(seen, cause);
  const unexplained = Math.max(0, 1 - parts.reduce((sum, { share }) => sum + share, 0));
  const shown = (id: Seen[number]['id'], weight: number): number =>
    Math.round(weight * shownPart(id, weight, unexplained) * 100) / 100;
  return [
    ...parts.map((part) => itemOf(part, cause, PRIOR[cause])),
    ...seen.map(({ id, fact, source }, place) => ({ fact, source, weight: shown(id, weights[place] ?? 0) })),
  ]
    .filter(({ weight }) => weight !== 0)
    .sort((left, right) => Math.abs(right.weight) - Math.abs(left.weight));
}

/** Share of failures whose most probable cause this is, and the chance that it is theirs. */
interface Lead {
  readonly cause: NamedCause;
  readonly share: number;
  readonly chance: number;
}

function leadsOf(all: readonly Judged[]): Lead[] {
  const leads = new Map<NamedCause, { share: number; mass: number }>();
  for (const { share, chances, isExplained } of all) {
    const [first] = [...chances].sort((left, right) => right[1] - left[1]);
    // Unexplained failures have a leading cause only where other evidence gives them one.
    if (first === undefined || share === 0 || first[1] < (isExplained ? 0.4 : DECISIVE_PROBABILITY)) continue;
    const lead = leads.get(first[0]) ?? { share: 0, mass: 0 };
    leads.set(first[0], { share: lead.share + share, mass: lead.mass + share * first[1] });
  }
  return [...leads]
    .map(([cause, { share, mass }]) => ({ cause, share, chance: mass / share }))
    .sort((left, right) => right.share * right.chance - left.share * left.chance);
}

/** The normal distribution, good to a thousandth (Abramowitz and Stegun, 26.2.17, two terms). */
function normal(z: number): number {
  const t = 1 / (1 + 0.33267 * Math.abs(z));
  const tail =
    (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * t * (0.4361836 + t * (-0.1201676 + t * 0.937298));
  return z >= 0 ? 1 - tail : tail;
}

/** How surely the first cause has more failures than the second: 0 where they have as many, 1 where it is certain. */
function majority(
  first: Pick<Lead, 'share'>,
  second: Pick<Lead, 'share'> | undefined,
  failures: number,
): number {
  if (second === undefined) return 1;
  const spread = Math.sqrt(Math.max(1e-9, (first.share + second.share) / Math.max(1, failures)));
  return Math.max(0, 2 * normal((first.share - second.share) / spread) - 1);
}

/** Whether clearly more failures than those of a cause are explained by what does not tell its cause. */
const isSurpassed = (first: Lead, all: readonly Judged[], failures: number): boolean =>
  all.some(
    ({ share, chances, isExplained }) =>
      isExplained &&
      Math.max(...chances.values()) < DECISIVE_PROBABILITY &&
      majority({ share }, first, failures) > CLEARLY_MORE,
  );

interface Named {
  readonly cause: NamedCause;
  readonly probability: number;
}

/** What caused most of the failures; null where that cannot be said. */
function named(all: readonly Judged[], failures: number): Named | null {
  const leads = leadsOf(all);
  const [first, second] = leads;
  if (first === undefined) return null;
  const explained = leads.reduce((sum, { share }) => sum + share, 0);
  if (explained < LEAST_EXPLAINED || first.share < LEAST_SHARE) return null;
  if (isSurpassed(first, all, failures)) return null;
  const surely = majority(first, second, failures);
  const areAlike = second !== undefined && [first, second].every(({ cause }) => LOOK_ALIKE.includes(cause));
  const even = areAlike ? EVEN_CHANCE_OF_ALIKE : EVEN_CHANCE;
  const chance = first.chance * (even + (1 - even) * surely) * Math.min(1, 0.5 + first.share);
  // What is not explained may all have one other cause.
  const open = all.find(({ isExplained }) => !isExplained)?.share ?? 0;
  const highest = open > first.share ? HIGHEST_OF_EVEN : HIGHEST_OF_EVEN + (1 - HIGHEST_OF_EVEN) * surely;
  const probability = Math.min(chance, highest);
  return probability < DECISIVE_PROBABILITY ? null : { cause: first.cause, probability };
}

/** What caused most of the failures, whatever is true of what could not be read; null where that cannot be said. */
function namedInDoubt(
  seen: Seen,
  parts: readonly FailurePart[],
  failures: number,
  hidden: Seen,
): Named | null {
  const first = named(judged(seen, parts), failures);
  if (first === null || hidden.length === 0) return first;
  const doubted = named(judged(seen, parts, hiddenEvidenceGain(seen, hidden, first.cause)), failures);
  return doubted?.cause === first.cause ? doubted : null;
}

/**
 * What base rates add to a verdict that would not be given without them; null where the evidence gives it by itself,
 * whatever is frequent.
 */
function addedByBaseRates(
  seen: Seen,
  parts: readonly FailurePart[],
  failures: number,
  cause: NamedCause,
): EvidenceItem | null {
  const all = judged(seen, parts, null, EVEN);
  if (named(all, failures)?.cause === cause) return null;
  const unexplained = all.find(({ isExplained }) => !isExplained);
  const [rival] = [...(unexplained?.chances ?? [])]
    .filter(([other]) => other !== cause)
    .sort((left, right) => right[1] - left[1]);
  return baseRateOf(cause, rival?.[0] ?? null);
}

/** The ranked causes and the one that is named. */
export interface Ranking {
  readonly verdict: Cause;
  readonly probability: number;
  /** Every cause of the vocabulary, the most probable first; the probabilities add up to 1. */
  readonly hypotheses: readonly Hypothesis[];
}

/** The chances as reported where no cause is named: `undetermined` has at least as much as the leader. */
function abstained(chances: readonly (readonly [NamedCause, number])[]) {
  const leader = chances[0]?.[1] ?? 0;
  const sum = chances.reduce((total, [, chance]) => total + chance, 0);
  if (sum === 0) return { undetermined: 1, scale: 0 };
  const undetermined = Math.max(1 - leader, leader / (leader + sum));
  return { undetermined, scale: (1 - undetermined) / sum };
}

/**
 * Ranks all causes. Where none can be named the verdict is `undetermined`, with the chance that naming the leader
 * would be wrong; the others share the rest in their own proportions.
 *
 * @param failures - how many failures the log has, if the parts are of a log
 * @param hidden - what would be seen if what could not be read was not there
 */
export function rank(
  seen: Seen,
  parts: readonly FailurePart[] = [],
  failures = Number.POSITIVE_INFINITY,
  hidden: Seen = [],
): Ranking {
  const verdict = namedInDoubt(seen, parts, failures, hidden);
  const chances = [...posterior(seen, parts)].sort((left, right) => right[1] - left[1]);
  const probabilities = new Map<Cause, number>();
  if (verdict === null) {
    const { undetermined, scale } = abstained(chances);
    for (const [cause, chance] of chances) probabilities.set(cause, chance * scale);
    probabilities.set('undetermined', undetermined);
  } else {
    const rest = 1 - (chances.find(([cause]) => cause === verdict.cause)?.[1] ?? 0);
    const scale = rest <= 0 ? 0 : (1 - verdict.probability) / rest;
    const sum = chances.reduce((total, [, chance]) => total + chance, 0);
    for (const [cause, chance] of chances)
      probabilities.set(cause, cause === verdict.cause ? verdict.probability : chance * scale);
    probabilities.set('undetermined', Math.max(0, 1 - sum) * scale);
  }
  const added = verdict === null ? null : addedByBaseRates(seen, parts, failures, verdict.cause);
  return ranked(seen, parts, probabilities, verdict?.cause ?? 'undetermined', added);
}

function ranked(
  seen: Seen,
  parts: readonly FailurePart[],
  probabilities: ReadonlyMap<Cause, number>,
  verdict: Cause,
  added: EvidenceItem | null,
): Ranking {
  const hypotheses: Hypothesis[] = NAMED_CAUSES.map((cause) => ({
    cause,
    probability: round(probabilities.get(cause) ?? 0),
    evidence: [...(added !== null && cause === verdict ? [added] : []), ...evidenceFor(seen, parts, cause)],
  }));
  // First, so that it stays ahead of a leader that rounds to the same figure.
  hypotheses.unshift({
    cause: 'undetermined',
    probability: round(probabilities.get('undetermined') ?? 0),
    evidence: [],
  });
  hypotheses.sort((left, right) => right.probability - left.probability);
  return { verdict, probability: round(probabilities.get(verdict) ?? 0), hypotheses };
}

const round = (probability: number): number => Math.round(probability * 10_000) / 10_000;
