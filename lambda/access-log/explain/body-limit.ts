import type { Failure } from '../tally/failure.ts';
import type { LargeBody } from '../tally/large-bodies.ts';
import type { LogView } from './log-view.ts';
import { rankSum } from './rank-sum.ts';

/** How many of those above a limit fail at least, if it holds for all: the answer may come before the reset. */
const NEARLY_ALL = 0.8;
/**
 * A body of up to ten segments, TCP's first flight, is there before a server can answer: that only some of those above a
 * limit fail is less likely than with a larger one.
 */
const FIRST_FLIGHT_BYTES = 14_600;
const SOME_SMALL = 0.8;
/** Of requests as large, fewer than these failing are some of them only. */
const HALF = 0.5;
/** What a limit then has of its probability at most, and at least, where something else agrees better. */
const MOST_OF_SOME = 0.75;
const LEAST_OF_SOME = 0.5;
/** Sizes that differ by so many standard deviations hardly do so by lot. */
const NOT_BY_LOT = 2;
/** Below a limit hardly anything fails. */
const MANY_SMALLER = 0.1;

/** Whether many of the failures on the routes of these have a smaller body. */
export function failSmallerToo(view: LogView, bytes: number, failures: readonly Failure[]): boolean {
  const routes = new Set(failures.map(({ route }) => route));
  const withBody = view.failures.filter(({ route, bodyBytes }) => bodyBytes > 0 && routes.has(route));
  const smaller = withBody.filter(({ bodyBytes }) => bodyBytes < bytes).length;
  return smaller > MANY_SMALLER * withBody.length;
}

/** Whether one client sent more than half of these: then it may be what it sends. */
function areOfOneClient(failures: readonly Failure[]): boolean {
  const counts = new Map<number, number>();
  for (const { client } of failures) counts.set(client, (counts.get(client) ?? 0) + 1);
  return Math.max(...counts.values()) > failures.length / 2;
}

/** Which answered requests have as large a body as these failures, at the time, on the same routes and targets. */
function isAsLarge(bytes: number, failures: readonly Failure[]): (body: LargeBody) => boolean {
  const routes = new Set(failures.map(({ packedPath }) => packedPath >>> 16));
  const targets = new Set(failures.map(({ target }) => target));
  const times = failures.map(({ endSeconds }) => endSeconds).sort((a, b) => a - b);
  const [first = 0, last = 0] = [times[0], times.at(-1)];
  return (body) =>
    body.bytes >= bytes &&
    body.endSeconds >= first &&
    body.endSeconds <= last &&
    targets.has(body.target) &&
    routes.has(body.packedPath >>> 16);
}

/**
 * Whether bodies that failed are larger than those above the size that were answered (rank sum of Mann and Whitney):
 * where each byte may break off, the largest fail most often; of those above a limit all fail alike.
 */
function areLargerThanAnswered({ tally }: LogView, bytes: number, failures: readonly Failure[]): boolean {
  const large = failures.filter(({ bodyBytes }) => bodyBytes >= bytes);
  const answered = tally.largeBodies.bytesOf(isAsLarge(bytes, large));
  const { above, variance } = rankSum(
    large.map(({ bodyBytes }) => bodyBytes),
    answered,
  );
  return above > NOT_BY_LOT * Math.sqrt(variance);
}

/** How what was answered agrees with a limit of the size of bodies. */
export interface Agreement {
  /** Of requests with as large a body as those that failed, the share that failed. */
  readonly failedShare: number;
  /** 1 where a limit fails as large a share, less where it would fail more. */
  readonly share: number;
}

/**
 * A server may refuse the large bodies of some clients, as of those who are not signed in; but of one client it refuses
 * all or none.
 */
export function agreementWithLimit(view: LogView, bytes: number, failures: readonly Failure[]): Agreement {
  const large = failures.filter(({ bodyBytes }) => bodyBytes >= bytes);
  const failed = (large.length * view.tally.elb502) / view.failures.length;
  const failedShare = failed / Math.max(1, failed + view.tally.largeBodies.count(isAsLarge(bytes, large)));
  if (failedShare >= NEARLY_ALL) return { failedShare, share: 1 };
  if (areOfOneClient(large)) return { failedShare, share: failedShare / NEARLY_ALL };
  return { failedShare, share: bytes < FIRST_FLIGHT_BYTES ? SOME_SMALL : 1 };
}

/**
 * How much of the probability of a limit stays. A limit answers none of the larger bodies, or those of some clients only.
 * Where most as large are answered, and those that fail have the more bytes, any byte may break off.
 */
export function limitStays(
  view: LogView,
  bytes: number,
  failures: readonly Failure[],
  { failedShare, share }: Agreement,
): number {
  if (failedShare >= HALF || !areLargerThanAnswered(view, bytes, failures)) return share;
  return Math.min(share, LEAST_OF_SOME + (MOST_OF_SOME - LEAST_OF_SOME) * (failedShare / HALF));
}
