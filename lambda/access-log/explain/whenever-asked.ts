import { isAnyBetween } from '../keep-alive/pool.ts';
import type { Failure } from '../tally/failure.ts';
import { groupsOf, type LogView, streamsOfGroup } from './log-view.ts';
import { CLIENT, type RequestKey, ROUTE } from './request-key.ts';
import { streamIndex } from './stream-index.ts';

/** Requests with a longer pause between them are asked on two occasions. */
const ONE_OCCASION_SECONDS = 2;
const FEWEST_OCCASIONS = 3;
/** Of its occasions, what fails whenever it is asked fails on so many. */
const MOST_OCCASIONS = 0.8;
/** Failures of which so many fail whenever they are asked need nothing else to have happened at the time. */
const MOST_FAILURES = 0.75;

/** When the requests of one route or client were sent, in any order, seconds since 1970. */
interface Asked {
  /** Answered and failed ones. */
  readonly all: Float64Array;
  readonly failed: readonly number[];
}

/** Calls `each` with every answered request that is remembered. */
function forEachAnswer(
  view: LogView,
  { ofAnswer }: RequestKey,
  each: (key: number, sentSeconds: number) => void,
): void {
  for (const [, group] of groupsOf(view))
    for (const stream of streamsOfGroup(group)) {
      const { sent, paths, clients } = streamIndex(stream);
      for (let at = 0; at < sent.length; at++)
        each(ofAnswer(paths[at] ?? 0, clients[at] ?? 0), sent[at] ?? 0);
    }
}

/**
 * The requests of each of some routes or clients. They can be nearly all there are, and are counted before they are
 * kept: lists that grow take more than twice the memory.
 */
function askedByKey(view: LogView, key: RequestKey, keys: Iterable<number>): ReadonlyMap<number, Asked> {
  const failed = new Map<number, number[]>();
  for (const own of keys) failed.set(own, []);
  for (const failure of view.failures) failed.get(key.ofFailure(failure))?.push(failure.sentSeconds);
  const counts = new Map([...failed].map(([own, { length }]) => [own, length]));
  forEachAnswer(view, key, (own) => {
    const count = counts.get(own);
    if (count !== undefined) counts.set(own, count + 1);
  });
  const asked = new Map<number, Asked & { kept: number }>();
  for (const [own, sent] of failed) {
    const all = new Float64Array(counts.get(own) ?? 0);
    all.set(sent);
    asked.set(own, { all, failed: sent, kept: sent.length });
  }
  forEachAnswer(view, key, (own, sentSeconds) => {
    const requests = asked.get(own);
    if (requests !== undefined) requests.all[requests.kept++] = sentSeconds;
  });
  return asked;
}

/** Whether requests come on several occasions, and some fail on nearly all of these. */
function failOnMostOccasions({ all, failed }: Asked): boolean {
  const times = all.sort();
  const failures = Float64Array.from(failed).sort();
  let [occasions, failing, begin] = [0, 0, 0];
  for (let at = 0; at < times.length; at++) {
    const [time, next] = [times[at] ?? 0, times[at + 1] ?? Number.POSITIVE_INFINITY];
    if (next - time <= ONE_OCCASION_SECONDS) continue;
    occasions++;
    if (isAnyBetween(failures, times[begin] ?? 0, time)) failing++;
    begin = at + 1;
  }
  return occasions >= FEWEST_OCCASIONS && failing >= MOST_OCCASIONS * occasions;
}

/** How many of some failures each route, or client, has. */
function failuresByKey(failures: readonly Failure[], { ofFailure }: RequestKey): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  for (const failure of failures) {
    const own = ofFailure(failure);
    counts.set(own, (counts.get(own) ?? 0) + 1);
  }
  return counts;
}

const known = new WeakMap<LogView, ReadonlySet<number>>();

/** Clients that fail whenever they ask; looked for once. */
export function clientsThatAlwaysFail(view: LogView): ReadonlySet<number> {
  const clients = known.get(view) ?? clientsThatFail(view);
  known.set(view, clients);
  return clients;
}

function clientsThatFail(view: LogView): ReadonlySet<number> {
  const several = [...failuresByKey(view.failures, CLIENT)].filter(([, count]) => count >= FEWEST_OCCASIONS);
  const asked = askedByKey(
    view,
    CLIENT,
    several.map(([client]) => client),
  );
  return new Set([...asked].filter(([, own]) => failOnMostOccasions(own)).map(([client]) => client));
}

/**
 * Whether nearly all of these failures are of routes, or of clients, that fail whenever they are asked, or ask: a job
 * that comes once an hour fails at such moments alone, whatever the target does then.
 */
export const failWheneverAsked = (view: LogView, failures: readonly Failure[]): boolean =>
  [ROUTE, CLIENT].some((key) => {
    const failuresOf = failuresByKey(failures, key);
    let count = 0;
    for (const [own, asked] of askedByKey(view, key, failuresOf.keys()))
      if (failOnMostOccasions(asked)) count += failuresOf.get(own) ?? 0;
    return count >= MOST_FAILURES * failures.length;
  });
