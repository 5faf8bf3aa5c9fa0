import type { Failure } from '../tally/failure.ts';
import type { Stream } from '../tally/target-tally.ts';
import type { Explain } from './explanation.ts';
import { bestKeySet, type Keys } from './key-set.ts';
import { groupsOf, type LogView, targetsOf } from './log-view.ts';
import { explainedBy, lookOf, oddsOf } from './odds.ts';
import { placeOf } from './place.ts';
import { counted } from './words.ts';

const FEWEST_FAILURES = 3;
/** Answers to other nodes below which chance may have divided the nodes. */
const FEWEST_ANSWERED = 3;

/** A number for each pair of target and node. */
const PAIRS = 65_536;

const pairOf = ({ target, node }: { readonly target: number; readonly node: number }): number =>
  target * PAIRS + node;

/** Failures keep to one node of the load balancer, or to some pairs of node and target. */
export const explainByNode: Explain = (view, weights) => {
  const { failures, tally } = view;
  const requestsOfPair = new Map<number, number>();
  const requestsOfNode = new Map<number, number>();
  for (const [, group] of groupsOf(view))
    for (const { target, streams } of targetsOf(group))
      for (const [node, stream] of streams.entries()) {
        if (stream === undefined) continue;
        const pair = pairOf({ target, node });
        requestsOfPair.set(pair, (requestsOfPair.get(pair) ?? 0) + stream.requests);
        requestsOfNode.set(node, (requestsOfNode.get(node) ?? 0) + stream.requests);
      }
  const find = (keyOf: Keys['keyOf'], requestsOf: ReadonlyMap<number, number>) =>
    requestsOf.size < 2
      ? null
      : bestKeySet(view, weights, {
          keyOf,
          shareOf: (key) => (requestsOf.get(key) ?? 0) / tally.requests,
          distinct: requestsOf.size,
          fewest: FEWEST_FAILURES,
        });
  const ofTarget = (at: number) => (failures[at]?.target ?? -1) >= 0;
  const answeringOthers = pairsAnsweringOthers(view);
  const pairs = find((at) => {
    const failure = failures[at];
    if (failure === undefined || !ofTarget(at)) return undefined;
    const pair = pairOf(failure);
    return answeringOthers.has(pair) ? pair : undefined;
  }, requestsOfPair);
  const nodes = find((at) => (ofTarget(at) ? failures[at]?.node : undefined), requestsOfNode);
  return [pairs, nodes].flatMap((set) => {
    if (set === null) return [];
    return [
      {
        kind: 'node' as const,
        ratios: set.ratios,
        // A pair says more than its target does only where the node matters.
        searchedNats: set.searchedNats + Math.LN2,

        tell: (responsible: Float64Array) => {
          const explained = explainedBy(view, responsible);
          const look = lookOf(view, responsible);
          const refusesAll = answeredMeanwhile(view, explained) === 0;
          const nodeCount = new Set(explained.map(({ node }) => node)).size;
          return {
            fact: `came through ${counted(nodeCount, 'load balancer node')} to targets that answered other nodes`,
            where: placeOf(view, explained),
            causes:
              look.neverDispatched > 0.8
                ? oddsOf([
                    ['network-path', refusesAll ? 0.9 : 0.65],
                    // A port that is closed refuses every node.
                    ['connection-refused', 0.01],
                    ['tls-failure', 0.01],
                  ])
                : oddsOf([['network-path', 0.1]]),
          };
        },
      },
    ];
  });
};

/** Between the first and the last failure of a pair of node and target. */
interface PairRange {
  readonly group: number;
  readonly target: number;
  readonly node: number;
  from: number;
  to: number;
}

function rangesOf(failures: readonly Failure[]): ReadonlyMap<number, PairRange> {
  const ranges = new Map<number, PairRange>();
  for (const { group, target, node, endSeconds } of failures) {
    if (target < 0) continue;
    const known = ranges.get(pairOf({ target, node }));
    if (known === undefined)
      ranges.set(pairOf({ target, node }), { group, target, node, from: endSeconds, to: endSeconds });
    else {
      known.from = Math.min(known.from, endSeconds);
      known.to = Math.max(known.to, endSeconds);
    }
  }
  return ranges;
}

function answeredWithin({ history }: Stream, { from, to }: PairRange): number {
  let answered = 0;
  // NaN, a connection that was not given back, is neither.
  for (const end of history.exchanges().ends) if (end > from && end < to) answered++;
  return answered;
}

const streamsOfTarget = ({ tally }: LogView, { group, target }: PairRange): readonly (Stream | undefined)[] =>
  tally.groups[group]?.targets[target]?.streams ?? [];

/** Pairs whose target answered other nodes while it failed this one. */
function pairsAnsweringOthers(view: LogView): ReadonlySet<number> {
  const found = [...rangesOf(view.failures)].filter(([, range]) => {
    let answered = 0;
    for (const [node, stream] of streamsOfTarget(view, range).entries())
      if (stream !== undefined && node !== range.node) answered += answeredWithin(stream, range);
    return answered >= FEWEST_ANSWERED;
  });
  return new Set(found.map(([pair]) => pair));
}

/** How many requests the pairs of node and target answered between their first and last failure. */
function answeredMeanwhile(view: LogView, explained: readonly Failure[]): number {
  let answered = 0;
  for (const range of rangesOf(explained).values()) {
    const stream = streamsOfTarget(view, range)[range.node];
    if (stream !== undefined) answered += answeredWithin(stream, range);
  }
  return answered;
}
