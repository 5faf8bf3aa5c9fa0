import type { Failure } from '../tally/failure.ts';

/** No server is set to kill its workers sooner. */
const SHORTEST_TIMEOUT_SECONDS = 0.9;
const FEWEST_FAILURES = 3;
/** A path that always fails after the same long work may meet a timeout each time. */
export const LONG_WORK_SECONDS = 2;
/** A server's check of its workers may be exact, or run about once a second. */
export const SLACKS = [
  { relative: 0.004, seconds: 0.004 },
  { relative: 0.02, seconds: 0.02 },
  { relative: 0.005, seconds: 1.05 },
];
/** A window wider than this share of its place is no timeout. */
const WIDEST_SHARE = 0.6;
/** Ordinary work of one path spreads as widely as a timeout that is looked at once a second, but not as narrowly. */
const NARROW_SHARE = 0.12;

/** Times of work that are taken for one. */
export interface Window {
  readonly low: number;
  readonly high: number;
}

export const inWindow = (value: number, { low, high }: Window): boolean => value >= low && value <= high;

export const isNarrow = ({ low, high }: Window): boolean => high - low <= NARROW_SHARE * low;

export function windowsOf(times: readonly number[]): (Window & { readonly hits: number })[] {
  const best: (Window & { hits: number })[] = [];
  for (const slack of SLACKS) {
    let end = 0;
    let most: (Window & { hits: number }) | null = null;
    for (let start = 0; start < times.length; start++) {
      const low = times[start] ?? 0;
      const reach = low * (1 + slack.relative) + slack.seconds;
      while (end < times.length && (times[end] ?? 0) <= reach) end++;
      if (low < SHORTEST_TIMEOUT_SECONDS || reach - low > WIDEST_SHARE * low) continue;
      if (end - start > (most?.hits ?? 0)) most = { low, high: reach, hits: end - start };
    }
    if (most !== null && most.hits >= FEWEST_FAILURES) best.push(most);
  }
  return best;
}

/** How long the target had worked on what broke off, in order. */
export const workSecondsOf = (failures: readonly Failure[]): readonly number[] =>
  failures
    .filter(({ signature }) => signature === 'midRequest')
    .map(({ targetSeconds }) => targetSeconds)
    .sort((a, b) => a - b);

/** The one long time of work after which several of these failures broke off; null where there is none. */
export function timeoutOf(failures: readonly Failure[]): Window | null {
  const windows = windowsOf(workSecondsOf(failures));
  return windows.find((window) => isNarrow(window) && window.low >= LONG_WORK_SECONDS) ?? null;
}
