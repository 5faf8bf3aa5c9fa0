import type { Failure } from '../tally/failure.ts';
import { burstWeights } from './client-burst.ts';
import type { Candidate, Explain } from './explanation.ts';
import type { LogView } from './log-view.ts';
import { eachNats, type Moment, momentsOf } from './moment.ts';
import { requestsOf, statementOf } from './node.ts';
import { answersOthers, pairOf, rangesOf } from './node-pair.ts';
import { inOrderOfEnd, isIn, type StretchSearch, widthsFor } from './stretch.ts';

/** Nodes beyond these have hardly a failure each. */
const MOST_NODES = 8;
const FEWEST_FAILURES = 6;
/** What is shorter ends before other nodes are answered. */
const SHORTEST_SECONDS = 10;
/** Of a failure with less nothing is left to be explained. */
const LEAST_WEIGHT = 0.05;
/** So many of the failures of a stretch are with targets that answered other nodes meanwhile. */
const NEARLY_ALL = 0.8;
/** A node with more of the requests has hardly another beside it. */
const MOST_OF_REQUESTS = 0.95;

/** The nodes with the most failures of which something is left to be explained. */
function failingNodes({ failures }: LogView, weights: Float64Array): readonly number[] {
  const counts = new Map<number, number>();
  for (const [at, { node, target }] of failures.entries())
    if (target >= 0 && (weights[at] ?? 0) > LEAST_WEIGHT) counts.set(node, (counts.get(node) ?? 0) + 1);
  return [...counts]
    .filter(([, count]) => count >= FEWEST_FAILURES)
    .sort(([, one], [, other]) => other - one)
    .slice(0, MOST_NODES)
    .map(([node]) => node);
}

/** Whether the targets that failed a node in a stretch answered other nodes in it. */
function answeredOthers(view: LogView, own: readonly Failure[], moment: Moment): boolean {
  const inside = own.filter(({ endSeconds }) => isIn(moment, endSeconds));
  const answering = new Set(
    [...rangesOf(inside)]
      .filter(([, range]) =>
        answersOthers(view, { ...range, from: moment.firstSeconds, to: moment.lastSeconds }),
      )
      .map(([pair]) => pair),
  );
  return inside.filter((failure) => answering.has(pairOf(failure))).length >= NEARLY_ALL * inside.length;
}

/** What is the same of a node whatever the width of its moments. */
interface NodeSearch extends StretchSearch {
  readonly node: number;
  readonly own: readonly Failure[];
  /** How much of each of its failures there was to be explained at first. */
  readonly all: Float64Array;
}

function searchOf(
  view: LogView,
  weights: Float64Array,
  all: Float64Array,
  node: number,
  part: number,
): NodeSearch {
  const isOwn = (failure: Failure) => failure.node === node && failure.target >= 0;
  const ofNode = (of: Float64Array) =>
    of.map((weight, at) => (view.failures[at]?.node === node ? weight : 0));
  return {
    node,
    own: view.failures.filter(isOwn),
    order: inOrderOfEnd(view, (failure, at) => isOwn(failure) && (weights[at] ?? 0) > LEAST_WEIGHT),
    weights: ofNode(weights),
    whole: weights.reduce((sum, weight) => sum + weight, 0),
    part,
    all: ofNode(all),
  };
}

function candidateOf(view: LogView, search: NodeSearch, nodes: number, width: number): Candidate | null {
  const { node, own, order, all } = search;
  const found = momentsOf(view, search, all, width, 1);
  const moments = found.filter((moment) => answeredOthers(view, own, moment));
  // A single one is found with its pairs.
  if (moments.length < 2) return null;
  const inMoments = moments.reduce((sum, { weight }) => sum + weight, 0);
  const ratioOf = (failure: Failure): number => {
    const isOwn = failure.node === node && failure.target >= 0;
    const moment = isOwn ? moments.find((one) => isIn(one, failure.endSeconds)) : undefined;
    return moment === undefined ? 0 : moment.weight / inMoments / moment.share;
  };
  return {
    kind: 'node',
    node,
    ratios: Float64Array.from(view.failures, ratioOf),
    searchedNats:
      Math.log(order.length * widthsFor(view).length * nodes) + (moments.length - 1) * eachNats(order.length),
    weights: (rest) => burstWeights(view, rest),
    statement: (responsible) => statementOf(view, responsible),
  };
}

/** Failures keep to one node of the load balancer in several stretches, while its targets answer other nodes. */
export const explainByNodeInMoments: Explain = (view, left): readonly Candidate[] => {
  const weights = burstWeights(view, left);
  const nodes = failingNodes(view, weights);
  if (nodes.length === 0) return [];
  const all = burstWeights(view, new Float64Array(view.failures.length).fill(1));
  const { ofNode } = requestsOf(view);
  const widths = widthsFor(view).filter((width) => width >= SHORTEST_SECONDS);
  return nodes.flatMap((node) => {
    const part = (ofNode.get(node) ?? 0) / view.tally.requests;
    if (part > MOST_OF_REQUESTS) return [];
    const search = searchOf(view, weights, all, node, part);
    return widths.flatMap((width) => candidateOf(view, search, nodes.length, width) ?? []);
  });
};
