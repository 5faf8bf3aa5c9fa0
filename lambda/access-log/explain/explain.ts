import type { Cause } from '../../model/cause.ts';
import type { Explanation, Unexplained } from '../../model/explanation.ts';
import { explainByClient } from './client.ts';
import { explainByConnection } from './connection.ts';
import type { Candidate, Explain } from './explanation.ts';
import { bestFit, type Fit, refit, responsibility } from './formula.ts';
import { explainByIdleTime, type IdleFinding } from './idle-time.ts';
import { explainByLambdaReason } from './lambda-reason.ts';
import type { LogView } from './log-view.ts';
import { explainByMoment } from './moment.ts';
import { explainByPath } from './path.ts';
import { explainByRequestBody } from './request-body.ts';
import { explainByNode, explainByTarget } from './target.ts';
import { explainByTargetStop } from './target-stop.ts';
import { explainByTargetTime } from './target-time.ts';

/** One for each kind of statement. */
const KINDS: readonly Explain[] = [
  explainByLambdaReason,
  explainByPath,
  explainByClient,
  explainByRequestBody,
  explainByTargetTime,
  explainByTarget,
  explainByNode,
  explainByTargetStop,
  explainByMoment,
  explainByConnection,
  explainByIdleTime,
];

/**
 * What an explanation must gain over chance, in nats. Three would do for one statement (1 in 20); the rest allows for
 * statements that no count of places covers: rhythms, fashions and failures that come together.
 */
const LEAST_GAIN_NATS = 9;
/** Fewer explanations are read than this. */
const MOST_EXPLANATIONS = 8;
/** An explanation with less of the failures than this, after all are fitted together, is none. */
const LEAST_SHARE = 0.01;
/** A rival that explains the same failures nearly as well makes either doubtful. */
const NEARLY_AS_WELL = 0.75;
const MOSTLY_THE_SAME = 0.75;
/** What stays of the probability of causes where a rival has them as well. */
const OPEN_SHARE = 0.5;
/** The cause of an explanation is named from this probability on. */
const LEAST_PROBABILITY = 0.7;

/** What was found of one load balancer. */
export interface Explained {
  readonly explanations: readonly Explanation[];
  /** null where nothing failed. */
  readonly unexplained: Unexplained | null;
  readonly idle: readonly IdleFinding[];
}

interface Found {
  readonly candidate: Candidate;
  readonly fit: Fit;
  /** Gain, the search for it paid. */
  readonly gain: number;
}

const weightsFor = (view: LogView, { weights }: Candidate, left: Float64Array): Float64Array =>
  weights?.(left) ?? left.map((weight, at) => weight * (view.momentWeights[at] ?? 1));

