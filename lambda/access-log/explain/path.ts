import type { Failure } from '../tally/failure.ts';
import { areMostPaths, failAlike } from './alike.ts';
import type { Candidate, Explain, Statement } from './explanation.ts';
import { percent, seconds } from './fact-text.ts';
import { bestKeySet, type KeySet } from './key-set.ts';
import { haveLargerBodies } from './larger-bodies.ts';
import { type LogView, weightsByMoment } from './log-view.ts';
import { type CauseOdds, explainedBy, oddsOf, openOdds, signatureSharesOf } from './odds.ts';
import { keepsToPaths, relativeDemandOf } from './path-controls.ts';
import { FORMS, type Form, namesOf, shownNames } from './path-name.ts';
import { placeOf } from './place.ts';
import { timeoutSignOfRoutes } from './timeout-sign.ts';
import { type OfPaths, workInProgressOf } from './work-in-progress.ts';

const FEWEST_FAILURES = 3;
/** A busy path that fails more rarely than this may be where most pauses are, rather than what fails. */
const RARELY = 0.02;
const BUSY_SHARE = 0.05;
/**
 * A path that fails as rarely is mostly answered well, so something must come with its failures that is not the path.
 * Until there are so many, nothing of the kind is found: what one in ten requests has gains 2.3 nats a failure, and must
 * gain some 23, of which a search takes 14.
 */
const FEWEST_TO_TELL = 10;

/**
 * What can be wrong with a path: its answer breaks the rules or is too large, or its work takes until something ends
 * it. Of 81 published incidents two each were malformed and oversized; the log shows both alike. Of logs that look like
 * either, 97 in 100 were one of the two (`npm run bench -- outside`), so these have 0.94 together.
 */
function causesOf(
  view: LogView,
  failures: readonly Failure[],
  responsible: Float64Array,
  isRare: boolean,
): CauseOdds {
  const look = signatureSharesOf(view, responsible);
  if (look.neverDispatched > 0.5)
    return oddsOf([
      ['connection-refused', 0.3],
      ['network-path', 0.15],
    ]);
  const timeout = timeoutSignOfRoutes(view, failures);
  if (timeout === 'likely')
    return oddsOf([
      ['worker-timeout', 0.78],
      ['malformed-response', 0.12],
      ['response-header-too-large', 0.04],
    ]);
  if (timeout === 'possible')
    return oddsOf([
      ['worker-timeout', 0.42],
      ['malformed-response', 0.38],
      ['response-header-too-large', 0.1],
    ]);
  if (isRare)
    return oddsOf([
      ['malformed-response', 0.55],
      ['keepalive-mismatch', 0.15],
      ['response-header-too-large', 0.08],
    ]);
  const mayBeKilled = look.midRequest > 0.5;
  return oddsOf([
    ['malformed-response', 0.79],
    ['response-header-too-large', mayBeKilled ? 0.12 : 0.15],
    ['worker-timeout', mayBeKilled ? 0.05 : 0.01],
    ['target-crash', 0.02],
  ]);
}

const failuresOf = ({ failures }: LogView, { keyOf }: Form, keys: ReadonlySet<number>): readonly Failure[] =>
  failures.filter((failure) => keys.has(keyOf(failure)));

/** What has no more failures than this for its part of the requests, and mostly is answered, may be where requests are. */
const HARDLY_MORE = 2;
const MOSTLY = 0.5;

/** Paths of a set, with all failures on them. */
export interface Paths extends OfPaths {
  readonly failures: readonly Failure[];
  /** Said of the requests that are meant, if not all for these paths are. */
  readonly when: string;
}

/** The paths of a set, and all requests for them. */
export function pathsOf(view: LogView, form: Form, { keys, searchedNats }: KeySet): Paths {
  const counts = form.countsOf(view);
  // As answered requests are known to be for them.
  const packedOf = (packed: number) => (form.isRoute ? packed >>> 16 : packed);
  const failures = failuresOf(view, form, keys);
  const own = new Set(failures.map(({ packedPath }) => packedOf(packedPath)));
  return {
    isOfPaths: (packedPath) => own.has(packedOf(packedPath)),
    requests: [...keys].reduce((sum, key) => sum + counts.count(key), 0),
    searchedNats,
    failures,
    when: '',
  };
}

/** Whether one of several clients sent all of these. */
const areOfOneClient = ({ tally }: LogView, failures: readonly Failure[]): boolean =>
  failures.length >= FEWEST_FAILURES &&
  tally.clients.distinct() > 1 &&
  new Set(failures.map(({ client }) => client)).size === 1;

