import type { Candidate } from './explanation.ts';
import { bestFit, type Mixture, refit } from './formula.ts';
import type { LogView } from './log-view.ts';
import { explainByRequestBody } from './request-body.ts';
import type { Found } from './rivals.ts';

/** Large bodies of two sizes, at most, are found behind other explanations. */
const MOST_ADDED = 2;

/** So many of the failures on a path are smaller than a limit of it, for each that is larger, where the limit is none. */
const LEAST_SMALLER = 0.1;
const MOSTLY_OF_PATHS = 0.75;

/** Shares of all explanations, fitted together. */
export const mixtureOf = (view: LogView, all: readonly Found[]): Mixture =>
  refit(
    all.map(({ candidate }) => candidate.ratios),
    view.failures.length,
    all.map(() => 1 / (all.length + 1)),
  );

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
 * Whether bodies above a limit are those above a smaller one: on their paths bodies between the two fail as well, or there
 * are hardly any between. Limits of other paths are limits of their own.
 */
function isWithinLimit({ failures }: LogView, larger: Candidate, smaller: Candidate): boolean {
  if (larger.kind !== 'request-body' || smaller.kind !== 'request-body') return false;
  const ofRoutes = new Map<number, { above: number; between: number }>();
  for (const [at, { route }] of failures.entries()) {
    const [isAbove, isHeld] = [(larger.ratios[at] ?? 0) > 1, (smaller.ratios[at] ?? 0) > 1];
    if (isAbove && !isHeld) return false;
    const counts = ofRoutes.get(route) ?? { above: 0, between: 0 };
    ofRoutes.set(route, counts);
    if (isAbove) counts.above++;
    else if (isHeld) counts.between++;
  }
  const routes = [...ofRoutes.values()];
  const sum = (of: 'above' | 'between', own: typeof routes = routes) =>
    own.reduce((total, counts) => total + counts[of], 0);
  const refused = routes.filter(({ above, between }) => between > LEAST_SMALLER * above);
  const isOfPaths = sum('above', refused) >= MOSTLY_OF_PATHS * sum('above');
  const shared = routes.filter(({ above }) => above > 0);
  const isHardlySmaller =
    sum('between') <= LEAST_SMALLER * sum('above') &&
    sum('between', shared) >= MOSTLY_OF_PATHS * sum('between');
  return isOfPaths || isHardlySmaller;
}

function bestAddition(view: LogView, all: readonly Found[], leastGainNats: number): Found | null {
  const each = new Float64Array(view.failures.length).fill(1);
  const likelihood = likelihoodOf(view, all);
  let best: Found | null = null;
  for (const candidate of explainByRequestBody(view, each)) {
    if (all.some((one) => isWithinLimit(view, candidate, one.candidate))) continue;
    const ratios = candidate.ratios.map((ratio, at) => ratio / (likelihood[at] ?? 1));
    const fit = bestFit(ratios, view.momentWeights);
    const gain = fit.gainNats - candidate.searchedNats;
    if (gain > (best?.gain ?? leastGainNats)) best = { candidate, fit, gain };
  }
  return best;
}

/**
 * Adds large bodies that explain the failures better than all that was found: the paths that they are sent to look like
 * paths that fail, and take the failures away before the bodies are looked at.
 */
export function refined(view: LogView, found: readonly Found[], leastGainNats: number): readonly Found[] {
  let all = found;
  while (all.length > 0 && all.length < found.length + MOST_ADDED) {
    const best = bestAddition(view, all, leastGainNats);
    if (best === null) break;
    // A smaller limit takes the place of a larger one that it holds: each turn adds one or makes one smaller.
    all = [...all.filter(({ candidate }) => !isWithinLimit(view, candidate, best.candidate)), best];
  }
  return all;
}
