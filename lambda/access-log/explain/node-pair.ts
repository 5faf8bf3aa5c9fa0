import { countBetween } from '../keep-alive/pool.ts';
import type { Failure } from '../tally/failure.ts';
import type { Numbered } from '../tally/numbered.ts';
import type { Stream } from '../tally/target-tally.ts';
import type { LogView } from './log-view.ts';
import { streamIndex } from './stream-index.ts';

/** Answers to other nodes below which chance may have divided the nodes. */
const FEWEST_ANSWERED = 3;
/** A number for each pair of target and node. */
const PAIRS = 65_536;

/** The number of a pair of target and node. */
export const pairOf = ({ target, node }: { readonly target: number; readonly node: number }): number =>
  target * PAIRS + node;

/** The node of such a pair. */
export const nodeOfPair = (pair: number): number => pair % PAIRS;

/** Whether pairs are with most nodes of their targets: then it is the targets that fail, not the way to them. */
export function areMostNodes(pairs: ReadonlySet<number>, all: Iterable<number>): boolean {
  const targets = new Set([...pairs].map((pair) => Math.floor(pair / PAIRS)));
  let nodes = 0;
  for (const pair of all) if (targets.has(Math.floor(pair / PAIRS))) nodes++;
  return 2 * pairs.size > nodes;
}

/** From the first to the last failure of a pair of node and target. */
export interface PairRange {
  readonly group: number;
  readonly target: number;
  readonly node: number;
  from: number;
  to: number;
  failures: number;
}

/** Of each pair with a failure, when it failed first and last, and how often. */
export function rangesOf(failures: readonly Failure[]): ReadonlyMap<number, PairRange> {
  const ranges = new Map<number, PairRange>();
  for (const { group, target, node, endSeconds } of failures) {
    if (target < 0) continue;
    const known = ranges.get(pairOf({ target, node }));
    if (known === undefined)
      ranges.set(pairOf({ target, node }), {
        group,
        target,
        node,
        from: endSeconds,
        to: endSeconds,
        failures: 1,
      });
    else {
      known.from = Math.min(known.from, endSeconds);
      known.to = Math.max(known.to, endSeconds);
      known.failures++;
    }
  }
  return ranges;
}

const answeredWithin = (stream: Stream, { from, to }: PairRange): number =>
  countBetween(streamIndex(stream).ends, from, to);

const streamsOfTarget = ({ tally }: LogView, { group, target }: PairRange): Numbered<Stream> | undefined =>
  tally.groups.get(group)?.targets.get(target)?.streams;

/** Whether the target of a pair answered other nodes while it failed this one. */
export function answersOthers(view: LogView, range: PairRange): boolean {
  let answered = 0;
  for (const [node, stream] of streamsOfTarget(view, range)?.entries() ?? [])
    if (node !== range.node) answered += answeredWithin(stream, range);
  return answered >= FEWEST_ANSWERED;
}

/** How many requests the pairs of node and target answered between their first and last failure. */
export function answeredMeanwhile(view: LogView, explained: readonly Failure[]): number {
  let answered = 0;
  for (const range of rangesOf(explained).values()) {
    const stream = streamsOfTarget(view, range)?.get(range.node);
    if (stream !== undefined) answered += answeredWithin(stream, range);
  }
  return answered;
}

/** How many requests the pairs of these failures, in their order of time, answered between each and the next. */
export function answeredBetween(view: LogView, ordered: readonly Failure[]): readonly number[] {
  const streams = [...rangesOf(ordered).values()].flatMap(
    (range) => streamsOfTarget(view, range)?.get(range.node) ?? [],
  );
  const ends = streams.map((stream) => streamIndex(stream).ends);
  return ordered.slice(1).map(({ endSeconds }, at) => {
    const from = ordered[at]?.endSeconds ?? endSeconds;
    return ends.reduce((sum, own) => sum + countBetween(own, from, endSeconds), 0);
  });
}