function found(view: LogView, candidate: Candidate, left: Float64Array): Found {
  const fit = bestFit(candidate.ratios, weightsFor(view, candidate, left));
  return { candidate, fit, gain: fit.gainNats - candidate.searchedNats };
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

/** The same failures, with a cause that is left open: something else hits them as well. */
function leftOpen({ candidate, ...rest }: Found, instead: string): Found {
  const { tell, idle: _, ...others } = candidate;
  return {
    ...rest,
    candidate: {
      ...others,
      tell: (responsible) => {
        const told = tell(responsible);
        const causes = told.causes.map(({ cause, probability }) => ({
          cause,
          probability: Math.round(probability * OPEN_SHARE * 1000) / 1000,
        }));
        return { ...told, fact: `${told.fact}; ${instead}`, causes };
      },
    },
  };
}

/** A path or client that has nearly all failures of an explanation which may be no more than its ordinary work. */
function heldBy(best: Found, all: readonly Found[], left: Float64Array): Found | undefined {
  return all
    .filter(
      ({ candidate, gain }) =>
        (candidate.kind === 'path' || candidate.kind === 'client') && gain >= LEAST_GAIN_NATS,
    )
    .filter((rival) => overlap(best, rival, left) >= MOSTLY_THE_SAME)
    .sort((one, other) => other.gain - one.gain)[0];
}

/**
 * Where two explanations hit the same failures and neither is rarer among successes, neither cause is named. A path
 * that is served by one target group alone fails with it.
 */
function settled(best: Found, all: readonly Found[], left: Float64Array): Found {
  const { kind, isDoubtful } = best.candidate;
  if (isDoubtful === true) return heldBy(best, all, left) ?? best;
  const rivals = rivalsOf(best, all, left);
  if (kind === 'idle-time' && rivals.length > 0)
    return leftOpen(
      best,
      'something else hits the same failures as well, so a probe of the target must settle it',
    );
  const group = rivals.find(({ candidate }) => candidate.kind === 'target');
  return kind === 'path' && group !== undefined ? group : best;
}

function strongest(view: LogView, left: Float64Array): Found | null {
  const all = KINDS.flatMap((explain) => explain(view, left)).map((candidate) =>
    found(view, candidate, left),
  );
  let best: Found | null = null;
  for (const one of all) if (one.gain > (best?.gain ?? LEAST_GAIN_NATS)) best = one;
  if (best === null) return null;
  return settled(best, all, left);
}

function explanationOf(view: LogView, { candidate, gain }: Found, responsible: Float64Array): Explanation {
  const told = candidate.tell(responsible);
  const sum = responsible.reduce((total, part) => total + part, 0);
  const share = sum / Math.max(1, view.failures.length);
  const [first] = told.causes;
  const cause: Cause | null =
    first !== undefined && first.probability >= LEAST_PROBABILITY ? first.cause : null;
  return {
    kind: candidate.kind,
    cause,
    causes: told.causes,
    failures: Math.round(share * view.tally.elb502),
    share: Math.round(share * 1000) / 1000,
    gainNats: Math.round(gain * 10) / 10,
    fact: told.fact,
    where: told.where,
  };
}

/** Takes the strongest explanation, takes away what it is responsible for, and looks again. */
function searchAll(view: LogView): Found[] {
  const left = new Float64Array(view.failures.length).fill(1);
  const all: Found[] = [];
  while (all.length < MOST_EXPLANATIONS) {
    const best = strongest(view, left);
    if (best === null) break;
    all.push(best);
    for (let at = 0; at < left.length; at++)
      left[at] = (left[at] ?? 0) * (1 - responsibility(best.fit.share, best.candidate.ratios[at] ?? 0));
  }
  return all;
}

/** How well the failures are explained by what was found so far, over "due to something else". */
function likelihoodOf(view: LogView, all: readonly Found[]): Float64Array {
  const { shares, unexplained } = mixtureOf(view, all);
  return Float64Array.from(view.failures, (_, at) =>
    all.reduce(
      (sum, { candidate }, which) => sum + (shares[which] ?? 0) * (candidate.ratios[at] ?? 0),
      unexplained,
    ),
  );
}

/**
 * A path that fails may fail for its large bodies alone, which says more than the path does: what is added must explain
 * the failures better than all that was found.
 */
function refined(view: LogView, all: readonly Found[]): readonly Found[] {
  if (!all.some(({ candidate }) => candidate.kind === 'path')) return all;
  const each = new Float64Array(view.failures.length).fill(1);
  const likelihood = likelihoodOf(view, all);
  let best: Found | null = null;
  for (const candidate of explainByRequestBody(view, each)) {
    const ratios = candidate.ratios.map((ratio, at) => ratio / (likelihood[at] ?? 1));
    const fit = bestFit(ratios, view.momentWeights);
    const gain = fit.gainNats - candidate.searchedNats;
    if (gain > (best?.gain ?? LEAST_GAIN_NATS)) best = { candidate, fit, gain };
  }
  return best === null ? all : [...all, best];
}

const mixtureOf = (view: LogView, all: readonly Found[]) =>
  refit(
    all.map(({ candidate }) => candidate.ratios),
    view.failures.length,
    all.map(() => 1 / (all.length + 1)),
  );

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
  const { kept, mixture } = fittedTogether(view, refined(view, searchAll(view)));
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
  const explanations = kept
    .map((one, which) => explanationOf(view, one, responsibleOf[which] ?? new Float64Array(count)))
    .sort((a, b) => b.share - a.share);
  const rest = Math.max(0, 1 - explanations.reduce((sum, { share }) => sum + share, 0));
  return {
    explanations,
    unexplained: { failures: Math.round(rest * view.tally.elb502), share: Math.round(rest * 1000) / 1000 },
    idle: kept.flatMap(({ candidate }) => candidate.idle ?? []),
  };
}
