import { thousands } from '../../model/thousands.ts';
import { lowerBound } from '../keep-alive/pool.ts';
import { type Failure, mayBeClose } from '../tally/failure.ts';
import type { Candidate, Explain } from './explanation.ts';
import { counted, seconds } from './fact-text.ts';
import { type LogView, streamOf } from './log-view.ts';
import { type CauseOdds, explainedBy, oddsOf, openOdds } from './odds.ts';
import { placeOf } from './place.ts';
import { shareFailingAgain } from './repeated-failures.ts';
import { ORDERS, type Replayed, replaysOf, timesOutlived } from './replayed.ts';

const FEWEST_FAILURES = 3;
/** Counts may be off by a few where lines of one millisecond change places. */
const SLACK = 0.02;
/** Of a lower limit too many counts are a multiple by luck. */
const LEAST_LIMIT_WITH_MULTIPLES = 10;
const MOST_CANDIDATES = 80;
/** So many counts and ages are wrong, as the order of a pool is known only nearly: at least, and at most. */
const LEAST_MISCOUNTED = 0.03;
const MOST_MISCOUNTED = 0.25;
/** Of the requests that reach a limit at least this share fails: pools that are not in order mix connections up. */
const LEAST_FAILING = 0.15;
/** Where so many failures are followed by one of the same request, on a new connection, it is the request that fails. */
const MOST_FAILING_AGAIN = 0.3;
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
interface Statement {
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

function countStatements(counts: readonly number[]): Statement[] {
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

function ageStatements(ages: readonly number[]): Statement[] {
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

/** A failure that may be a close, and the count or age of its connection. */
interface Known {
  readonly at: number;
  readonly value: number;
  readonly weight: number;
}

interface Judged {
  readonly statement: Statement;
  /** Chance that the statement holds for a request that did not fail because of it. */
  readonly chance: number;
  /** Share of its failures that are miscounted. */
  readonly miscounted: number;
  readonly score: number;
}

function judged(known: readonly Known[], own: Replayed, statement: Statement): Judged | null {
  let hits = 0;
  for (const { value, weight } of known) if (weight > 0.3 && statement.holds(value)) hits++;
  if (hits < FEWEST_FAILURES) return null;
  const inside = statement.answeredIn(own);
  if (hits < LEAST_FAILING * (hits + inside)) return null;
  const chance = (inside + hits) / (own.answered + hits + 1);
  // Counted right, no request beyond a limit is answered.
  const miscounted = Math.min(MOST_MISCOUNTED, Math.max(LEAST_MISCOUNTED, inside / (inside + hits)));
  const hitNats = Math.log(1 / chance);
  let score = 0;
  for (const { value, weight } of known) score += weight * (statement.holds(value) ? hitNats : -0.7);
  return { statement, chance, miscounted, score };
}

/** Where neither count nor age is known nothing is said. */
function ratiosOf(
  view: LogView,
  known: readonly Known[],
  { statement, chance, miscounted }: Judged,
): Float64Array {
  const ratios = Float64Array.from(view.failures, (failure) => (mayBeClose(failure) ? 1 : 0));
  for (const { at, value } of known)
    ratios[at] = statement.holds(value) ? (1 - miscounted) / chance : miscounted;
  return ratios;
}

/**
 * How often connections of the same streams outlived the age at which others failed, if more often than these failed. A
 * close that the node sees in time leaves no line, and what is taken for one connection may then be two; but a limit
 * that is met so often unseen is not met by nearly all failures at the first time.
 */
function timesBeyond(
  view: LogView,
  failures: readonly Failure[],
  own: Replayed,
  untilSeconds: number | undefined,
): number {
  if (untilSeconds === undefined) return 0;
  const times = timesOutlived(own, new Set(failures.map((failure) => streamOf(view, failure))), untilSeconds);
  return times > failures.length ? times : 0;
}

function bestOf(view: LogView, weights: Float64Array, own: Replayed, isCount: boolean): Candidate[] {
  const known = [...(isCount ? own.counts : own.ages)].flatMap((value, at): Known[] =>
    value > 0 || (value === 0 && !isCount) ? [{ at, value, weight: weights[at] ?? 0 }] : [],
  );
  const values = known.filter(({ value, weight }) => value > 0 && weight > 0.3).map(({ value }) => value);
  if (values.length < FEWEST_FAILURES) return [];
  const statements = isCount ? countStatements(values) : ageStatements(values);
  let best: Judged | null = null;
  for (const statement of statements) {
    const one = judged(known, own, statement);
    if (one !== null && one.score > (best?.score ?? 0)) best = one;
  }
  if (best === null) return [];
  const { statement } = best;
  const ratios = ratiosOf(view, known, best);
  const hits = known.filter(({ value, weight }) => weight > 0.3 && statement.holds(value));
  const failures = hits.flatMap(({ at }) => view.failures[at] ?? []);
  const outlived = timesBeyond(view, failures, own, statement.untilSeconds);
  const isAgain = shareFailingAgain(view, failures) >= MOST_FAILING_AGAIN;
  const isOpen = outlived > 0 || isAgain;
  return [
    {
      kind: statement.kind,
      ratios,
      ...(isOpen ? { isDoubtful: true } : {}),
      ...(statement.ageSeconds === undefined ? {} : { ageSeconds: statement.ageSeconds }),
      searchedNats: Math.log(ORDERS.length * Math.max(1, statements.length)),

      statement: (responsible) => {
        const explained = explainedBy(view, responsible);
        const targets = new Set(explained.map(({ target }) => target)).size;
        return {
          fact: [
            `${statement.fact}, on ${counted(targets, 'target')}`,
            ...(outlived === 0
              ? []
              : [`others lived that long ${thousands(outlived)} times over, and were answered`]),
            ...(isAgain ? ['the same request failed again right after, on a new connection'] : []),
          ].join('; '),
          where: placeOf(view, explained),
          causes: isOpen ? openOdds(statement.causes) : statement.causes,
        };
      },
    },
  ];
}

/** Failures are at one count of requests, or at one age, of their connection: a limit that the server does not announce. */
export const explainByConnection: Explain = (view, weights, found = []) => {
  if (!view.failures.some((failure, at) => mayBeClose(failure) && (weights[at] ?? 0) > 0.3)) return [];
  // A connection that its target closed for being idle does not come back: the count begins anew.
  const idleSeconds = new Map(
    found.flatMap(({ idle }) => (idle === undefined ? [] : [[idle.group, idle.estimate.seconds] as const])),
  );
  return replaysOf(view, idleSeconds).flatMap((own) => [
    ...bestOf(view, weights, own, true),
    // Where connections are used once and then idle, their age is the idle time that was found.
    ...(idleSeconds.size > 0 ? [] : bestOf(view, weights, own, false)),
  ]);
};
