import type { ExplanationKind } from '../../model/explanation.ts';
import type { Candidate } from './explanation.ts';
import { counted } from './fact-text.ts';
import { type Fit, responsibility } from './formula.ts';
import { type CauseOdds, oddsOf, openOdds } from './odds.ts';
import type { UsedMeanwhile } from './used-meanwhile.ts';

/** A rival that explains the same failures nearly as well makes either doubtful. */
export const NEARLY_AS_WELL = 0.75;
export const MOSTLY_THE_SAME = 0.75;
/**
 * An idle time that gains less than this, and less than that for each failure, may be the age of connections or a
 * rhythm: such gaps are common, and no single failure says much. Drawn where, of 196 races and 24 logs with an age
 * limit, 4 and 2 lay below both.
 */
const WEAK_NATS = 30;
const WEAK_NATS_EACH = 1.6;
/** A path is explained by an idle time that gains this much of what it does. */
const OF_IDLE_TIME = 0.6;

/** What gains so much more by the same failures is the better reason: by luck once in 150. */
const CLEARLY_NATS = 5;

/** Clients that try again after one pause have answers once, twice and more often that far back. */
const MOST_PAUSES = 4;
/** Idle times and rhythms are measured to this part of them. */
const RHYTHM_SLACK = 0.03;

/** Paths and places are compared with an idle time by its matched controls; these kinds have none. */
const IS_RIVAL_OF_IDLE_TIME: ReadonlySet<ExplanationKind> = new Set([
  'client',
  'connection-age',
  'connection-requests',
]);

/** A candidate with how well it fits. */
export interface Found {
  readonly candidate: Candidate;
  readonly fit: Fit;
  /** Gain after the cost of the search, in nats. */
  readonly gain: number;
}

/** Which share of what one explanation is responsible for another is as well. */
function overlap(one: Found, other: Found, left: Float64Array): number {
  let [both, whole] = [0, 0];
  for (let at = 0; at < left.length; at++) {
    const own = (left[at] ?? 0) * responsibility(one.fit.share, one.candidate.ratios[at] ?? 0);
    whole += own;
    both += own * responsibility(other.fit.share, other.candidate.ratios[at] ?? 0);
  }
  return whole === 0 ? 0 : both / whole;
}

/** Explanations that nearly as well account for what the best one does. */
function rivalsOf(best: Found, all: readonly Found[], left: Float64Array): readonly Found[] {
  return all.filter(
    (rival) =>
      rival.candidate.kind !== best.candidate.kind &&
      rival.gain >= NEARLY_AS_WELL * best.gain &&
      overlap(best, rival, left) >= MOSTLY_THE_SAME,
  );
}

/** The same failures, with a cause that is left open, by these odds or lower ones: something else hits them as well. */
export function leftOpen({ candidate, ...rest }: Found, instead: string, odds?: CauseOdds): Found {
  const { statement, idle, ...others } = candidate;
  return {
    ...rest,
    candidate: {
      ...others,
      ...(idle === undefined ? {} : { idle: { ...idle, isOpen: true } }),
      statement: (responsible) => {
        const own = statement(responsible);
        return { ...own, fact: `${own.fact}; ${instead}`, causes: odds ?? openOdds(own.causes) };
      },
    },
  };
}

/** The one that explains the same failures better; where both do nearly alike, the first, with its cause left open. */
export function strongerOf(best: Found, rival: Found, left: Float64Array): Found {
  if (rival.gain < NEARLY_AS_WELL * best.gain || overlap(best, rival, left) < MOSTLY_THE_SAME) return best;
  if (rival.gain > best.gain) return rival;
  return leftOpen(best, `nearly as well, they ${rival.candidate.statement(left).fact}`);
}

/** A path or client that has nearly all failures of an explanation which may be no more than its ordinary work. */
function heldBy(
  best: Found,
  all: readonly Found[],
  left: Float64Array,
  leastGainNats: number,
): Found | undefined {
  return all
    .filter(
      ({ candidate, gain }) =>
        (candidate.kind === 'path' || candidate.kind === 'client') && gain >= leastGainNats,
    )
    .filter((rival) => overlap(best, rival, left) >= MOSTLY_THE_SAME)
    .sort((one, other) => other.gain - one.gain)[0];
}

/**
 * Where clients poll one path, a race of their pauses is a failure of that path; but a path that fails for itself fails
 * after any pause. What breaks off after one time of work, and only after silences, met a connection that was given up.
 */
function idleTimeWithin(best: Found, all: readonly Found[], left: Float64Array): Found | undefined {
  return all
    .filter(
      ({ candidate, gain }) =>
        candidate.kind === 'idle-time' && candidate.isDoubtful !== true && gain >= OF_IDLE_TIME * best.gain,
    )
    .filter((rival) => overlap(rival, best, left) >= MOSTLY_THE_SAME)
    .sort((one, other) => other.gain - one.gain)[0];
}

function isWeak({ fit, gain }: Found, left: Float64Array): boolean {
  const failures = fit.share * left.reduce((sum, weight) => sum + weight, 0);
  return gain < WEAK_NATS && gain < WEAK_NATS_EACH * failures;
}

