import type { RequestCount } from '../model/access-log-summary.ts';
import type { Exchanges } from './exchange-history.ts';
import { chanceOfAtLeast } from './keep-alive/chance.ts';

/** A connection idle for longer than this was most likely closed by one side, and a new one opened. */
const FORGOTTEN_SECONDS = 55;
const FEWEST_FAILURES = 3;
const LARGEST_P_VALUE = 1e-4;
/** Pools that are not strictly last in, first out mix the counts of connections up. */
const LEAST_SHARE = 0.25;
/** Counts may be off by a few where lines of one millisecond change places. */
const SLACK = 0.02;

/** A failed request, and which request of its connection it was. */
export interface CountedFailure {
  readonly requests: number;
  readonly sentSeconds: number;
}

interface Connection {
  requests: number;
  /** Whether it was seen from its first request on. */
  readonly whole: boolean;
  idleSince: number;
}

interface Event {
  readonly at: number;
  readonly exchange: number;
  readonly begins: boolean;
}

function eventsOf({ starts, ends }: Exchanges): Event[] {
  const events: Event[] = [];
  starts.forEach((at, exchange) => {
    events.push({ at, exchange, begins: true });
    const end = ends[exchange] ?? Number.NaN;
    if (!Number.isNaN(end)) events.push({ at: Math.max(end, at), exchange, begins: false });
  });
  return events.sort((a, b) => a.at - b.at || Number(b.begins) - Number(a.begins));
}

/**
 * Plays the exchanges of one node with one target through a pool that takes the connection that became idle last.
 *
 * @param exchanges - pairs of start and end
 * @returns the failures whose connection was seen from its beginning on
 */
export function requestsAtFailure(exchanges: Exchanges): readonly CountedFailure[] {
  const idle: Connection[] = [];
  const taken = new Map<number, Connection>();
  const counts: CountedFailure[] = [];
  let sawFailure = false;
  for (const { at, exchange, begins } of eventsOf(exchanges)) {
    if (!begins) {
      const connection = taken.get(exchange);
      taken.delete(exchange);
      if (connection) idle.push(Object.assign(connection, { idleSince: at }));
      continue;
    }
    let connection = idle.pop();
    if (!connection || at - connection.idleSince > FORGOTTEN_SECONDS)
      connection = { requests: 0, whole: sawFailure || connection !== undefined, idleSince: at };
    connection.requests++;
    if (!Number.isNaN(exchanges.ends[exchange] ?? Number.NaN)) taken.set(exchange, connection);
    else {
      if (connection.whole) counts.push({ requests: connection.requests, sentSeconds: at });
      sawFailure = true;
    }
  }
  return counts;
}

/** The most that a count can be above another to be taken for the same. */
const slackOf = (requests: number): number => Math.max(1, requests * SLACK);

/** Whether a failure came at a limit of requests. */
export const isAtLimit = (failure: CountedFailure, limit: RequestCount): boolean =>
  Math.abs(failure.requests - limit.requests) <= slackOf(limit.requests);

/**
 * The count of requests at which connections fail, where many fail at one: a limit that the server does not announce.
 *
 * @returns null where counts are spread, too few, or one (the first request of a connection is no limit)
 */
export function requestCountOf(counts: readonly number[]): RequestCount | null {
  const sorted = counts.filter((count) => count > 1).sort((a, b) => a - b);
  let best: RequestCount | null = null;
  let end = 0;
  for (let start = 0; start < sorted.length; start++) {
    const low = sorted[start] ?? 0;
    const high = low + slackOf(low);
    while (end < sorted.length && (sorted[end] ?? 0) <= high) end++;
    const hits = end - start;
    if (hits < FEWEST_FAILURES || hits < counts.length * LEAST_SHARE || hits <= (best?.failures ?? 0))
      continue;
    const chance = Math.min(0.9, Math.log((high + 1) / low));
    const byLuck = chanceOfAtLeast(
      hits - 1,
      counts.slice(1).map(() => chance),
    );
    if (byLuck * hits > LARGEST_P_VALUE) continue;
    best = { requests: sorted[start + (hits >> 1)] ?? low, failures: hits, counted: counts.length };
  }
  return best;
}
