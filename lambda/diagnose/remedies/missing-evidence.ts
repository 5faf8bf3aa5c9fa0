import { NAMED_CAUSES, type NamedCause } from '../../model/cause.ts';
import type { MissingEvidence } from '../../model/diagnosis.ts';
import type { EvidenceBundle, Gap } from '../../model/evidence.ts';
import { outcomesBehind, weightOf } from '../catalogue.ts';
import { ACCESS_LOG_OUTCOMES, type Candidate, NO_SIDE_EFFECT, type Outcome } from './candidate.ts';
import { printable } from './command.ts';
import { knownCandidates } from './evidence-candidates.ts';
import { scanCandidate } from './log-candidates.ts';
import { trapCandidates } from './trap-candidates.ts';

/** Missing evidence with what the advice needs beside the contract's three fields. */
export type WantedEvidence = MissingEvidence & Omit<Candidate, 'outcomes' | 'among' | 'listed'>;

type Leader = readonly [NamedCause, number];

/** Causes below this probability are no leaders; nothing needs to separate them. */
const LEADER_PROBABILITY = 0.04;
/** Above this probability of the leading cause, nothing is asked for to rule out a cause outside the vocabulary. */
const SETTLED_PROBABILITY = 0.8;
/** Twenty to one decides between two causes; more separates them no better. */
const DECISIVE_NATS = 3;
/** Less than this moves two causes together. */
const NOTABLE_NATS = 0.5;

/** What filling a gap can show: of the log its explanations, of the rest what the catalogue reads from it. */
const outcomesOf = (gap: Gap): readonly Outcome[] =>
  gap.subject === 'access-log' ? ACCESS_LOG_OUTCOMES : outcomesBehind(gap);

function howToFill(gap: Gap): string {
  if (gap.kind === 'denied' && gap.subject === 'backend-log')
    return `allow logs:FilterLogEvents on ${printable(gap.resource ?? 'the log group')}: a deployed monitor reads the log groups in its setting backendLogGroups, a scan needs docs/iam-scan-backend-logs.json`;
  if (gap.kind === 'denied' && gap.subject === 'access-log')
    return `allow ${printable(gap.action ?? 's3:GetObject')} on ${printable(gap.resource ?? '*')}: a deployed monitor reads what its settings accessLogBuckets and accessLogGroups name, a scan needs docs/iam-scan-access-logs.json`;
  if (gap.kind === 'denied' && gap.action !== null)
    return `allow ${printable(gap.action)} for the role that reads; docs/iam-scan.json has the whole policy`;
  if (gap.kind === 'throttled') return 'try again in a few minutes; AWS throttled the read';
  // Said as what AWS said: a reason that reads like a command must not stand where commands do.
  return `not read: ${printable(gap.reason)}`;
}

function gapCandidates(bundle: EvidenceBundle): readonly Candidate[] {
  return bundle.gaps
    .filter((gap) => gap.kind !== 'switched-off')
    .map((gap) => ({
      what: `${printable(gap.what)} (${gap.kind})`,
      how: howToFill(gap),
      commands: [],
      sideEffects: NO_SIDE_EFFECT,
      rollback: [],
      outcomes: outcomesOf(gap),
      isUnread: true,
    }));
}

const movedBy = (outcome: Outcome, cause: NamedCause): number =>
  typeof outcome === 'string' ? weightOf(outcome, cause) : (outcome[cause] ?? 0);

/** How far apart the outcome that separates them most would move two causes, in nats, at most `DECISIVE_NATS`. */
function distance(outcomes: readonly Outcome[], left: NamedCause, right: NamedCause): number {
  const distances = outcomes.map((outcome) => Math.abs(movedBy(outcome, left) - movedBy(outcome, right)));
  return Math.min(DECISIVE_NATS, Math.max(0, ...distances));
}

