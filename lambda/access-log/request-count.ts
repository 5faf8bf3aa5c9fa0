import type { RequestCount } from '../model/access-log-summary.ts';
import type { Exchanges } from './exchange-history.ts';
import { chanceOfAtLeast } from './keep-alive/chance.ts';

/** A connection idle for longer than this was most likely closed by one side, and a new one opened. */
const FORGOTTEN_SECONDS = 55;
const FEWEST_FAILURES = 3;
const LARGEST_P_VALUE = 1e-4;
/** Pools that are not strictly last in, first out mix the counts of connections up. */
const LEAST_SHARE = 0.25;
/**
 * A connection that reaches a limit fails, one that reaches a count at which others happened to fail mostly does not.
 * Not near 1, because pools that are not strictly last in, first out mix connections up.
 */
const LEAST_FAILING = 0.1;
/** Counts may be off by a few where lines of one millisecond change places. */
const SLACK = 0.02;

/** A failed request, and which request of its connection it was. */
export interface CountedFailure {
  readonly requests: number;
  readonly sentSeconds: number;
}

/** Which request of its connection each exchange was, of connections that were seen from their beginning on. */
export interface Counts {
  readonly failures: readonly CountedFailure[];
  /** How many requests were answered, by their number on their connection. */
  readonly answered: ReadonlyMap<number, number>;
}

interface Connection {
  requests: number;
  /** Whether it was seen from its first request on. */
  readonly whole: boolean;
  idleSince: number;
}

/** Numbers of exchanges in the order of a time, those without one left out. */
function inOrderOf(times: Float64Array): Uint32Array {
  const known = Uint32Array.from(times.keys()).filter(
    (exchange) => !Number.isNaN(times[exchange] ?? Number.NaN),
  );
  return known.sort((a, b) => (times[a] ?? 0) - (times[b] ?? 0));
}

/** Begins and ends of exchanges in the order of time; where they are at one time, the begins first. */
function* eventsOf({
  starts,
  ends,
}: Exchanges): Generator<{ at: number; exchange: number; begins: boolean }> {
  const given = ends.map((end, exchange) => Math.max(end, starts[exchange] ?? end));
  const [begun, ended] = [inOrderOf(starts), inOrderOf(given)];
  let next = 0;
  for (const exchange of begun) {
    const at = starts[exchange] ?? 0;
    for (; next < ended.length && (given[ended[next] ?? 0] ?? 0) < at; next++)
      yield { at: given[ended[next] ?? 0] ?? 0, exchange: ended[next] ?? 0, begins: false };
    yield { at, exchange, begins: true };
  }
  for (; next < ended.length; next++)
    yield { at: given[ended[next] ?? 0] ?? 0, exchange: ended[next] ?? 0, begins: false };
}

/**
 * Plays the exchanges of one node with one target through a pool that takes the connection that became idle last.
 *
 * @param exchanges - pairs of start and end
 */
export function requestsByConnection(exchanges: Exchanges): Counts {
  const idle: Connection[] = [];
  const taken = new Map<number, Connection>();
  const failures: CountedFailure[] = [];
  const answered = new Map<number, number>();
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
    const { requests, whole } = connection;
    if (!Number.isNaN(exchanges.ends[exchange] ?? Number.NaN)) {
      taken.set(exchange, connection);
      if (whole) answered.set(requests, (answered.get(requests) ?? 0) + 1);
    } else {
      if (whole) failures.push({ requests, sentSeconds: at });
      sawFailure = true;
    }
  }
  return { failures, answered };
}

/** The most that a count can be above another to be taken for the same. */
const slackOf = (requests: number): number => Math.max(1, requests * SLACK);

/** Of a lower limit too many counts are a multiple by luck. */
const LEAST_LIMIT_WITH_MULTIPLES = 10;

/**
 * Whether a count is at a limit. Where a node sees the end of a connection before it is used again nothing fails, and
 * the count goes on: then the next failure is at a multiple.
 *
 * @param first - the count at which the first request beyond the limit fails
 */
function isBeyond(count: number, first: number): boolean {
  const limit = first - 1;
  const turns = limit < LEAST_LIMIT_WITH_MULTIPLES ? 1 : Math.floor((count - 1) / limit);
  const beyond = count - 1 - turns * limit;
  return turns >= 1 && beyond >= 0 && beyond <= slackOf(count);
}

/** Whether a failure came at a limit of requests. */
export const isAtLimit = (failure: CountedFailure, { requests }: RequestCount): boolean =>
  // The middle of the counts that were seen: the first of them may be lower.
  isBeyond(failure.requests, requests) || isBeyond(failure.requests + slackOf(failure.requests), requests);

function answeredBeyond(seen: readonly Counts[], first: number): number {
  let sum = 0;
  for (const { answered } of seen)
    for (const [count, times] of answered) if (isBeyond(count, first)) sum += times;
  return sum;
}

/** Chance that a failure is at the limit though there is none. */
function chanceBeyond(first: number): number {
  const width = Math.floor(slackOf(first)) + 1;
  const nearFirst = Math.log((first + width) / first);
  return Math.min(
    0.9,
    first - 1 < LEAST_LIMIT_WITH_MULTIPLES ? nearFirst : Math.max(nearFirst, width / (first - 1)),
  );
}

/**
 * The count of requests at which connections fail, where many fail at one or at its multiples: a limit that the server
 * does not announce.
 *
 * @returns null where counts are spread, too few, or one (the first request of a connection is no limit)
 */
export function requestCountOf(seen: readonly Counts[]): RequestCount | null {
  const counts = seen.flatMap(({ failures }) => failures.map(({ requests }) => requests));
  const candidates = [...new Set(counts)].filter((count) => count > 1).sort((a, b) => a - b);
  let best: RequestCount | null = null;
  for (const first of candidates) {
    const hits = counts.filter((count) => isBeyond(count, first));
    if (hits.length < Math.max(FEWEST_FAILURES, counts.length * LEAST_SHARE)) continue;
    if (hits.length <= (best?.failures ?? 0)) continue;
    const chance = chanceBeyond(first);
    const byLuck = chanceOfAtLeast(
      hits.length - 1,
      counts.slice(1).map(() => chance),
    );
    if (byLuck * candidates.length > LARGEST_P_VALUE) continue;
    if (hits.length < LEAST_FAILING * (hits.length + answeredBeyond(seen, first))) continue;
    const near = hits.filter((count) => count <= first + slackOf(first)).sort((a, b) => a - b);
    best = { requests: near[near.length >> 1] ?? first, failures: hits.length, counted: counts.length };
  }
  return best;
}
