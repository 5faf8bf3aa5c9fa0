import type { Signatures } from '../../model/access-log-summary.ts';
import type { NamedCause } from '../../model/cause.ts';
import type { Explanation } from '../../model/explanation.ts';
import type { Failure } from '../tally/failure.ts';
import type { LogView } from './log-view.ts';

/** Probability of causes, the most probable first; what is missing to 1 is none of them. */
export type CauseOdds = Explanation['causes'];

/** A number for each cause that is possible at all. */
export type OfCauses = readonly (readonly [cause: NamedCause, value: number])[];

const round = (probability: number): number => Math.round(probability * 1000) / 1000;

/** Probabilities as they stand in an explanation. */
export const oddsOf = (probabilities: OfCauses): CauseOdds =>
  probabilities
    .map(([cause, probability]) => ({ cause, probability: round(probability) }))
    .filter(({ probability }) => probability > 0)
    .sort((a, b) => b.probability - a.probability);

/** What stays of the probability of causes where something else explains the same failures as well. */
const OPEN_SHARE = 0.5;

/** The same causes, left open: this share of their probability stays. */
export const openOdds = (causes: CauseOdds, stays = OPEN_SHARE): CauseOdds =>
  causes.map(({ cause, probability }) => ({ cause, probability: round(probability * stays) }));

/** Probabilities from log-odds; those of "none of them" are `otherNats`. */
export function oddsFromNats(nats: OfCauses, otherNats: number): CauseOdds {
  const highest = Math.max(otherNats, ...nats.map(([, value]) => value));
  const whole = nats.reduce(
    (sum, [, value]) => sum + Math.exp(value - highest),
    Math.exp(otherNats - highest),
  );
  return oddsOf(nats.map(([cause, value]) => [cause, Math.exp(value - highest) / whole]));
}

/** Which share of the failures that are due to an explanation looks how. */
export function signatureSharesOf({ failures }: LogView, responsible: Float64Array): Readonly<Signatures> {
  const sums: Signatures = {
    closedOnReuse: 0,
    midRequest: 0,
    neverDispatched: 0,
    answeredBadly: 0,
    lambda: 0,
  };
  let whole = 0;
  for (const [at, { signature }] of failures.entries()) {
    sums[signature] += responsible[at] ?? 0;
    whole += responsible[at] ?? 0;
  }
  const share = (sum: number) => (whole === 0 ? 0 : sum / whole);
  return {
    closedOnReuse: share(sums.closedOnReuse),
    midRequest: share(sums.midRequest),
    neverDispatched: share(sums.neverDispatched),
    answeredBadly: share(sums.answeredBadly),
    lambda: share(sums.lambda),
  };
}

/** Failures that are mostly due to an explanation. */
export const explainedBy = ({ failures }: LogView, responsible: Float64Array): readonly Failure[] =>
  failures.filter((_, at) => (responsible[at] ?? 0) > 0.5);
