import { thousands } from '../../model/thousands.ts';
import { type Failure, mayBeClose } from '../tally/failure.ts';
import { ageStatements, countStatements, type Statement } from './connection-statement.ts';
import type { Candidate, Explain } from './explanation.ts';
import { counted } from './fact-text.ts';
import { type LogView, streamOf } from './log-view.ts';
import { explainedBy, openOdds } from './odds.ts';
import { placeOf } from './place.ts';
import { shareFailingAgain } from './repeated-failures.ts';
import { ORDERS, type Replayed, replaysOf, timesOutlived } from './replayed.ts';

const FEWEST_FAILURES = 3;
/** So many counts and ages are wrong, as the order of a pool is known only nearly: at least, and at most. */
const LEAST_MISCOUNTED = 0.03;
const MOST_MISCOUNTED = 0.25;
/** Of the requests that reach a limit at least this share fails: pools that are not in order mix connections up. */
const LEAST_FAILING = 0.15;
/** A limit fails hardly anything before it: where so much of what fails at it does, it is no limit that fails it. */
const AS_OFTEN_BEFORE = 0.5;
/** Where so many failures are followed by one of the same request, on a new connection, it is the request that fails. */
const MOST_FAILING_AGAIN = 0.3;

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
  return { statement, chance, miscounted, score: scoreOf(known, statement, chance) };
}

const scoreOf = (known: readonly Known[], { holds }: Statement, chance: number): number =>
  known.reduce((sum, { value, weight }) => sum + weight * (holds(value) ? Math.log(1 / chance) : -0.7), 0);

/** Of requests, the share that failed. */
const failedShare = (failed: number, answered: number): number => failed / Math.max(1, failed + answered);

/**
 * The same, held against what was asked at the time, where connections fail about as often before. A target that fails
 * much of what it is asked ends its connections early: all of them are young and have had few requests, those of answered
 * requests too.
 */
function heldNearby(view: LogView, known: readonly Known[], own: Replayed, one: Judged): Judged {
  const { holds, kind } = one.statement;
  const hits = known.filter(({ value, weight }) => weight > 0.3 && holds(value));
  const first = Math.min(...hits.map(({ value }) => value));
  const failures = hits.flatMap(({ at }) => view.failures[at] ?? []);
  const { failed, answered } = own.near(failures, kind === 'connection-requests' ? 'requests' : 'ages');
  const inside = answered.filter(holds).length;
  const isBefore = (value: number) => value < first;
  const before = failedShare(failed.filter(isBefore).length, answered.filter(isBefore).length);
  const chance = inside / (answered.length + 1);
  if (before < AS_OFTEN_BEFORE * failedShare(hits.length, inside) || chance <= one.chance) return one;
  return { ...one, chance, score: scoreOf(known, one.statement, chance) };
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
  const ranked = statements
    .flatMap((statement) => judged(known, own, statement) ?? [])
    .sort((one, other) => other.score - one.score);
  let best: Judged | null = null;
  for (const one of ranked) {
    // What answered requests show nearby can only make it less.
    if (one.score <= (best?.score ?? 0)) break;
    const held = heldNearby(view, known, own, one);
    if (held.score > (best?.score ?? 0)) best = held;
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
