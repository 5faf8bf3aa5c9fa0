import type { Failure } from '../tally/failure.ts';
import type { Candidate, Explain, Statement } from './explanation.ts';
import { counted, percent } from './fact-text.ts';
import { bestKeySet, type KeySet, type Keys } from './key-set.ts';
import { groupsOf, type LogView, targetsOf } from './log-view.ts';
import { answersOthers, areMostNodes, nodeOfPair, type PairRange, pairOf, rangesOf } from './node-pair.ts';
import { answeredIn, stretchesOf, whenText } from './node-stretches.ts';
import { explainedBy, oddsOf, signatureSharesOf } from './odds.ts';
import { placeOf } from './place.ts';
import { bestStretch, inOrderOfEnd, type Stretch, type StretchSearch, widthsFor } from './stretch.ts';

const FEWEST_FAILURES = 3;
/** Pairs beyond these have hardly a failure each. */
const MOST_PAIRS = 40;
/** More addresses than this nobody reads. */
const MOST_NAMED = 3;

/** How many requests each pair of target and node had, and each node. */
export function requestsOf(view: LogView) {
  const [ofPair, ofNode] = [new Map<number, number>(), new Map<number, number>()];
  for (const [, group] of groupsOf(view))
    for (const { target, streams } of targetsOf(group))
      for (const [node, stream] of streams.entries()) {
        const pair = pairOf({ target, node });
        ofPair.set(pair, (ofPair.get(pair) ?? 0) + stream.requests);
        ofNode.set(node, (ofNode.get(node) ?? 0) + stream.requests);
      }
  return { ofPair, ofNode };
}

/** The stretch in which a pair fails most: the way from a node to a target may be broken for a while only. */
function stretchOf(view: LogView, search: StretchSearch): Stretch | null {
  const stretches = widthsFor(view).flatMap((width) => bestStretch(view, search, width) ?? []);
  return stretches.sort((a, b) => b.gain - a.gain)[0] ?? null;
}

/** Pairs whose target answered other nodes while it failed this one, in the stretch in which it did so most. */
function pairsInStretches(
  view: LogView,
  weights: Float64Array,
  requestsOfPair: ReadonlyMap<number, number>,
  rangeOfPair: ReadonlyMap<number, PairRange>,
): KeySet | null {
  const { failures, tally } = view;
  const stretches = new Map<number, Stretch>();
  const whole = weights.reduce((sum, weight) => sum + weight, 0);
  const ranges = [...rangeOfPair].sort(([, one], [, other]) => other.failures - one.failures);
  for (const [pair, range] of ranges.slice(0, MOST_PAIRS)) {
    const order = inOrderOfEnd(view, (failure, at) => (weights[at] ?? 0) > 0.05 && pairOf(failure) === pair);
    const part = (requestsOfPair.get(pair) ?? 0) / tally.requests;
    const stretch = stretchOf(view, { order, weights, whole, part });
    const within: PairRange | null = stretch && {
      ...range,
      from: stretch.firstSeconds,
      to: stretch.lastSeconds,
    };
    if (stretch !== null && within !== null && answersOthers(view, within)) stretches.set(pair, stretch);
  }
  return bestKeySet(view, weights, {
    keyOf: (failure) => {
      const stretch = stretches.get(pairOf(failure));
      if (stretch === undefined) return undefined;
      const isIn = failure.endSeconds >= stretch.firstSeconds && failure.endSeconds <= stretch.lastSeconds;
      return isIn ? pairOf(failure) : undefined;
    },
    shareOf: (pair) => stretches.get(pair)?.share ?? 1,
    distinct: requestsOfPair.size,
    fewest: FEWEST_FAILURES,
    eachNats: Math.log(Math.max(2, failures.length * widthsFor(view).length)),
  });
}

/** `A, B, C and 2 more`. */
function listed(names: readonly string[]): string {
  const [shown, more] = [names.slice(0, MOST_NAMED), names.length - MOST_NAMED];
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ');
}

