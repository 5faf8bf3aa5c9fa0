import { isAnyBetween } from '../keep-alive/pool.ts';
import { sortedSeconds } from '../keep-alive/sorted-numbers.ts';
import { type Failure, mayBeClose } from '../tally/failure.ts';
import type { Stream } from '../tally/target-tally.ts';
import { type LogView, streamOf } from './log-view.ts';
import { type PoolOrder, type Replay, replay } from './replay.ts';
import { type ExchangeTimes, timesAsRead } from './stream-index.ts';

/** Which connection a node takes is not known: both are tried. */
export const ORDERS: readonly PoolOrder[] = ['last-in-first-out', 'first-in-first-out'];
/** Exchanges that are replayed: those of the streams with most failures. */
const MOST_EXCHANGES = 20_000;
/** What was asked this long before or after a failure was asked at its time. */
const NEAR_SECONDS = 60;

/** Counts, or ages, of requests whose connection was seen from its beginning. */
export interface Near {
  readonly answered: number[];
  readonly failed: number[];
}

/** Failures and answered requests whose connection was seen from its beginning, in one order of the pool. */
export interface Replayed {
  readonly order: PoolOrder;
  /** Of each failure of the view its count and age; 0 and NaN where they are not known. */
  readonly counts: Float64Array;
  readonly ages: Float64Array;
  readonly answered: number;
  /** How many of the answered requests had which count, by the count. */
  readonly answeredCounts: Uint32Array;
  /** Of the answered requests, sorted. */
  readonly answeredAges: () => Float64Array;
  /** Counts or ages of requests of the same node and target as some failures, and near to these in time. */
  readonly near: (failures: readonly Failure[], what: 'requests' | 'ages') => Near;
  /** Of each stream, how old its connections were when they last answered, in any order of the pool. */
  readonly answeredUntil: (stream: Stream) => readonly number[];
}

/** Seconds after which a group closes idle connections, by its number; absent where nothing says so. */
export type IdleSeconds = ReadonlyMap<number, number>;

const known = new WeakMap<LogView, Map<string, readonly Replayed[]>>();

/** The replays of a view in each order; made once, for the failures are looked at again and again. */
export function replaysOf(view: LogView, idleSeconds: IdleSeconds): readonly Replayed[] {
  const ofView = known.get(view) ?? new Map<string, readonly Replayed[]>();
  known.set(view, ofView);
  const key = [...idleSeconds].join(' ');
  const replays = ofView.get(key) ?? replaysAnew(view, idleSeconds);
  ofView.set(key, replays);
  return replays;
}

/** Exchanges of one stream that has failures which may be closes. */
interface Played {
  readonly stream: Stream;
  readonly group: number;
  readonly exchanges: ExchangeTimes;
  /** Numbers of those failures, by when they were sent. */
  readonly bySent: ReadonlyMap<number, readonly number[]>;
}

const playedOfView = new WeakMap<LogView, readonly Played[]>();

/** The streams with most failures first, as many as are replayed. */
function playedIn(view: LogView): readonly Played[] {
  const played = playedOfView.get(view) ?? findPlayed(view);
  playedOfView.set(view, played);
  return played;
}

function findPlayed(view: LogView): readonly Played[] {
  const places = new Map<Stream, { readonly group: number; readonly bySent: Map<number, number[]> }>();
  for (const [at, failure] of view.failures.entries()) {
    const stream = mayBeClose(failure) ? streamOf(view, failure) : undefined;
    if (stream === undefined) continue;
    const own = places.get(stream) ?? { group: failure.group, bySent: new Map<number, number[]>() };
    places.set(stream, own);
    const together = own.bySent.get(failure.sentSeconds);
    if (together) together.push(at);
    else own.bySent.set(failure.sentSeconds, [at]);
  }
  const played: Played[] = [];
  let left = MOST_EXCHANGES;
  for (const [stream, own] of [...places].sort(([one], [other]) => other.failures - one.failures)) {
    if (left <= 0) break;
    const exchanges = timesAsRead(stream);
    left -= exchanges.starts.length;
    played.push({ stream, group: own.group, exchanges, bySent: own.bySent });
  }
  return played;
}

