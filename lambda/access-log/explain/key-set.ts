import { surpriseNats } from '../keep-alive/chance.ts';
import type { Failure } from '../tally/failure.ts';
import type { LogView } from './log-view.ts';

/** Keys beyond this many have hardly a failure each. */
const MOST_KEYS = 1000;

/** What a failure has that others may share: a path, a client, a target. */
export interface Keys {
  /** The key of a failure, `at` its place in the view; undefined where it has none. */
  readonly keyOf: (failure: Failure, at: number) => number | undefined;
  /** Share of all requests that have this key: how often a failure has it that is not due to it. */
  readonly shareOf: (key: number) => number;
  /** How many keys there are to choose from. */
  readonly distinct: number;
  /** A key with fewer failures is no candidate. */
  readonly fewest: number;
  /** What each key costs beside its choice, in nats: where it was held against several stretches of time, say. */
  readonly eachNats?: number;
}

/** Some keys that have far more failures than their share of the requests. */
export interface KeySet {
  readonly keys: ReadonlySet<number>;
  readonly ratios: Float64Array;
  readonly searchedNats: number;
}

interface Scored {
  readonly key: number;
  readonly failures: number;
  readonly share: number;
  readonly gain: number;
}

function scoredKeys(view: LogView, weights: Float64Array, keys: Keys): Scored[] {
  const counts = new Map<number, { weight: number; failures: number }>();
  let whole = 0;
  for (const [at, failure] of view.failures.entries()) {
    const weight = weights[at] ?? 0;
    whole += weight;
    const key = keys.keyOf(failure, at);
    if (key === undefined || weight === 0) continue;
    const known = counts.get(key);
    if (known === undefined) counts.set(key, { weight, failures: 1 });
    else {
      known.weight += weight;
      known.failures++;
    }
  }
  const scored: Scored[] = [];
  for (const [key, { weight, failures }] of counts) {
    if (failures < keys.fewest || weight < 0.5) continue;
    const share = Math.min(1, Math.max(1e-9, keys.shareOf(key)));
    const gain = surpriseNats(weight, whole * share);
    if (gain > 0) scored.push({ key, failures: weight, share, gain });
  }
  return scored.sort((a, b) => b.gain - a.gain).slice(0, MOST_KEYS);
}

/** Logarithm of the number of ways to choose `chosen` of `all`. */
export function chooseNats(all: number, chosen: number): number {
  let nats = 0;
  for (let at = 0; at < chosen; at++) nats += Math.log((Math.max(all, chosen) - at) / (at + 1));
  return nats;
}

/**
 * The set of keys that explains most: each in it is paid for by the number of ways to choose such a set, and by the
 * share that is fitted to it.
 */
export function bestKeySet(view: LogView, weights: Float64Array, keys: Keys): KeySet | null {
  const scored = scoredKeys(view, weights, keys);
  const fittedNats = 0.5 * Math.log(Math.max(2, view.failures.length));
  const costOf = (chosen: number) =>
    chooseNats(Math.max(keys.distinct, scored.length), chosen) +
    (chosen - 1) * fittedNats +
    chosen * (keys.eachNats ?? 0);
  let [best, bestCount, sum] = [0, 0, 0];
  for (const [at, { gain }] of scored.entries()) {
    sum += gain;
    const value = sum - costOf(at + 1);
    if (value > best) [best, bestCount] = [value, at + 1];
  }
  if (bestCount === 0) return null;
  const chosen = scored.slice(0, bestCount);
  const failures = chosen.reduce((all, key) => all + key.failures, 0);
  const ratioOf = new Map(chosen.map((key) => [key.key, key.failures / failures / key.share]));
  const ratios = Float64Array.from(
    view.failures,
    (failure, at) => ratioOf.get(keys.keyOf(failure, at) ?? Number.NaN) ?? 0,
  );
  return { keys: new Set(ratioOf.keys()), ratios, searchedNats: costOf(bestCount) };
}