/** Which nodes and targets it is, as far as anything names them. */
function namesText(view: LogView, explained: readonly Failure[]): string {
  const nodes = [...new Set(explained.map(({ node }) => node))].flatMap(
    (node) => view.nodeAddress(node) ?? [],
  );
  const targets = [...new Set(explained.map(({ target }) => target))].map(view.targetName).sort();
  const ofTargets = `${targets.length === 1 ? 'target' : 'targets'} ${listed(targets)}`;
  if (nodes.length === 0) return `; ${ofTargets}`;
  return `; ${nodes.length === 1 ? 'node' : 'nodes'} ${listed(nodes)}, ${ofTargets}`;
}

/** What is said of failures that are due to a node, or to the way from it to some targets. */
export function statementOf(view: LogView, responsible: Float64Array): Statement {
  const explained = explainedBy(view, responsible);
  // Others may fail by chance shortly before or after.
  const refused = explained.filter(({ signature }) => signature === 'neverDispatched');
  const refusesAll = answeredIn(view, stretchesOf(view, refused)) === 0;
  const [node, ...moreNodes] = new Set(explained.map((failure) => failure.node));
  const targetCount = new Set(explained.map(({ target }) => target)).size;
  const targets = targetCount === 1 ? 'a target' : 'targets';
  const [through, to] = [moreNodes.length === 0 ? 'it' : 'these', targetCount === 1 ? 'it' : 'them'];
  const failed = (explained.length * view.tally.elb502) / Math.max(1, view.failures.length);
  const stretches = stretchesOf(view, explained);
  const answered = answeredIn(view, stretches);
  return {
    fact: `came through ${counted(1 + moreNodes.length, 'load balancer node')} to ${targets} that answered other nodes${whenText(view, stretches)}; through ${through} ${percent(failed / Math.max(1, answered + failed))} of the requests to ${to} failed meanwhile${namesText(view, explained)}`,
    where: {
      ...placeOf(view, explained),
      node: node === undefined || moreNodes.length > 0 ? null : view.nodeAddress(node),
    },
    causes:
      signatureSharesOf(view, responsible).neverDispatched > 0.8
        ? oddsOf([
            ['network-path', refusesAll ? 0.95 : 0.65],
            // A port that is closed refuses every node.
            ['connection-refused', 0.01],
            ['tls-failure', 0.01],
          ])
        : oddsOf([['network-path', 0.1]]),
  };
}

/** The one of some numbers that all are; undefined where there are several. */
function onlyOf(numbers: Iterable<number>): number | undefined {
  const [first, ...more] = new Set(numbers);
  return more.length === 0 ? first : undefined;
}

/** Failures keep to one node of the load balancer, or to some pairs of node and target. */
export const explainByNode: Explain = (view, weights) => {
  const { failures, tally } = view;
  const { ofPair, ofNode } = requestsOf(view);
  if (ofPair.size < 2) return [];
  const find = (keyOf: Keys['keyOf'], requests: ReadonlyMap<number, number>) =>
    requests.size < 2
      ? null
      : bestKeySet(view, weights, {
          keyOf,
          shareOf: (key) => (requests.get(key) ?? 0) / tally.requests,
          distinct: requests.size,
          fewest: FEWEST_FAILURES,
        });
  const ranges = rangesOf(failures);
  const answering = new Set(
    [...ranges].filter(([, range]) => answersOthers(view, range)).map(([pair]) => pair),
  );
  const pairs = find((failure) => (answering.has(pairOf(failure)) ? pairOf(failure) : undefined), ofPair);
  const nodes = find(({ target, node }) => (target >= 0 ? node : undefined), ofNode);
  const ofPairs = [pairs, pairsInStretches(view, weights, ofPair, ranges)].filter(
    (set) => set !== null && !areMostNodes(set.keys, ofPair.keys()),
  );
  return [...ofPairs, nodes].flatMap((set): Candidate[] =>
    set === null
      ? []
      : [
          {
            kind: 'node',
            node: set === nodes ? onlyOf(set.keys) : onlyOf([...set.keys].map(nodeOfPair)),
            ratios: set.ratios,
            // A pair says more than its target does only where the node matters.
            searchedNats: set.searchedNats + Math.LN2,
            statement: (responsible) => statementOf(view, responsible),
          },
        ],
  );
};
