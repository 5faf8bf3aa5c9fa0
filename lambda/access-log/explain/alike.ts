import type { Failure } from '../tally/failure.ts';
import { LEAST_GAIN_NATS } from './formula.ts';
import { haveLargerBodies } from './larger-bodies.ts';
import type { LogView } from './log-view.ts';
import type { Form } from './path-name.ts';
import { keysAtTimeout } from './timeout-sign.ts';
import { gainOfTwoRates, type Trials, together } from './two-rates.ts';

/** Of a failure with less something else was found to be the reason. */
const LEAST_WEIGHT = 0.3;
/** What one of two kinds costs for each path, in nats: chance alone makes paths differ somewhat. */
const EACH_NATS = Math.LN2;

/** A path, its failures, and how many requests for it there are for these. */
interface PathFailures {
  readonly key: number;
  readonly failures: readonly Failure[];
  readonly requests: number;
}

type Paths = readonly PathFailures[];

const sumOf = (trials: readonly Trials[]): Trials => trials.reduce(together, { hits: 0, of: 0 });

const gainOf = (one: readonly Trials[], other: readonly Trials[]): number =>
  gainOfTwoRates(sumOf(one), sumOf(other));

/** Splits paths in two; null where they are all of one kind. */
type Split = (view: LogView, paths: Paths) => readonly [Paths, Paths] | null;

function parted(paths: Paths, isOne: (path: PathFailures) => boolean): readonly [Paths, Paths] | null {
  const [one, other] = [paths.filter(isOne), paths.filter((path) => !isOne(path))];
  return one.length > 0 && other.length > 0 ? [one, other] : null;
}

const isClear = (gain: number, paths: Paths): boolean => gain > LEAST_GAIN_NATS + EACH_NATS * paths.length;

/** What failed before it reached a target, what a target answered badly, and what a function says of itself. */
const OWN_MANNERS = ['neverDispatched', 'answeredBadly', 'lambda'] as const;

/** Failures of one target and moment count once. */
const bySignature: Split = ({ momentWeights, failures: all }, paths) => {
  const weightOf = new Map(all.map((failure, at) => [failure, momentWeights[at] ?? 1]));
  for (const manner of OWN_MANNERS) {
    const trialsOf = ({ failures }: PathFailures): Trials =>
      sumOf(
        failures.map((failure) => {
          const weight = weightOf.get(failure) ?? 1;
          return { hits: failure.signature === manner ? weight : 0, of: weight };
        }),
      );
    const parts = parted(paths, (path) => {
      const { hits, of } = trialsOf(path);
      return hits > of / 2;
    });
    if (parts === null) continue;
    if (isClear(gainOf(parts[0].map(trialsOf), parts[1].map(trialsOf)), paths)) return parts;
  }
  return null;
};

const byTimeout: Split = (view, paths) => {
  const keyOf = new Map(paths.flatMap(({ key, failures }) => failures.map((failure) => [failure, key])));
  const late = keysAtTimeout(view, [...keyOf.keys()], (failure) => keyOf.get(failure) ?? 0);
  return parted(paths, ({ key }) => late.has(key));
};

const bySize: Split = (view, paths) => parted(paths, ({ failures }) => haveLargerBodies(view, failures));

/** Paths that mostly fail, and such as fail now and then. */
const byRate: Split = (_view, paths) => {
  const trialsOf = ({ failures, requests }: PathFailures): Trials => ({
    hits: failures.length,
    of: Math.max(failures.length, requests),
  });
  const ordered = paths
    .map((path) => ({ path, trials: trialsOf(path) }))
    .sort((a, b) => b.trials.hits / b.trials.of - a.trials.hits / a.trials.of);
  let [best, bestAt] = [0, 0];
  for (let at = 1; at < ordered.length; at++) {
    const [high, low] = [ordered.slice(0, at), ordered.slice(at)].map((part) =>
      part.map(({ trials }) => trials),
    );
    const gain = gainOf(high ?? [], low ?? []);
    if (gain > best) [best, bestAt] = [gain, at];
  }
  if (!isClear(best, paths)) return null;
  const [high, low] = [ordered.slice(0, bestAt), ordered.slice(bestAt)];
  return [high.map(({ path }) => path), low.map(({ path }) => path)];
};

const SPLITS: readonly Split[] = [bySignature, byTimeout, bySize, byRate];

function split(view: LogView, paths: Paths, ways: readonly Split[]): readonly Paths[] {
  for (const way of paths.length < 2 ? [] : ways) {
    const parts = way(view, paths);
    if (parts !== null) return parts.flatMap((part) => split(view, part, ways));
  }
  return [paths];
}

/** So many paths, and this part of all that there are, are no paths of their own: it is the rest that never fails. */
const SEVERAL_PATHS = 4;
const MOST_PATHS = 0.5;

/** Whether so many paths are most of those that there are. */
export const areMostPaths = (view: LogView, { countsOf }: Form, paths: number): boolean =>
  paths >= SEVERAL_PATHS && paths >= MOST_PATHS * countsOf(view).distinct();

/**
 * Divides paths that fail into such as fail alike: before or after they reach a target, at a timeout, for the size of
 * what is sent, mostly or now and then. Two that fail in different ways have different reasons.
 *
 * @param weights - how much of each failure is still to be explained
 */
export function failAlike(
  view: LogView,
  weights: Float64Array,
  form: Form,
  keys: ReadonlySet<number>,
): readonly ReadonlySet<number>[] {
  const failuresOf = new Map<number, Failure[]>([...keys].map((key) => [key, []]));
  for (const [at, failure] of view.failures.entries())
    if ((weights[at] ?? 0) > LEAST_WEIGHT) failuresOf.get(form.keyOf(failure))?.push(failure);
  const counts = form.countsOf(view);
  // As many requests for each failure that was looked at as there are for all.
  const scale = view.failures.length / Math.max(1, view.tally.elb502);
  const paths = [...failuresOf].map(
    ([key, failures]): PathFailures => ({
      ...{ key, failures },
      requests: counts.count(key) * scale,
    }),
  );
  const ways = areMostPaths(view, form, paths.length) ? SPLITS.filter((way) => way !== byRate) : SPLITS;
  return split(view, paths, ways).map((part) => new Set(part.map(({ key }) => key)));
}
