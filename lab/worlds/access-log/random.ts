import { randomFrom as numbersFrom } from '../../random.ts';

/** A random source that a seed fixes. */
export interface Random {
  /** In [0, 1). */
  next(): number;
  between(low: number, high: number): number;
  /** Between the two, each order of magnitude as likely. */
  logBetween(low: number, high: number): number;
  /** Seconds to the next event of a Poisson process. */
  exponential(mean: number): number;
  normal(mean: number, deviation: number): number;
  whole(below: number): number;
  pick<T>(of: readonly T[]): T;
  chance(probability: number): boolean;
}

/** The same numbers for the same seed everywhere; neighbouring seeds have nothing in common. */
export function randomFrom(seed: number): Random {
  const next = numbersFrom((seed * 2_654_435_761) >>> 0);
  const between = (low: number, high: number) => low + next() * (high - low);
  return {
    next,
    between,
    logBetween: (low, high) => Math.exp(between(Math.log(low), Math.log(high))),
    exponential: (mean) => -Math.log(1 - next()) * mean,
    normal: (mean, deviation) =>
      mean + deviation * Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    whole: (below) => Math.floor(next() * below),
    pick: (of) => {
      const value = of[Math.floor(next() * of.length)];
      if (value === undefined) throw new Error('nothing to pick from');
      return value;
    },
    chance: (probability) => next() < probability,
  };
}
