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
/** How much the chance that holds for all requests counts, in controls, where few are like the failure. */
const PRIOR_CONTROLS = 2;
/** Of five shares the largest counts, some of a handful of requests: one hit among them is no sign. */
const HITS_BY_LUCK = 1;

/** Idle times that are asked for: how long before a request was sent an answer had ended. */
export interface IdleWindow extends Window {
  /** Whether only the answer counts that pairs with the request in a last-in-first-out pool. */
  readonly paired: boolean;
}

interface Tally {
  count: number;
  hits: number;
  /** How many of them are of the stream that is looked through. */
  ofStream: number;
}

const emptyTally = (): Tally => ({ count: 0, hits: 0, ofStream: 0 });

/** Whether it takes more controls of a stream. */
const isOpen = (tally: Tally | undefined, most: number): tally is Tally =>
  tally !== undefined && tally.ofStream < most;

function count(tally: Tally | undefined, most: number, isHit: boolean): void {
  if (!isOpen(tally, most)) return;
  tally.ofStream++;
  tally.count++;
  if (isHit) tally.hits++;
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

/**
 * Answered requests that are like failed ones: on the same path or route, of the same client. What they show as well
 * as the failures proves nothing.
 */
export class MatchedControls {
  private readonly byPath = new Map<number, Tally>();
  private readonly byRoute = new Map<number, Tally>();
  private readonly byClient = new Map<number, Tally>();
  private readonly tick: Tally = emptyTally();

  constructor(group: GroupTally, failures: readonly Failure[], window: IdleWindow) {
    for (const { packedPath, client } of failures) {
      this.byPath.set(packedPath, emptyTally());
      this.byRoute.set(packedPath >>> 16, emptyTally());
      this.byClient.set(client, emptyTally());
    }
    const streams = [...streamsOfGroup(group)];
    for (const stream of streams) this.addStream(streamIndex(stream), window, streams.length);
    for (const failure of failures) {
      const stream = group.targets.get(failure.target)?.streams.get(failure.node);
      if (stream !== undefined) this.addTick(streamIndex(stream), failure, window);
    }
  }

  private addStream(index: StreamIndex, window: IdleWindow, streamCount: number): void {
    // Spread over all streams, so that no one target speaks for all.
    const most = Math.max(8, Math.ceil(MOST_CONTROLS / streamCount));
    const { sent, paths, clients } = index;
    const oldest = Math.max(0, sent.length - MOST_LOOKED_AT);
    for (let at = sent.length - 1; at >= oldest; at--) {
      const path = paths[at] ?? 0;
      const ofPath = this.byPath.get(path);
      const ofRoute = this.byRoute.get(path >>> 16);
      const ofClient = this.byClient.get(clients[at] ?? 0);
      if (!(isOpen(ofPath, most) || isOpen(ofRoute, most) || isOpen(ofClient, most))) continue;
      const isHit = hasIdleTime(index, sent[at] ?? 0, window);
      count(ofPath, most, isHit);
      count(ofRoute, most, isHit);
      count(ofClient, most, isHit);
    }
    for (const tallies of [this.byPath, this.byRoute, this.byClient])
      for (const tally of tallies.values()) tally.ofStream = 0;
  }

  /** A tick moves many clients; requests of one client that come together are the parts of one page. */
  private addTick(index: StreamIndex, { sentSeconds, client }: Failure, window: IdleWindow): void {
    const first = lowerBound(index.ends, sentSeconds - TICK_SECONDS);
    for (let at = first; at < Math.min(first + 20, index.ends.length); at++) {
      const sent = index.sent[at] ?? 0;
      if (sent > sentSeconds + TICK_SECONDS) break;
      if (sent < sentSeconds - TICK_SECONDS || sent === sentSeconds) continue;
      if (index.clients[at] === client) continue;
      this.tick.count++;
      if (hasIdleTime(index, sent, window)) this.tick.hits++;
    }
  }

  /** Chance that a request like the failed one has such an idle time: the largest that its likes show. */
  chanceFor({ packedPath, client }: Failure, byLuck: number): number {
    const of = (tally: Tally | undefined): number =>
      tally === undefined
        ? 0
        : (Math.max(0, tally.hits - HITS_BY_LUCK) + PRIOR_CONTROLS * byLuck) / (tally.count + PRIOR_CONTROLS);
    const tick = this.tick.count < FEWEST_OF_TICK ? 0 : of(this.tick);
    return Math.min(
      1,
      Math.max(
        byLuck,
        of(this.byPath.get(packedPath)),
        of(this.byRoute.get(packedPath >>> 16)),
        of(this.byClient.get(client)),
        tick,
      ),
    );
  }
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
