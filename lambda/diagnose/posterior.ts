import { type Cause, NAMED_CAUSES, type NamedCause } from '../model/cause.ts';
import type { EvidenceItem, Hypothesis } from '../model/diagnosis.ts';
import { CATALOGUE, type OutcomeId } from './catalogue.ts';
import { type FailurePart, itemOf } from './failure-parts.ts';
import { type HiddenEvidenceGain, hiddenEvidenceGain } from './hidden-evidence.ts';
import type { Observed } from './observations/observation.ts';
import { OTHER_PRIOR, PRIOR } from './prior.ts';
import { totalWeight, weightsFor } from './weighing.ts';

type Seen = readonly Observed<OutcomeId>[];

/** A named cause must reach this probability, or the diagnosis abstains. */
export const DECISIVE_PROBABILITY = 0.7;
/** Less than this share explained is too little to name what caused most of the failures. */
const LEAST_EXPLAINED = 0.5;
/** Of several causes the first is named, if it has at least this share. */
const LEAST_SHARE = 0.34;
/** Where two causes are about as large, either may be the larger one; both are told, so one is named all the same. */
const EVEN_CHANCE = 0.76;

function evidenceFor(seen: Seen, parts: readonly FailurePart[], cause: NamedCause): EvidenceItem[] {
  const weights = weightsFor(seen, cause);
  return [
    ...parts.map((part) => itemOf(part, cause, PRIOR[cause])),
    ...seen.map(({ fact, source }, place) => ({
      fact,
      source,
      weight: Math.round((weights[place] ?? 0) * 100) / 100,
    })),
  ]
    .filter(({ weight }) => weight !== 0)
    .sort((left, right) => Math.abs(right.weight) - Math.abs(left.weight));
}

type Chances = ReadonlyMap<NamedCause, number>;

/** Bayes' rule over the catalogue's weights; groups of observations are taken as independent of each other. */
function moved(
  chances: Chances,
  other: number,
  seen: Seen,
  doubt: HiddenEvidenceGain | null = null,
): Chances {
  const scores = [...chances].map(
    ([cause, chance]) =>
      [cause, Math.log(chance) + totalWeight(seen, cause) + (doubt?.causes.get(cause) ?? 0)] as const,
  );
  const rest = Math.log(other) + (doubt?.others ?? 0);
  const highest = Math.max(rest, ...scores.map(([, score]) => score));
  const masses = scores.map(([cause, score]) => [cause, Math.exp(score - highest)] as const);
  const total = masses.reduce((left, [, mass]) => left + mass, Math.exp(rest - highest));
  return new Map(masses.map(([cause, mass]) => [cause, mass / total]));
}

const ALL_CAUSES: Chances = new Map(NAMED_CAUSES.map((cause) => [cause, PRIOR[cause]]));

/** The failures of one explanation, or those without one, and what all evidence says of their cause. */
interface Judged {
  readonly share: number;
  readonly chances: Chances;
  readonly isExplained: boolean;
}

function judged(
  seen: Seen,
  parts: readonly FailurePart[],
  doubt: HiddenEvidenceGain | null = null,
): readonly Judged[] {
  const others = seen.filter(({ id }) => CATALOGUE.get(id)?.observation.isOfUnexplained !== true);
  const explained = parts.map(({ share, chances }): Judged => {
    const known = [...chances.values()].reduce((sum, chance) => sum + chance, 0);
    const own = moved(chances, Math.max(0.005, 1 - known), others);
    return { share, chances: own, isExplained: true };
  });
  const rest = Math.max(0, 1 - parts.reduce((sum, { share }) => sum + share, 0));
  return [
    ...explained,
    { share: rest, chances: moved(ALL_CAUSES, OTHER_PRIOR, seen, doubt), isExplained: false },
  ];
}

/**
 * Chance of each named cause: of the failures that an explanation of the log accounts for by what it says of its
 * causes, moved by the other evidence; of the rest by the prior, moved by all evidence.
 */
export function posterior(seen: Seen, parts: readonly FailurePart[] = []): Chances {
  const all = judged(seen, parts);
  return new Map(
    NAMED_CAUSES.map((cause) => [
      cause,
      all.reduce((sum, { share, chances }) => sum + share * (chances.get(cause) ?? 0), 0),
    ]),
  );
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
    // What nothing explains has a leader only where other evidence gives it one.
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

/** How surely the first cause has more failures than the second: from even, where they are alike, to certain. */
function majority(first: Lead, second: Lead | undefined, failures: number): number {
  if (second === undefined) return 1;
  const spread = Math.sqrt(Math.max(1e-9, (first.share + second.share) / Math.max(1, failures)));
  const surely = 2 * normal((first.share - second.share) / spread) - 1;
  return EVEN_CHANCE + (1 - EVEN_CHANCE) * Math.max(0, surely);
}

interface Named {
  readonly cause: NamedCause;
  readonly probability: number;
}

/** What caused most of the failures; null where that cannot be said. */
function named(all: readonly Judged[], failures: number): Named | null {
  const [first, second] = leadsOf(all);
  if (first === undefined) return null;
  const explained = leadsOf(all).reduce((sum, { share }) => sum + share, 0);
  if (explained < LEAST_EXPLAINED || first.share < LEAST_SHARE) return null;
  const probability = first.chance * majority(first, second, failures) * Math.min(1, 0.5 + first.share);
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

/** The ranked causes and the one that is named. */
export interface Ranking {
  readonly verdict: Cause;
  readonly probability: number;
  /** Every cause of the vocabulary, the most probable first; the probabilities add up to 1. */
  readonly hypotheses: readonly Hypothesis[];
}

/** How the chances are told where no cause can be named: never less for `undetermined` than the leader keeps. */
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
  return told(seen, parts, probabilities, verdict?.cause ?? 'undetermined');
}

function told(
  seen: Seen,
  parts: readonly FailurePart[],
  probabilities: ReadonlyMap<Cause, number>,
  verdict: Cause,
): Ranking {
  const hypotheses: Hypothesis[] = NAMED_CAUSES.map((cause) => ({
    cause,
    probability: round(probabilities.get(cause) ?? 0),
    evidence: evidenceFor(seen, parts, cause),
  }));
  // First, so that it stays ahead of a leader that rounds to the same figure.
  hypotheses.unshift({
    cause: 'undetermined',
    probability: round(probabilities.get('undetermined') ?? 0),
    evidence: [],
  });
  hypotheses.sort(
    (left, right) =>
      right.probability - left.probability ||
      Number(right.cause === verdict) - Number(left.cause === verdict),
  );
  return { verdict, probability: round(probabilities.get(verdict) ?? 0), hypotheses };
}

const round = (probability: number): number => Math.round(probability * 10_000) / 10_000;
