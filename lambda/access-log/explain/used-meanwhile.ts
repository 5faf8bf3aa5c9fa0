import { countBetween, lowerBound } from '../keep-alive/pool.ts';
import type { GroupTally } from '../tally/group-tally.ts';
import type { Stream } from '../tally/target-tally.ts';
import type { IdleWindow } from './idle-controls.ts';
import type { Member } from './idle-members.ts';
import { type LogView, streamOf, streamsOfGroup } from './log-view.ts';
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

/** How often targets were asked while connections were idle that failed then. */
export interface UsedMeanwhile {
  /** Requests of the same node and target between answer and failure: the middle one of the failures. */
  readonly requests: number;
}

/**
 * Whether most failures of an idle time came on connections that cannot have been idle so long, for the node went on
 * asking the target and had hardly another: what ends then is a connection in use, at an age. Null where that is not so,
 * or where the nodes are not known, for then the requests between may be of another.
 */
export function usedMeanwhile(
  view: LogView,
  group: GroupTally,
  hits: readonly Member[],
  { low, width, paired }: IdleWindow,
): UsedMeanwhile | null {
  if (paired || view.tally.segmentCount > 0) return null;
  // A pool may have grown where nothing is remembered of it, but hardly beyond those of its likes.
  const connections = 1 + [...streamsOfGroup(group)].reduce((all, one) => Math.max(all, mostAtOnce(one)), 0);
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
  return { requests: used.sort((one, other) => one - other)[used.length >> 1] ?? 0 };
}
