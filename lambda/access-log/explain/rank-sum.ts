import { lowerBound } from '../keep-alive/pool.ts';

/** By how much some values rank above others (rank sum of Mann and Whitney), and the variance of that by chance. */
export interface RankSum {
  readonly above: number;
  readonly variance: number;
}

/** @param others - in any order */
export function rankSum(values: readonly number[], others: readonly number[]): RankSum {
  const sorted = Float64Array.from(others).sort();
  let above = 0;
  for (const value of values)
    above += (lowerBound(sorted, value) + lowerBound(sorted, value + 1) - sorted.length) / 2;
  const variance = (values.length * sorted.length * (values.length + sorted.length + 1)) / 12;
  return { above, variance };
}
