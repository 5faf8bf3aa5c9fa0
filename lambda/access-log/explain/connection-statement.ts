import { lowerBound } from '../keep-alive/pool.ts';
import { seconds } from './fact-text.ts';
import { type CauseOdds, oddsOf } from './odds.ts';
import type { Replayed } from './replayed.ts';

/** Counts may be off by a few where lines of one millisecond change places. */
const SLACK = 0.02;
/** Of a lower limit too many counts are a multiple by luck. */
const LEAST_LIMIT_WITH_MULTIPLES = 10;
const MOST_CANDIDATES = 80;
/** Ages that are no property of a connection: the first request of one is as old as its round trip. */
const SHORTEST_AGE_SECONDS = 1;
const AGE_SLACK_SECONDS = 1;

/** The most that a count can be above another to be taken for the same. */
const slackOf = (count: number): number => Math.max(1, count * SLACK);

/**
 * Whether a count is at a limit. Where a node sees the end of a connection before it is used again nothing fails, and
 * the count goes on: then the next failure is at a multiple.
 *
 * @param first - the count at which the first request beyond the limit fails
 */
function isAtLimit(count: number, first: number): boolean {
  const limit = first - 1;
  const turns = limit < LEAST_LIMIT_WITH_MULTIPLES ? 1 : Math.floor((count - 1) / limit);
  const beyond = count - 1 - turns * limit;
  return turns >= 1 && beyond >= 0 && beyond <= slackOf(count);
}

/** A statement about connections: which of their counts or ages it holds for. */
export interface Statement {
  readonly kind: 'connection-requests' | 'connection-age';
  readonly holds: (value: number) => boolean;
  /** For how many answered requests it holds. */
  readonly answeredIn: (replayed: Replayed) => number;
  readonly fact: string;
  readonly causes: CauseOdds;
  /** From when on it holds, and until when; absent where it is about a count, or holds for all that are older. */
  readonly ageSeconds?: number;
  readonly untilSeconds?: number;
}

const LIMIT = oddsOf([
  ['requests-per-connection-limit', 0.96],
  ['keepalive-mismatch', 0.02],
]);
/**
 * The second request is the first one on a connection that was idle: where connections are seldom used again, an idle
 * race fails there too.
 */
const LIMIT_OF_ONE = oddsOf([
  ['requests-per-connection-limit', 0.5],
  ['keepalive-mismatch', 0.42],
]);

function thinned(values: readonly number[]): number[] {
  const distinct = [...new Set(values)].sort((a, b) => a - b);
  const step = Math.max(1, Math.ceil(distinct.length / MOST_CANDIDATES));
  return distinct.filter((_, at) => at % step === 0);
}

/** One for each count that failures have. */
export function countStatements(counts: readonly number[]): Statement[] {
  return thinned(counts.filter((count) => count > 1)).map((first) => ({
    kind: 'connection-requests',
    holds: (count) => isAtLimit(count, first),
    answeredIn: ({ answeredCounts }) => {
      let inside = 0;
      for (let count = first; count < answeredCounts.length; count++)
        if (isAtLimit(count, first)) inside += answeredCounts[count] ?? 0;
      return inside;
    },
    fact: `are about request ${first} of their connection`,
    causes: first === 2 ? LIMIT_OF_ONE : LIMIT,
  }));
}

/** Two for each age: all that are older, and those of about this age. */
export function ageStatements(ages: readonly number[]): Statement[] {
  return thinned(
    ages.filter((age) => age >= SHORTEST_AGE_SECONDS).map((age) => Math.floor(age * 10) / 10),
  ).flatMap((low): Statement[] => {
    const high = low * (1 + SLACK) + AGE_SLACK_SECONDS;
    return [
      {
        kind: 'connection-age',
        holds: (age) => age >= low,
        answeredIn: ({ answered, answeredAges }) => answered - lowerBound(answeredAges(), low),
        fact: `are on connections older than ${seconds(low)}`,
        causes: LIMIT,
        ageSeconds: low,
      },
      {
        kind: 'connection-age',
        holds: (age) => age >= low && age <= high,
        answeredIn: ({ answeredAges }) => lowerBound(answeredAges(), high) - lowerBound(answeredAges(), low),
        fact: `are on connections that are ${seconds(low)} to ${seconds(high)} old`,
        causes: LIMIT,
        ageSeconds: low,
        untilSeconds: high,
      },
    ];
  });
}
