/** Halvings of the range of shares: far finer than any count of failures can tell. */
const STEPS = 40;
const MOST_ROUNDS = 200;
const SETTLED = 1e-4;

/**
 * What an explanation must gain over chance, in nats. Three would do for one statement (1 in 20); the rest allows for
 * statements that no count of places covers: rhythms, fashions and failures that come together.
 */
export const LEAST_GAIN_NATS = 9;

/** How well a statement explains failures. */
export interface Fit {
  /** Share of the (weighted) failures that are due to it, 0 to 1. */
  readonly share: number;
  /** Log-likelihood gained over "due to something else", in nats, before the cost of the search is subtracted. */
  readonly gainNats: number;
}

function slopeAt(share: number, ratios: Float64Array, weights: Float64Array): number {
  let slope = 0;
  for (let at = 0; at < ratios.length; at++) {
    const more = (ratios[at] ?? 0) - 1;
    slope += ((weights[at] ?? 0) * more) / (1 + share * more);
  }
  return slope;
}

function gainAt(share: number, ratios: Float64Array, weights: Float64Array): number {
  let gain = 0;
  for (let at = 0; at < ratios.length; at++)
    gain += (weights[at] ?? 0) * Math.log(1 + share * ((ratios[at] ?? 0) - 1));
  return gain;
}

/**
 * The share of the failures that a statement accounts for: the maximum over `share` of
 * the sum of `weight · log(1 - share + share · ratio)`, which is concave.
 *
 * @param ratios - of each failure `h / q`: whether the statement holds for it, over the chance that it holds for a
 *   request like it that did not fail because of it; 1 where that is not known
 * @param weights - how much of each failure is still to be explained
 */
export function bestFit(ratios: Float64Array, weights: Float64Array): Fit {
  if (!(slopeAt(0, ratios, weights) > 0)) return { share: 0, gainNats: 0 };
  let [low, high] = [0, 1 - 1e-9];
  if (slopeAt(high, ratios, weights) >= 0) return { share: 1, gainNats: gainAt(high, ratios, weights) };
  for (let step = 0; step < STEPS; step++) {
    const middle = (low + high) / 2;
    if (slopeAt(middle, ratios, weights) > 0) low = middle;
    else high = middle;
  }
  return { share: low, gainNats: gainAt(low, ratios, weights) };
}

/** How far a statement with this share is responsible for a failure with this ratio. */
export function responsibility(share: number, ratio: number): number {
  const whole = 1 + share * (ratio - 1);
  return whole <= 0 ? 0 : (share * ratio) / whole;
}

/** Shares of several explanations at once. */
export interface Mixture {
  /** One for each explanation. */
  readonly shares: readonly number[];
  /** What none of them accounts for. */
  readonly unexplained: number;
}

/**
 * Fits the shares of all explanations together (expectation and maximisation), from the shares that they had when
 * they were found one after the other. A failure of which nothing is known, 1 in all ratios, says nothing of them.
 *
 * @param ratios - of each explanation, `h / q` of each failure
 */
export function refit(ratios: readonly Float64Array[], count: number, first: readonly number[]): Mixture {
  const informative: number[] = [];
  for (let at = 0; at < count; at++) if (ratios.some((own) => own[at] !== 1)) informative.push(at);
  const parts = Float64Array.from(first, (share) => Math.max(1e-3, share));
  const rest = Math.max(1e-3, 1 - parts.reduce((sum, share) => sum + share, 0));
  const whole = parts.reduce((sum, share) => sum + share, rest);
  let shares = parts.map((share) => share / whole);
  let unexplained = rest / whole;
  for (let round = 0; round < MOST_ROUNDS && informative.length > 0; round++) {
    const sums = new Float64Array(shares.length);
    let rest = 0;
    for (const at of informative) {
      let whole = unexplained;
      for (let which = 0; which < ratios.length; which++)
        whole += (shares[which] ?? 0) * (ratios[which]?.[at] ?? 0);
      rest += unexplained / whole;
      for (let which = 0; which < ratios.length; which++)
        sums[which] = (sums[which] ?? 0) + ((shares[which] ?? 0) * (ratios[which]?.[at] ?? 0)) / whole;
    }
    const moved = Math.abs(rest / informative.length - unexplained);
    unexplained = rest / informative.length;
    shares = sums.map((sum) => sum / informative.length);
    if (moved < SETTLED / 10 && round > 10) break;
  }
  return { shares: Array.from(shares), unexplained };
}