function ofPaths(view: LogView, form: Form, paths: Paths, responsible: Float64Array): Statement {
  const { requests, failures: all, when } = paths;
  const mostlyDue = explainedBy(view, responsible);
  // A busy path that fails somewhat more often than others has no failure that is mostly due to it.
  const failures = mostlyDue.length > 0 ? mostlyDue : all;
  const names = namesOf(view, failures, form);
  const scale = view.tally.elb502 / Math.max(1, view.failures.length);
  const due = responsible.reduce((sum, part) => sum + part, 0);
  const rate = Math.min(1, (due * scale) / Math.max(1, requests));
  const isBusy = requests > BUSY_SHARE * view.tally.requests;
  // What one thing may have ended at one moment is one failure.
  const dueOnce = weightsByMoment(view, responsible).reduce((sum, part) => sum + part, 0);
  const areFew = dueOnce * scale < FEWEST_TO_TELL;
  const isHardlyMore = due < (HARDLY_MORE * requests * view.failures.length) / view.tally.requests;
  const isRare =
    mostlyDue.length === 0 ||
    (rate < RARELY && (isBusy || areFew)) ||
    (rate < MOSTLY && (isHardlyMore || areMostPaths(view, form, new Set(all.map(form.keyOf)).size)));
  const times = failures.map(({ targetSeconds }) => targetSeconds).sort((a, b) => a - b);
  const median = times[times.length >> 1] ?? 0;
  const worked = median >= 0.1 ? `, after ${seconds(median)} of work (median)` : '';
  return {
    fact: `are requests for ${shownNames(names)}${when}, ${percent(requests / view.tally.requests)} of all requests; ${percent(rate)} of them fail${worked}${areOfOneClient(view, failures) ? '; all are of one client' : ''}`,
    where: { ...placeOf(view, failures), path: names.length === 1 ? (names[0]?.path ?? null) : null },
    causes: causesOf(view, failures, responsible, isRare),
  };
}

/** How far paths that fail are more than those which are asked for at such times, whatever fails. */
function atSuchTimes(
  view: LogView,
  ratios: Float64Array,
  { failures, isOfPaths, requests, searchedNats }: Paths,
): Float64Array {
  const share = requests / view.tally.requests;
  const more = relativeDemandOf(view, failures, isOfPaths, share);
  if (more === 1 || keepsToPaths(view, failures, more * share, searchedNats)) return ratios;
  return ratios.map((ratio) => ratio / more);
}

/** The statement, with its cause left open where it is no more than what was in progress. */
function ofWorkInProgress(statement: Statement, share: number): Statement {
  return {
    ...statement,
    fact: `${statement.fact}; ${percent(share)} of all work in progress is theirs, so work that ends at random looks much the same`,
    causes: openOdds(statement.causes),
  };
}

/** The statement, with its cause left open where an upload may break off at any byte. */
const ofLargerBodies = (statement: Statement): Statement => ({
  ...statement,
  fact: `${statement.fact}; those that fail have larger bodies than those that are answered, so the upload may break off`,
  causes: openOdds(statement.causes),
});

/**
 * What is said of paths that fail.
 *
 * @param left - how much of each failure was still to be explained when they were found
 */
export function pathStatement(
  view: LogView,
  form: Form,
  paths: Paths,
  left: Float64Array,
): (responsible: Float64Array) => Statement {
  return (responsible) => {
    const statement = ofPaths(view, form, paths, responsible);
    if (statement.causes[0]?.cause !== 'malformed-response') return statement;
    const share = workInProgressOf(view, left, paths);
    if (share !== null) return ofWorkInProgress(statement, share);
    return haveLargerBodies(view, paths.failures) ? ofLargerBodies(statement) : statement;
  };
}

/** Failures keep to few paths or routes. */
export const explainByPath: Explain = (view, weights) =>
  FORMS.flatMap((form): Candidate[] => {
    const counts = form.countsOf(view);
    const setOf = (concerns: (key: number) => boolean) =>
      bestKeySet(view, weights, {
        keyOf: (failure) => {
          const key = form.keyOf(failure);
          return concerns(key) ? key : undefined;
        },
        shareOf: (key) => counts.count(key) / view.tally.requests,
        distinct: counts.distinct(),
        fewest: FEWEST_FAILURES,
      });
    const set = setOf(() => true);
    if (set === null) return [];
    const alike = failAlike(view, weights, form, set.keys);
    // As it is now: it changes once something is explained.
    const left = weights.slice();
    const parts = alike.length === 1 ? [set] : alike.map((keys) => setOf((key) => keys.has(key)));
    return parts.flatMap((part): Candidate[] => {
      if (part === null) return [];
      const paths = pathsOf(view, form, part);
      return [
        {
          kind: 'path',
          ratios: atSuchTimes(view, part.ratios, paths),
          // Both forms are tried.
          searchedNats: part.searchedNats + Math.LN2,
          statement: pathStatement(view, form, paths, left),
        },
      ];
    });
  });
