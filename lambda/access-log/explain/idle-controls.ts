import type { Window } from '../keep-alive/chance.ts';
import { isAnyBetween, lowerBound } from '../keep-alive/pool.ts';
import { idleSecondsOf } from '../keep-alive/sample.ts';
import type { Failure } from '../tally/failure.ts';
import type { GroupTally } from '../tally/group-tally.ts';
import type { Stream } from '../tally/target-tally.ts';
import { streamsOfGroup } from './log-view.ts';
import { answeredSent, type StreamIndex, streamIndex } from './stream-index.ts';

/** Controls of one path or client; more say no more. */
const MOST_CONTROLS = 200;
/** The latest answers of a stream are looked through for them. */
const MOST_LOOKED_AT = 3000;
/** Requests sent this close to a failure belong to its tick, where traffic ticks. */
const TICK_SECONDS = 1;
const FEWEST_OF_TICK = 5;
const MOST_OF_TICK = 20;
/** How much the chance that holds for all requests counts, in controls, where few are like the failure. */
const PRIOR_CONTROLS = 2;
/** Of five shares the largest counts, some of a handful of requests: one hit among them is no sign. */
const HITS_BY_LUCK = 1;

/** Idle times that are asked for: how long before a request was sent an answer had ended. */
export interface IdleWindow extends Window {
  /** Whether only the answer counts that pairs with the request in a last-in-first-out pool. */
  readonly paired: boolean;
}

/** Whether a request that was sent then has an answer of its stream before it at such a distance. */
export function hasIdleTime(
  index: StreamIndex,
  sentSeconds: number,
  { low, width, paired }: IdleWindow,
): boolean {
  if (paired) {
    const idle = idleSecondsOf(index, sentSeconds);
    return idle >= low && idle <= low + width;
  }
  return isAnyBetween(index.ends, sentSeconds - low - width, sentSeconds - low);
}

/** Kinds of likeness: the same path, the same route, the same client. */
const KINDS = 3;

/** Numbers of what failed requests have, each from a number on. */
function numbered(values: Iterable<number>, from: number): Map<number, number> {
  const numbers = new Map<number, number>();
  for (const value of values) if (!numbers.has(value)) numbers.set(value, from + numbers.size);
  return numbers;
}

/** Controls of one stream: their places in it, and for each place in which {@link KINDS} of likeness it is one. */
interface OfStream {
  readonly index: StreamIndex;
  readonly places: readonly number[];
  /** A number for each kind; -1 where it is none. */
  readonly likes: readonly number[];
}

/** Chance that a request like the failed one has an idle time: the largest that its likes show. */
export type ChanceFor = (failure: Failure, byLuck: number) => number;

/**
 * Answered requests that are like failed ones: on the same path or route, of the same client. What they show as well
 * as the failures proves nothing.
 */
export class MatchedControls {
  private readonly byPath: ReadonlyMap<number, number>;
  private readonly byRoute: ReadonlyMap<number, number>;
  private readonly byClient: ReadonlyMap<number, number>;
  /** How many controls there are, by the number of what they share with failures. */
  private readonly counts: Uint32Array;
  private readonly streams: readonly OfStream[];
  private readonly ofTicks: readonly { readonly index: StreamIndex; readonly sentSeconds: number }[];

  constructor(group: GroupTally, failures: readonly Failure[]) {
    const paths = failures.map(({ packedPath }) => packedPath);
    this.byPath = numbered(paths, 0);
    this.byRoute = numbered(
      paths.map((path) => path >>> 16),
      this.byPath.size,
    );
    const clients = failures.map(({ client }) => client);
    this.byClient = numbered(clients, this.byPath.size + this.byRoute.size);
    this.counts = new Uint32Array(this.byPath.size + this.byRoute.size + this.byClient.size);
    const streams = [...streamsOfGroup(group)];
    // Spread over all streams, so that no one target speaks for all.
    const most = Math.max(8, Math.ceil(MOST_CONTROLS / streams.length));
    this.streams = streams.map((stream) => this.chosenOf(streamIndex(stream), most));
    this.ofTicks = failures.flatMap((failure) => {
      const stream = group.targets.get(failure.target)?.streams.get(failure.node);
      return stream === undefined ? [] : ofTick(streamIndex(stream), failure);
    });
  }

