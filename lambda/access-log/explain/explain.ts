import type { Cause } from '../../model/cause.ts';
import type { Explanation, ExplanationKind, Unexplained } from '../../model/explanation.ts';
import { explainByClient } from './client.ts';
import { explainByConnection } from './connection.ts';
import type { Candidate, Explain, IdleTimeEstimate } from './explanation.ts';
import { bestFit, LEAST_GAIN_NATS, responsibility } from './formula.ts';
import { explainByIdleTime } from './idle-time.ts';
import { explainByLambdaReason } from './lambda-reason.ts';
import { type LogView, weightsByMoment } from './log-view.ts';
import { mergedAlike, readOfOwn } from './merged-alike.ts';
import { explainByMoment } from './moment.ts';
import { explainByNewTargets } from './new-targets.ts';
import { explainByNode } from './node.ts';
import { explainByNodeInMoments } from './node-moments.ts';
import { explainByPath } from './path.ts';
import { explainByPathInStretch } from './path-in-stretch.ts';
import { mixtureOf, refined } from './refine.ts';
import { explainByRequestBody } from './request-body.ts';
import { type Found, MOSTLY_THE_SAME, NEARLY_AS_WELL, settled, strongerOf } from './rivals.ts';
import { isSaidBefore } from './said-before.ts';
import { schedules } from './schedule.ts';
import { explainBySilentPair } from './silent-pair.ts';
import { explainByTarget } from './target.ts';
import { explainByTargetStop } from './target-stop.ts';
import { explainByTargetTime } from './target-time.ts';

/** One for each kind of statement. */
const KINDS: readonly Explain[] = [
  explainByLambdaReason,
  explainByPath,
  explainByPathInStretch,
  explainByClient,
  explainByRequestBody,
  explainByTargetTime,
  explainByTarget,
  explainByNode,
  explainByNodeInMoments,
  explainByTargetStop,
  explainByMoment,
  explainByNewTargets,
  explainByConnection,
  explainByIdleTime,
  explainBySilentPair,
];

/** More explanations than this nobody reads. */
const MOST_EXPLANATIONS = 8;
/** An explanation with less of the failures than this, after all are fitted together, is none. */
const LEAST_SHARE = 0.01;
/** The cause of an explanation is named from this probability on. */
const LEAST_PROBABILITY = 0.7;

/** Schedules that gain this much of what the best one does are one. */
const SAME_GAIN = 0.9;

/** Explanations by the time since a connection was opened or used, or by what was asked on it since. */
const KEEPS_TO_CONNECTIONS: ReadonlySet<ExplanationKind> = new Set([
  'connection-age',
  'connection-requests',
  'idle-time',
]);

/** What was found of one load balancer. */
export interface Explained {
  readonly explanations: readonly Explanation[];
  /** null where nothing failed. */
  readonly unexplained: Unexplained | null;
  readonly idle: readonly IdleTimeEstimate[];
}

const weightsFor = (view: LogView, { weights }: Candidate, left: Float64Array): Float64Array =>
  weights?.(left) ?? weightsByMoment(view, left);

function found(view: LogView, candidate: Candidate, left: Float64Array): Found {
  const fit = bestFit(candidate.ratios, weightsFor(view, candidate, left));
  return { candidate, fit, gain: fit.gainNats - candidate.searchedNats };
}

/** What is taken for a count, an age or an idle time of connections may be the period of a job that fails. */
function orSchedule(view: LogView, best: Found, left: Float64Array): Found {
  const { kind } = best.candidate;
  if (!KEEPS_TO_CONNECTIONS.has(kind)) return best;
  const ofClocksAlone = kind === 'connection-requests';
  const all = schedules(view, left, NEARLY_AS_WELL * best.gain, ofClocksAlone).map((candidate) =>
    found(view, candidate, left),
  );
  const most = all.reduce((gain, one) => Math.max(gain, one.gain), 0);
  // What comes each hour comes at one time of each minute, too.
  const schedule = all.find(({ gain }) => gain >= SAME_GAIN * most);
  return schedule === undefined ? best : strongerOf(best, schedule, left);
}

