import { countBetween, lowerBound } from '../keep-alive/pool.ts';
import { RisingBound } from '../keep-alive/rising-bound.ts';
import type { GroupTally } from '../tally/group-tally.ts';
import type { Stream } from '../tally/target-tally.ts';
import type { IdleWindow } from './idle-controls.ts';
import type { Member } from './idle-members.ts';
import { type LogView, streamOf, streamsOfGroup } from './log-view.ts';
import { middleOf } from './restart-rounds.ts';
import { answeredSent, streamIndex } from './stream-index.ts';

/** A connection that none of so many requests took is one that they could not take: chance leaves one in a hundred. */
const UNTOUCHED_BY_CHANCE = 0.01;
/** Of the failures at least this share must be so: some answers lie in the window by luck. */
const MOST_OF_HITS = 0.5;

const most = new WeakMap<Stream, number>();

/** How many requests a node had at a target at once, at most. */
function mostAtOnce(stream: Stream): number {
  const known = most.get(stream);
  if (known !== undefined) return known;
  const { ends } = streamIndex(stream);
  const sent = answeredSent(stream);
  let [ended, largest] = [0, 0];
  for (let at = 0; at < sent.length; at++) {
    while ((ends[ended] ?? Number.POSITIVE_INFINITY) <= (sent[at] ?? 0)) ended++;
    largest = Math.max(largest, at + 1 - ended);
  }
  most.set(stream, largest);
  return largest;
}

/**
 * Whether the connection of an answer was most likely used again before a request was sent. An answer that ends while
 * the node waits for no other leaves its connection where the next requests look: on top of a pool that is last in, first
 * out, and as many requests from the end of one that is first in, first out, as there are connections. Whatever the
 * order, few requests later it is taken.
 *
 * @param connections - how many the node has, at most
 */
function isUsedBetween(stream: Stream, answer: number, sentSeconds: number, connections: number): boolean {
  const { starts, ends } = streamIndex(stream);
  const ended = ends[answer] ?? Number.NaN;
  const isAlone = lowerBound(answeredSent(stream), ended) <= answer + 1;
  const between = countBetween(starts, ended, sentSeconds);
  return isAlone && (1 - 1 / connections) ** between < UNTOUCHED_BY_CHANCE;
}

/** Answers after which requests came, and how many the node had sent to the target meanwhile. */
interface SentBetween {
  readonly failed: readonly number[];
  readonly answered: readonly number[];
}

/** A node may have had more connections than requests at once that are remembered. */
const MOST_FORGOTTEN = 2;
/** Where lines of several nodes may be mixed, so many. */
const MOST_NODES = 2;
/** More answered requests add little but time. */
const MOST_ANSWERED = 20_000;
/** Odds of 20 to 1. */
const LEAST_AGAINST_NATS = 3;

/**
 * Whether requests fail however often the node asked the target between answer and request. Of idle connections fewer are
 * left with each request between, in any order of the pool, so that fewer fail.
 *
 * @param connections - how many there are, at most
 */
function failHoweverUsed({ failed, answered }: SentBetween, connections: number): boolean {
  // Without others to hold them against, the failures themselves would be what is usual.
  if (answered.length < failed.length) return false;
  const each = -Math.log(1 - 1 / connections);
  const all = [...failed, ...answered];
  const usual = Math.log(all.reduce((sum, count) => sum + Math.exp(-each * count), 0) / all.length);
  return failed.reduce((sum, count) => sum - each * count - usual, 0) < -LEAST_AGAINST_NATS;
}

/** How often targets were asked while connections were idle that failed then. */
export interface UsedMeanwhile {
  /** Requests of the same node and target between answer and failure: the middle one of the failures. */
  readonly requests: number;
}

/**
 * How many requests a node sent between an answer that leaves its connection to the next, and each of some requests; left
 * out where there is no such answer.
 *
 * @param sent - when these requests were sent, sorted: what is looked for rises from one to the next
 * @param step - one of so many of them is looked at
 */