/**
 * Whether an idle time gains so little less than an age of connections that it may be luck: what was sent and what was
 * answered lie close to each other, so that a few failures of one are failures of the other.
 */
const isHardlyLess = (rival: Found, best: Found): boolean =>
  rival.candidate.kind === 'idle-time' && best.gain - rival.gain < CLEARLY_NATS;

/** Whether an idle time is the pause of a rhythm that clients were found to have, or a few of its pauses. */
function isOfRhythm({ candidate: { idle } }: Found, before: readonly Candidate[]): boolean {
  if (idle === undefined) return false;
  const { seconds } = idle.estimate;
  const turns = Array.from({ length: MOST_PAUSES }, (_, at) => at + 1);
  return before.some(
    ({ rhythm }) =>
      rhythm !== undefined &&
      turns
        .flatMap((turn) => [seconds * turn, seconds / turn])
        .some(
          (gap) =>
            gap >= rhythm.lowSeconds * (1 - RHYTHM_SLACK) && gap <= rhythm.highSeconds * (1 + RHYTHM_SLACK),
        ),
  );
}

/**
 * Whether what fails is rather all that a target or group is asked for. The requests of a path or of clients that are
 * only some of those explain clearly more, where none of the others fails.
 */
function givesWayTo({ candidate: { kind }, gain }: Found, group: Found): boolean {
  if (kind === 'node') return true;
  return (kind === 'path' || kind === 'client') && gain - group.gain < CLEARLY_NATS;
}

export const ASK_PROBE = '; a probe of the target must tell which it is';

const nearlyAsWell = ({ candidate }: Found, left: Float64Array): string =>
  `nearly as well, they ${candidate.statement(left).fact}`;

/**
 * A rhythm says when clients ask, not why it fails: the path or idle time that explains the same nearly as well is told
 * with it.
 */
function besideRhythm(rhythm: Found, rivals: readonly Found[], left: Float64Array): Found {
  const told = rivals.filter(({ candidate: { kind } }) => kind === 'path' || kind === 'idle-time');
  const [rival] = told.sort((one, other) => other.gain - one.gain);
  if (rival === undefined) return rhythm;
  return leftOpen(
    rhythm,
    nearlyAsWell(rival, left) + (rival.candidate.kind === 'idle-time' ? ASK_PROBE : ''),
  );
}

/** What an explanation is held against. */
export interface Others {
  /** All that were found with it. */
  readonly all: readonly Found[];
  /** What was taken before it. */
  readonly before: readonly Candidate[];
  /** How much of each failure is still to be explained. */
  readonly left: Float64Array;
  readonly leastGainNats: number;
}

/** A node may have pools beside each other, of which the log says nothing: then one of them was idle after all. */
const AGE_IN_USE = oddsOf([
  ['requests-per-connection-limit', 0.5],
  ['keepalive-mismatch', 0.3],
]);

/** An idle time of connections that were in use meanwhile: their age, where that explains the same nearly as well. */
function inUse(best: Found, { requests }: UsedMeanwhile, { all, left }: Others): Found {
  const age = rivalsOf(best, all, left).find(({ candidate: { kind } }) => kind === 'connection-age');
  return (
    age ??
    leftOpen(
      best,
      `but meanwhile the target was asked ${counted(requests, 'more time')}, so the connection was hardly idle: it may have ended at an age${ASK_PROBE}`,
      AGE_IN_USE,
    )
  );
}

/**
 * Where two explanations hit the same failures and neither is rarer among successes, neither cause is named. A path
 * that is served by one target group alone, or a client that asks nothing else, fails with it.
 */
export function settled(best: Found, others: Others): Found {
  const { all, before, left, leastGainNats } = others;
  const { kind, isDoubtful } = best.candidate;
  if (isDoubtful === true) return heldBy(best, all, left, leastGainNats) ?? best;
  if (best.candidate.usedMeanwhile !== undefined) return inUse(best, best.candidate.usedMeanwhile, others);
  if (kind === 'idle-time' && isWeak(best, left))
    return leftOpen(best, 'many answered requests did as well, so a probe of the target must settle it');
  if (kind === 'idle-time' && isOfRhythm(best, before))
    return leftOpen(best, 'clients have a rhythm of such pauses, so a probe of the target must settle it');
  const idle = kind === 'path' || kind === 'target-time' ? idleTimeWithin(best, all, left) : undefined;
  if (idle !== undefined) return settled(idle, others);
  const rivals = rivalsOf(best, all, left);
  if (best.candidate.rhythm !== undefined) return besideRhythm(best, rivals, left);
  const rival = rivals.find(({ candidate }) => IS_RIVAL_OF_IDLE_TIME.has(candidate.kind));
  if (kind === 'idle-time' && rival !== undefined)
    return leftOpen(best, nearlyAsWell(rival, left) + ASK_PROBE);
  if (kind === 'connection-age' && rivals.some((rival) => isHardlyLess(rival, best)))
    return leftOpen(best, 'an idle time explains them hardly worse, so a probe of the target must settle it');
  const group = rivals.find(({ candidate }) => candidate.kind === 'target');
  return group !== undefined && givesWayTo(best, group) ? group : best;
}
