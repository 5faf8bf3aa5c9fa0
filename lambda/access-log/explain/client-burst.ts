import type { LogView } from './log-view.ts';

/** Failures of a client this close together are one burst. */
const ONE_BURST_SECONDS = 10;
/** A client with more of the requests is behind most of what happens at any time. */
const USUAL_CLIENT_SHARE = 0.2;

const known = new WeakMap<LogView, Float64Array>();

/** Of each failure, one over the root of the size of its client's burst. */
function burstFactors({ failures, tally }: LogView): Float64Array {
  const order = failures.map((_, at) => at);
  const of = (at: number | undefined) => failures[at ?? -1];
  order.sort(
    (a, b) =>
      (of(a)?.client ?? 0) - (of(b)?.client ?? 0) || (of(a)?.endSeconds ?? 0) - (of(b)?.endSeconds ?? 0),
  );
  const factors = new Float64Array(failures.length).fill(1);
  let first = 0;
  for (let at = 1; at <= order.length; at++) {
    const [one, other] = [of(order[at - 1]), of(order[at])];
    const goesOn =
      one !== undefined &&
      other !== undefined &&
      one.client === other.client &&
      other.endSeconds - one.endSeconds <= ONE_BURST_SECONDS;
    if (goesOn) continue;
    const isUsual = tally.clients.count(one?.client ?? 0) / tally.requests >= USUAL_CLIENT_SHARE;
    if (!isUsual)
      for (let member = first; member < at; member++) factors[order[member] ?? 0] = 1 / Math.sqrt(at - first);
    first = at;
  }
  return factors;
}

/**
 * Weights for statements about moments: failures of one client in one burst say less than those of many, for it may be
 * the burst that fails.
 */
export function burstWeights(view: LogView, left: Float64Array): Float64Array {
  const factors = known.get(view) ?? burstFactors(view);
  known.set(view, factors);
  return left.map((weight, at) => weight * (factors[at] ?? 1));
}