/** How well evidence separates one leading cause from the others, weighted by their chances. */
function distinction(
  [cause, chance]: Leader,
  outcomes: readonly Outcome[],
  leaders: readonly Leader[],
): number {
  return leaders.reduce(
    (total, [other, otherChance]) => total + chance * otherChance * distance(outcomes, cause, other),
    0,
  );
}

/** How far the outcome that moves a cause most would move it, in nats, at most `DECISIVE_NATS`. */
const movement = (outcomes: readonly Outcome[], cause: NamedCause): number =>
  Math.min(DECISIVE_NATS, Math.max(0, ...outcomes.map((outcome) => Math.abs(movedBy(outcome, cause)))));

/** How well evidence separates the leaders from one another; one alone, from none of the vocabulary. */
function separation(outcomes: readonly Outcome[], leaders: readonly Leader[]): number {
  const [only, ...others] = leaders;
  if (only !== undefined && others.length === 0) return only[1] * movement(outcomes, only[0]);
  return leaders.reduce((total, leader) => total + distinction(leader, outcomes, leaders), 0);
}

/**
 * The leading cause that the evidence separates best, then those it separates it from; a cause that leads alone, where
 * the evidence says whether it is that; empty where there is none.
 */
function separated(outcomes: readonly Outcome[], leaders: readonly Leader[]): NamedCause[] {
  const [only, ...others] = leaders;
  if (only !== undefined && others.length === 0)
    return only[1] < SETTLED_PROBABILITY && movement(outcomes, only[0]) >= NOTABLE_NATS ? [only[0]] : [];
  const [pivot] = leaders
    .map((leader) => ({ cause: leader[0], worth: distinction(leader, outcomes, leaders) }))
    .sort((left, right) => right.worth - left.worth);
  if (!pivot) return [];
  const apart = leaders
    .map(([cause]) => cause)
    .filter((cause) => cause !== pivot.cause && distance(outcomes, pivot.cause, cause) >= NOTABLE_NATS);
  return apart.length === 0 ? [] : [pivot.cause, ...apart];
}

/**
 * What would settle the question, the piece that separates the leading causes best first. A read that was
 * denied or failed is always listed, whether or not it would settle anything.
 *
 * @param now - when it is asked for; null where the window has only just ended
 */
export function missingEvidence(
  bundle: EvidenceBundle,
  chances: ReadonlyMap<NamedCause, number>,
  now: string | null = null,
): readonly WantedEvidence[] {
  const leaders = NAMED_CAUSES.map((cause) => [cause, chances.get(cause) ?? 0] as const)
    .filter(([, chance]) => chance >= LEADER_PROBABILITY)
    .sort((left, right) => right[1] - left[1]);
  const gaps = gapCandidates(bundle);
  const traps = (leaders[0]?.[1] ?? 1) < SETTLED_PROBABILITY ? trapCandidates(bundle) : [];
  const wanted = [...knownCandidates(bundle, now), ...gaps, ...traps]
    .map((candidate) => {
      const { outcomes, among } = candidate;
      const about = among ? leaders.filter(([cause]) => among.includes(cause)) : leaders;
      return {
        candidate,
        score: candidate.listed === 'always' ? 0 : separation(outcomes, about),
        separates: separated(outcomes, about),
      };
    })
    .filter(
      ({ candidate, separates }) =>
        separates.length > 0 || candidate.listed !== undefined || gaps.includes(candidate),
    )
    .sort(
      (left, right) =>
        Number(right.candidate.listed === 'first') - Number(left.candidate.listed === 'first') ||
        right.score - left.score,
    )
    .map(({ candidate, separates }) => asWanted(candidate, separates));
  // Where no cause has a chance nothing separates any, but what AWS says may still show one.
  return wanted.length === 0 && chances.size > 0
    ? scanCandidate(bundle, now).map((candidate) => asWanted(candidate, []))
    : wanted;
}

function asWanted(
  { outcomes: _, among: __, listed: ___, ...wanted }: Candidate,
  separates: readonly NamedCause[],
): WantedEvidence {
  return { ...wanted, separates: [...separates] };
}