/** Whether it holds for failures, mostly, that come by a schedule which was found: what is left of them is no age. */
const isOfSchedule = ({ kind, ratios }: Candidate, before: readonly Candidate[]): boolean =>
  KEEPS_TO_CONNECTIONS.has(kind) &&
  before.some(({ isSchedule, ratios: scheduled }) => {
    if (isSchedule !== true) return false;
    const held = ratios.map((ratio, at) => (ratio > 1 ? Math.min(1, scheduled[at] ?? 0) : Number.NaN));
    const known = held.filter((share) => !Number.isNaN(share));
    return known.reduce((sum, share) => sum + share, 0) >= MOSTLY_THE_SAME * known.length;
  });

function strongest(view: LogView, left: Float64Array, before: readonly Found[]): Found | null {
  const known = before.map(({ candidate }) => candidate);
  const all = KINDS.flatMap((explain) => explain(view, left, known))
    .filter((candidate) => !isSaidBefore(candidate, known) && !isOfSchedule(candidate, known))
    .map((candidate) => found(view, candidate, left));
  const [reason] = all
    .filter((one) => one.candidate.kind !== 'target' && one.gain > LEAST_GAIN_NATS)
    .sort(byGain);
  if (reason !== undefined)
    return orSchedule(
      view,
      settled(reason, { all, before: known, left, leastGainNats: LEAST_GAIN_NATS }),
      left,
    );
  // Where it fails does not say why: used only if nothing else is found.
  return all.filter((one) => one.gain > LEAST_GAIN_NATS).sort(byGain)[0] ?? null;
}

const byGain = (one: Found, other: Found): number => other.gain - one.gain;

function explanationOf(view: LogView, { candidate, gain }: Found, responsible: Float64Array): Explanation {
  const statement = candidate.statement(responsible);
  const sum = responsible.reduce((total, part) => total + part, 0);
  const share = sum / Math.max(1, view.failures.length);
  const [first] = statement.causes;
  const cause: Cause | null =
    first !== undefined && first.probability >= LEAST_PROBABILITY ? first.cause : null;
  return {
    kind: candidate.kind,
    cause,
    causes: statement.causes,
    failures: Math.round(share * view.tally.elb502),
    share: Math.round(share * 1000) / 1000,
    gainNats: Math.round(gain * 10) / 10,
    fact: statement.fact,
    where: statement.where,
  };
}

/** Takes the strongest explanation, takes away what it is responsible for, and looks again. */
function searchAll(view: LogView): Found[] {
  const left = new Float64Array(view.failures.length).fill(1);
  const all: Found[] = [];
  while (all.length < MOST_EXPLANATIONS) {
    const best = strongest(view, left, all);
    if (best === null) break;
    all.push(best);
    for (let at = 0; at < left.length; at++)
      left[at] = (left[at] ?? 0) * (1 - responsibility(best.fit.share, best.candidate.ratios[at] ?? 0));
  }
  return all;
}

/** Fits all shares together, and drops what then has hardly a failure. */
function fittedTogether(view: LogView, all: readonly Found[]) {
  let kept = all;
  for (;;) {
    const mixture = mixtureOf(view, kept);
    const next = kept.filter((_, which) => (mixture.shares[which] ?? 0) >= LEAST_SHARE);
    if (next.length === kept.length) return { kept, mixture };
    kept = next;
  }
}

/** Explains the failures of a load balancer: which statements hold for them beyond chance, and for how many. */
export function explain(view: LogView): Explained {
  const count = view.failures.length;
  if (count === 0) return { explanations: [], unexplained: null, idle: [] };
  const { kept, mixture } = fittedTogether(view, refined(view, searchAll(view), LEAST_GAIN_NATS));
  const responsibleOf = kept.map(() => new Float64Array(count));
  for (let at = 0; at < count; at++) {
    const parts = kept.map(
      ({ candidate }, which) => (mixture.shares[which] ?? 0) * (candidate.ratios[at] ?? 0),
    );
    const whole = parts.reduce((sum, part) => sum + part, mixture.unexplained);
    for (const [which, part] of parts.entries()) {
      const own = responsibleOf[which];
      if (own !== undefined) own[at] = part / whole;
    }
  }
  const merged = mergedAlike(readOfOwn(kept, responsibleOf, view.failures), responsibleOf);
  const explanations = merged
    .map(({ one, responsible }) => explanationOf(view, one, responsible))
    .sort((a, b) => b.share - a.share);
  const rest = Math.max(0, 1 - explanations.reduce((sum, { share }) => sum + share, 0));
  return {
    explanations,
    unexplained: { failures: Math.round(rest * view.tally.elb502), share: Math.round(rest * 1000) / 1000 },
    idle: merged.flatMap(({ idle }) => idle),
  };
}