function sentBetween(
  stream: Stream,
  sent: Float64Array,
  { low, width }: Pick<IdleWindow, 'low' | 'width'>,
  step = 1,
): number[] {
  const { starts, ends } = streamIndex(stream);
  const answered = new RisingBound(answeredSent(stream));
  const [first, last] = [new RisingBound(ends), new RisingBound(ends)];
  const [begun, all] = [new RisingBound(starts), new RisingBound(starts)];
  const between: number[] = [];
  for (let at = 0; at < sent.length; at += step) {
    const sentSeconds = sent[at] ?? Number.NaN;
    const [from, to] = [first.below(sentSeconds - low - width), last.below(sentSeconds - low)];
    const ended = ends[to - 1];
    if (from >= to || ended === undefined || answered.below(ended) > to) continue;
    let after = begun.below(ended);
    while (starts[after] === ended) after++;
    between.push(Math.max(0, all.below(sentSeconds) - after));
  }
  return between;
}

/** The same of failures, and of answered requests of their nodes and targets, evenly spread over these. */
function allSentBetween(
  view: LogView,
  hits: readonly Member[],
  window: Pick<IdleWindow, 'low' | 'width'>,
): SentBetween {
  const failedOf = new Map<Stream, number[]>();
  for (const { failure } of hits) {
    const stream = streamOf(view, failure);
    if (stream === undefined) continue;
    const own = failedOf.get(stream);
    if (own) own.push(failure.sentSeconds);
    else failedOf.set(stream, [failure.sentSeconds]);
  }
  const streams = [...failedOf.keys()];
  const whole = streams.reduce((sum, stream) => sum + answeredSent(stream).length, 0);
  const step = Math.max(1, Math.ceil(whole / MOST_ANSWERED));
  return {
    failed: [...failedOf].flatMap(([stream, sent]) =>
      sentBetween(stream, Float64Array.from(sent).sort(), window),
    ),
    answered: streams.flatMap((stream) => sentBetween(stream, answeredSent(stream), window, step)),
  };
}

/**
 * Whether failures of an idle time came on connections that cannot have been idle so long, for the node went on asking
 * the target: what ends then is a connection in use, at an age. So it is where the node had hardly another connection, and
 * where requests fail no less often the more came between. Null where that is not so.
 */
export function usedMeanwhile(
  view: LogView,
  group: GroupTally,
  hits: readonly Member[],
  { low, width, paired }: IdleWindow,
): UsedMeanwhile | null {
  if (paired) return null;
  // A pool may have grown where nothing is remembered of it, but hardly beyond those of its likes.
  const connections = 1 + [...streamsOfGroup(group)].reduce((all, one) => Math.max(all, mostAtOnce(one)), 0);
  const areNodesKnown = view.tally.segmentCount === 0;
  const between = allSentBetween(view, hits, { low, width });
  if (failHoweverUsed(between, connections * MOST_FORGOTTEN * (areNodesKnown ? 1 : MOST_NODES)))
    return { requests: middleOf(between.failed) };
  // The requests between may be of another node.
  if (!areNodesKnown) return null;
  const used = hits.flatMap(({ failure }) => {
    const stream = streamOf(view, failure);
    if (stream === undefined) return [];
    const { starts, ends } = streamIndex(stream);
    const { sentSeconds } = failure;
    const [from, to] = [lowerBound(ends, sentSeconds - low - width), lowerBound(ends, sentSeconds - low)];
    for (let answer = from; answer < to; answer++)
      if (!isUsedBetween(stream, answer, sentSeconds, connections)) return [];
    return from < to ? [countBetween(starts, ends[to - 1] ?? sentSeconds, sentSeconds)] : [];
  });
  if (used.length < MOST_OF_HITS * hits.length) return null;
  return { requests: middleOf(used) };
}
