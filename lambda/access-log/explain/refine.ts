import { bestFit, type Mixture, refit } from './formula.ts';
import type { LogView } from './log-view.ts';
import { explainByRequestBody } from './request-body.ts';
import type { Found } from './rivals.ts';

/** Large bodies of two sizes, at most, are found behind other explanations. */
const MOST_ADDED = 2;

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

function bestAddition(view: LogView, all: readonly Found[], leastGainNats: number): Found | null {
  const each = new Float64Array(view.failures.length).fill(1);
  const likelihood = likelihoodOf(view, all);
  let best: Found | null = null;
  for (const candidate of explainByRequestBody(view, each)) {
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
  for (let added = 0; all.length > 0 && added < MOST_ADDED; added++) {
    const best = bestAddition(view, all, leastGainNats);
    if (best === null) break;
    all = [...all, best];
  }
  return all;
}
