/** A random source that a seed fixes. */
export interface Random {
  /** In [0, 1). */
  next(): number;
  between(low: number, high: number): number;
  /** Seconds to the next event of a Poisson process. */
  exponential(mean: number): number;
  normal(mean: number, deviation: number): number;
  whole(below: number): number;
  pick<T>(of: readonly T[]): T;
  chance(probability: number): boolean;
}

/** Mulberry32. */
export function randomFrom(seed: number): Random {
  let state = (seed * 2_654_435_761) >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    next,
    between: (low, high) => low + next() * (high - low),
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
