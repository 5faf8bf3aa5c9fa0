import type { NodeRefusals } from '../model/access-log-summary.ts';
import type { Outage, TargetTally } from './target-tally.ts';

/** Refusals in a row, and answers to others meanwhile, below which chance may have divided the nodes. */
const FEWEST_REFUSED = 3;
const FEWEST_ANSWERED = 3;

const overlap = (one: Outage, other: Outage): boolean =>
  one.sinceSeconds <= other.lastSeconds && other.sinceSeconds <= one.lastSeconds;

function answeredWithin(ends: Float64Array, { sinceSeconds, lastSeconds }: Outage): number {
  let count = 0;
  // NaN, a connection that was not given back, is neither.
  for (const end of ends) if (end > sinceSeconds && end < lastSeconds) count++;
  return count;
}

/**
 * Refused requests of nodes that a target refused without exception while it went on answering other nodes: what
 * refuses stands between them, for the target itself does not know one node from another.
 */
export function nodeRefusalsOf(targets: readonly (TargetTally | undefined)[]): NodeRefusals {
  const refusedNodes = new Set<number>();
  const answeredNodes = new Set<number>();
  let failures = 0;
  for (const tally of targets) {
    for (const [node, stream] of [...(tally?.streams ?? [])].entries()) {
      const outage = stream?.worstOutage ?? null;
      if (outage === null || outage.refused < FEWEST_REFUSED) continue;
      const others = [...(tally?.streams ?? [])].flatMap((other, at) => {
        if (!other || at === node) return [];
        const isRefused = other.worstOutage !== null && overlap(other.worstOutage, outage);
        return !isRefused && answeredWithin(other.history.pairs().ends, outage) >= FEWEST_ANSWERED
          ? [at]
          : [];
      });
      if (others.length === 0) continue;
      failures += outage.refused;
      refusedNodes.add(node);
      for (const other of others) answeredNodes.add(other);
    }
  }
  // A node that one target refuses may be answered by another.
  const answered = [...answeredNodes].filter((node) => !refusedNodes.has(node)).length;
  return { failures, refused: refusedNodes.size, answered };
}