  /** @param most - of one path, route or client */
  private chosenOf(index: StreamIndex, most: number): OfStream {
    const { sent, paths, clients } = index;
    const places: number[] = [];
    const likes: number[] = [];
    const taken = new Uint32Array(this.counts.length);
    const open = (number: number | undefined): number =>
      number !== undefined && (taken[number] ?? 0) < most ? number : -1;
    const oldest = Math.max(0, sent.length - MOST_LOOKED_AT);
    for (let at = sent.length - 1; at >= oldest; at--) {
      const path = paths[at] ?? 0;
      const ofPath = open(this.byPath.get(path));
      const ofRoute = open(this.byRoute.get(path >>> 16));
      const ofClient = open(this.byClient.get(clients[at] ?? 0));
      if (ofPath < 0 && ofRoute < 0 && ofClient < 0) continue;
      places.push(at);
      likes.push(ofPath, ofRoute, ofClient);
      if (ofPath >= 0) taken[ofPath] = (taken[ofPath] ?? 0) + 1;
      if (ofRoute >= 0) taken[ofRoute] = (taken[ofRoute] ?? 0) + 1;
      if (ofClient >= 0) taken[ofClient] = (taken[ofClient] ?? 0) + 1;
    }
    for (let number = 0; number < taken.length; number++)
      this.counts[number] = (this.counts[number] ?? 0) + (taken[number] ?? 0);
    return { index, places, likes };
  }

  private hitsIn(window: IdleWindow): Uint32Array {
    const hits = new Uint32Array(this.counts.length);
    for (const { index, places, likes } of this.streams)
      for (let at = 0; at < places.length; at++) {
        if (!hasIdleTime(index, index.sent[places[at] ?? 0] ?? 0, window)) continue;
        for (let like = KINDS * at; like < KINDS * (at + 1); like++) {
          const number = likes[like] ?? -1;
          if (number >= 0) hits[number] = (hits[number] ?? 0) + 1;
        }
      }
    return hits;
  }

  /** What the controls show of a window. */
  chancesIn(window: IdleWindow): ChanceFor {
    const hits = this.hitsIn(window);
    const chanceOf = (hitCount: number, count: number, byLuck: number): number =>
      (Math.max(0, hitCount - HITS_BY_LUCK) + PRIOR_CONTROLS * byLuck) / (count + PRIOR_CONTROLS);
    const of = (number: number | undefined, byLuck: number): number =>
      number === undefined ? 0 : chanceOf(hits[number] ?? 0, this.counts[number] ?? 0, byLuck);
    const ticks = this.ofTicks.length;
    const ticked = this.ofTicks.filter(({ index, sentSeconds }) =>
      hasIdleTime(index, sentSeconds, window),
    ).length;
    return ({ packedPath, client }, byLuck) =>
      Math.min(
        1,
        Math.max(
          byLuck,
          of(this.byPath.get(packedPath), byLuck),
          of(this.byRoute.get(packedPath >>> 16), byLuck),
          of(this.byClient.get(client), byLuck),
          ticks < FEWEST_OF_TICK ? 0 : chanceOf(ticked, ticks, byLuck),
        ),
      );
  }
}

/** A tick moves many clients; requests of one client that come together are the parts of one page. */
function ofTick(index: StreamIndex, { sentSeconds, client }: Failure) {
  const first = lowerBound(index.ends, sentSeconds - TICK_SECONDS);
  const chosen: { readonly index: StreamIndex; readonly sentSeconds: number }[] = [];
  for (let at = first; at < Math.min(first + MOST_OF_TICK, index.ends.length); at++) {
    const sent = index.sent[at] ?? 0;
    if (sent > sentSeconds + TICK_SECONDS) break;
    if (sent < sentSeconds - TICK_SECONDS || sent === sentSeconds) continue;
    if (index.clients[at] !== client) chosen.push({ index, sentSeconds: sent });
  }
  return chosen;
}

/** How much a stream's requests must leave no choice of connection for them to refute: no other answer for so long. */
const ALONE_FOR_SECONDS = 60;

/**
 * Requests that had but one connection to take, idle for as long as the failed ones' had been, and were answered: in
 * the race they would have failed.
 */
export function refutingRequests(streams: readonly Stream[], low: number, high: number): number {
  let answered = 0;
  for (const stream of streams) {
    const { ends } = streamIndex(stream);
    const all = answeredSent(stream);
    let last = -1;
    for (let at = 0; at < all.length; at++) {
      const sent = all[at] ?? 0;
      while ((ends[last + 1] ?? Number.POSITIVE_INFINITY) < sent) last++;
      const idle = sent - (ends[last] ?? Number.NaN);
      if (!(idle >= low && idle <= high)) continue;
      const before = sent - (ends[last - 1] ?? Number.NEGATIVE_INFINITY);
      if (before > high + ALONE_FOR_SECONDS) answered++;
    }
  }
  return answered;
}
