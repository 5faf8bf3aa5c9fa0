/** Periods at which a clock starts jobs, in seconds: those that divide an hour into whole minutes, the longest first. */
export const CLOCK_PERIODS_SECONDS = [60, 30, 20, 15, 12, 10, 6, 5, 4, 3, 2, 1].map(
  (minutes) => 60 * minutes,
);

/** Times that lie close to each other: from the first to the last of them, and how many. */
export interface TimeWindow {
  readonly low: number;
  readonly width: number;
  readonly count: number;
}

/**
 * The windows that begin at each of some times and hold as many as they may.
 *
 * @param sorted - the times, the least first
 * @param turn - where times are counted round: how many make a turn; null where they are not
 * @param maySpan - whether a window that begins at a time may be so wide and hold so many; less for none that begins later
 */
export function* windowsOf(
  sorted: readonly number[],
  turn: number | null,
  maySpan: (low: number, width: number, count: number) => boolean,
): Generator<TimeWindow> {
  const round = turn === null ? sorted : [...sorted, ...sorted.map((time) => time + turn)];
  let end = 0;
  for (const [at, low] of sorted.entries()) {
    for (;;) {
      const next = round[end];
      if (next === undefined || end - at >= sorted.length || !maySpan(low, next - low, end - at + 1)) break;
      end++;
    }
    if (end > at) yield { low, width: (round[end - 1] ?? low) - low, count: end - at };
  }
}
