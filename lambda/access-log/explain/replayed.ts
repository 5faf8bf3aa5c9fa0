import { mayBeClose } from '../tally/failure.ts';
import type { Stream } from '../tally/target-tally.ts';
import { type LogView, streamOf } from './log-view.ts';
import { type PoolOrder, replay } from './replay.ts';

/** Which connection a node takes is not known: both are tried. */
export const ORDERS: readonly PoolOrder[] = ['last-in-first-out', 'first-in-first-out'];
/** Exchanges that are replayed: those of the streams with most failures. */
const MOST_EXCHANGES = 20_000;

/** Failures and answered requests whose connection was seen from its beginning, in one order of the pool. */
export interface Replayed {
  readonly order: PoolOrder;
  /** Of each failure of the view its count and age; 0 and NaN where they are not known. */
  readonly counts: Float64Array;
  readonly ages: Float64Array;
  readonly answered: number;
  /** How many of the answered requests had which count. */
  readonly answeredCounts: ReadonlyMap<number, number>;
  /** Of the answered requests, sorted. */
  readonly answeredAges: Float64Array;
}

/** Seconds after which a group closes idle connections, by its number; absent where nothing says so. */
export type IdleSeconds = ReadonlyMap<number, number>;

const known = new WeakMap<LogView, Map<string, readonly Replayed[]>>();

/** The replays of a view in each order; made once, for the failures are looked at again and again. */
export function replaysOf(view: LogView, idleSeconds: IdleSeconds): readonly Replayed[] {
  const ofView = known.get(view) ?? new Map<string, readonly Replayed[]>();
  known.set(view, ofView);
  const key = [...idleSeconds].join(' ');
  const replays = ofView.get(key) ?? ORDERS.map((order) => replayed(view, order, idleSeconds));
  ofView.set(key, replays);
  return replays;
}

function replayed(view: LogView, order: PoolOrder, idleSeconds: IdleSeconds): Replayed {
  const { failures } = view;
  const counts = new Float64Array(failures.length);
  const ages = new Float64Array(failures.length).fill(Number.NaN);
  const places = new Map<Stream, Map<number, number[]>>();
  const groups = new Map<Stream, number>();
  for (const [at, failure] of failures.entries()) {
    const stream = mayBeClose(failure) ? streamOf(view, failure) : undefined;
    if (stream === undefined) continue;
    const bySent = places.get(stream) ?? new Map<number, number[]>();
    places.set(stream, bySent);
    groups.set(stream, failure.group);
    const own = bySent.get(failure.sentSeconds);
    if (own) own.push(at);
    else bySent.set(failure.sentSeconds, [at]);
  }
  const answeredCounts = new Map<number, number>();
  const answeredAges: number[] = [];
  let left = MOST_EXCHANGES;
  const ordered = [...places].sort(([one], [other]) => other.failures - one.failures);
  for (const [stream, bySent] of ordered) {
    const exchanges = stream.history.exchanges();
    if (left <= 0) break;
    left -= exchanges.starts.length;
    const own = replay(exchanges, order, idleSeconds.get(groups.get(stream) ?? -1));
    for (let at = 0; at < own.requests.length; at++) {
      const count = own.requests[at] ?? 0;
      if (count === 0) continue;
      const age = own.ages[at] ?? Number.NaN;
      if (!Number.isNaN(exchanges.ends[at] ?? Number.NaN)) {
        answeredCounts.set(count, (answeredCounts.get(count) ?? 0) + 1);
        answeredAges.push(age);
        continue;
      }
      const failure = bySent.get(exchanges.starts[at] ?? 0)?.pop();
      if (failure === undefined) continue;
      counts[failure] = count;
      ages[failure] = age;
    }
  }
  return {
    order,
    counts,
    ages,
    answered: answeredAges.length,
    answeredCounts,
    answeredAges: Float64Array.from(answeredAges).sort(),
  };
}
