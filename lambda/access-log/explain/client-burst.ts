import { closeTogether } from './close-together.ts';
import type { LogView } from './log-view.ts';

/** Failures of a client this close together are one burst. */
const ONE_BURST_SECONDS = 10;
/** A client with more of the requests is behind most of what happens at any time. */
const USUAL_CLIENT_SHARE = 0.2;

const known = new WeakMap<LogView, Float64Array>();

/** Of each failure, one over the root of the size of its client's burst. */
function burstFactors({ failures, tally }: LogView): Float64Array {
  const factors = new Float64Array(failures.length).fill(1);
  for (const burst of closeTogether(failures, ({ client }) => client, ONE_BURST_SECONDS)) {
    const client = failures[burst[0] ?? -1]?.client ?? 0;
    if (tally.clients.count(client) / tally.requests >= USUAL_CLIENT_SHARE) continue;
    for (const at of burst) factors[at] = 1 / Math.sqrt(burst.length);
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