function replaysAnew(view: LogView, idleSeconds: IdleSeconds): readonly Replayed[] {
  const played = playedIn(view);
  const inOrders = ORDERS.map((order) =>
    played.map(({ group, exchanges }) => replay(exchanges, order, idleSeconds.get(group))),
  );
  const ofStreams = new Map<Stream, readonly number[]>();
  // Made only of the streams that are asked for: few logs have an age that may be outlived.
  const answeredUntil = (asked: Stream): readonly number[] => {
    const which = played.findIndex(({ stream }) => stream === asked);
    const exchanges = played[which]?.exchanges;
    if (exchanges === undefined) return [];
    const replays = inOrders.flatMap((inOrder) => inOrder[which] ?? []);
    const answers = ofStreams.get(asked) ?? lastAnswers(exchanges, replays);
    ofStreams.set(asked, answers);
    return answers;
  };
  const nearIn = (which: number, failures: readonly Failure[], what: 'requests' | 'ages'): Near => {
    const near: Near = { answered: [], failed: [] };
    for (const [at, own] of played.entries()) {
      const replay = inOrders[which]?.[at];
      if (replay !== undefined) addNear(near, view, own, replay[what], failures);
    }
    return near;
  };
  return ORDERS.map((order, which) => {
    const { counts, ages, answered, answeredCounts, answeredAges } = replayed(
      view,
      played,
      inOrders[which] ?? [],
    );
    const near: Replayed['near'] = (failures, what) => nearIn(which, failures, what);
    return { order, counts, ages, answered, answeredCounts, answeredAges, near, answeredUntil };
  });
}

/** Adds the requests of a stream that were sent near to one of some failures. */
function addNear(
  near: Near,
  view: LogView,
  { stream, exchanges: { starts, ends } }: Played,
  values: Int32Array | Float64Array,
  failures: readonly Failure[],
): void {
  const own = failures.filter((failure) => streamOf(view, failure) === stream);
  const times = Float64Array.from(own, ({ sentSeconds }) => sentSeconds).sort();
  for (let at = 0; times.length > 0 && at < ends.length; at++) {
    const [value, sent] = [values[at] ?? Number.NaN, starts[at] ?? Number.NaN];
    const isKnown = value > 0 || (value === 0 && values instanceof Float64Array);
    if (!isKnown || !isAnyBetween(times, sent - NEAR_SECONDS, sent + NEAR_SECONDS)) continue;
    near[Number.isNaN(ends[at] ?? Number.NaN) ? 'failed' : 'answered'].push(value);
  }
}

/** How old each connection was when it last answered: as old as the request finds it that finds it youngest. */
function lastAnswers({ starts, ends }: ExchangeTimes, replays: readonly Replay[]): readonly number[] {
  const oldest = new Map<number, number>();
  const [first] = replays;
  for (let at = 0; at < ends.length; at++) {
    if (Number.isNaN(ends[at] ?? Number.NaN)) continue;
    const age = Math.min(...replays.map(({ ages }) => ages[at] ?? Number.NaN));
    const opened = Math.round(1000 * ((starts[at] ?? 0) - (first?.ages[at] ?? Number.NaN)));
    if (age > (oldest.get(opened) ?? 0)) oldest.set(opened, age);
  }
  return [...oldest.values()];
}

/** How many times over connections of the streams of some failures lived, and answered, for longer than so many seconds. */
export function timesOutlived(
  { answeredUntil }: Replayed,
  streams: ReadonlySet<Stream | undefined>,
  untilSeconds: number,
): number {
  let times = 0;
  for (const stream of streams)
    if (stream !== undefined)
      for (const age of answeredUntil(stream)) times += Math.floor(age / untilSeconds);
  return times;
}

type Counted = Omit<Replayed, 'order' | 'answeredUntil' | 'near'>;

function replayed(view: LogView, played: readonly Played[], replays: readonly Replay[]): Counted {
  const counts = new Float64Array(view.failures.length);
  const ages = new Float64Array(view.failures.length).fill(Number.NaN);
  const most = played.reduce((sum, { exchanges }) => sum + exchanges.starts.length, 0);
  const answeredCounts = new Uint32Array(most + 1);
  const answeredAges = new Float64Array(most);
  let [answered, largestCount] = [0, 0];
  for (const [which, { exchanges, bySent }] of played.entries()) {
    const own = replays[which];
    if (own === undefined) continue;
    /** How many failures that were sent at one time have their count. */
    const seen = new Map<number, number>();
    for (let at = 0; at < own.requests.length; at++) {
      const count = own.requests[at] ?? 0;
      if (count === 0) continue;
      const age = own.ages[at] ?? Number.NaN;
      if (!Number.isNaN(exchanges.ends[at] ?? Number.NaN)) {
        answeredCounts[count] = (answeredCounts[count] ?? 0) + 1;
        largestCount = Math.max(largestCount, count);
        answeredAges[answered++] = age;
        continue;
      }
      const sent = exchanges.starts[at] ?? 0;
      const turn = (seen.get(sent) ?? 0) + 1;
      seen.set(sent, turn);
      const failure = bySent.get(sent)?.at(-turn);
      if (failure === undefined) continue;
      counts[failure] = count;
      ages[failure] = age;
    }
  }
  let sortedAges: Float64Array | undefined;
  return {
    counts,
    ages,
    answered,
    answeredCounts: answeredCounts.slice(0, largestCount + 1),
    answeredAges: () => {
      sortedAges ??= sortedSeconds(answeredAges.subarray(0, answered));
      return sortedAges;
    },
  };
}
