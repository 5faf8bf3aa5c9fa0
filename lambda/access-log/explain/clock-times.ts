import { CLOCK_PERIODS_SECONDS, windowsOf } from './clock-phase.ts';
import { chooseNats } from './key-set.ts';
import type { LogView } from './log-view.ts';

/** What is begun by a clock is begun at one minute of each hour, or of a part of it that is no shorter than this. */
const SHORTEST_PERIOD_SECONDS = 600;
const PERIODS_SECONDS = CLOCK_PERIODS_SECONDS.filter((period) => period >= SHORTEST_PERIOD_SECONDS);
/** Times with less than this part of a period between them are one occasion. */
const OCCASION_PART = 0.1;
const CLEARLY_NATS = 5;
const FEWEST_OCCASIONS = 3;
/** So many of the occasions must lie at one phase. */
const MOST_OCCASIONS = 0.8;
/** Seconds: the first request after what was begun may be a while later. */
const SHORTEST_PHASE_SECONDS = 1;

/** The first of all times that belong together. */
function occasionsOf(times: readonly number[], apartSeconds: number): readonly number[] {
  const order = [...times].sort((one, other) => one - other);
  return order.filter((seconds, at) => at === 0 || seconds - (order[at - 1] ?? 0) > apartSeconds);
}

/** The least part of a period in which so many of some times lie. */
function narrowestPart(times: readonly number[], count: number, period: number): number {
  const phases = times.map((seconds) => seconds % period).sort((one, other) => one - other);
  let width = period;
  for (const window of windowsOf(phases, period, (_low, _width, held) => held <= count))
    if (window.count === count) width = Math.min(width, window.width);
  return Math.max(SHORTEST_PHASE_SECONDS, width) / period;
}

/**
 * How much better times agree with a clock that begins something at one minute of each hour, or of a part of it, than
 * with chance: nats, 0 where they do not agree better. So many of that many times lie in a part of the period by chance
 * with at most `choose(all, many) · many · part ^ (many - 1)`.
 */
function scheduleNats(times: readonly number[]): number {
  const nats = PERIODS_SECONDS.map((period) => {
    const occasions = occasionsOf(times, OCCASION_PART * period);
    const count = Math.ceil(MOST_OCCASIONS * occasions.length);
    if (count < FEWEST_OCCASIONS) return 0;
    const part = narrowestPart(occasions, count, period);
    const ways = chooseNats(occasions.length, count) + Math.log(count * PERIODS_SECONDS.length);
    return -(count - 1) * Math.log(part) - ways;
  });
  return Math.max(0, ...nats);
}

/** Whether times are so much nearer to a clock than to chance that this is said. */
export const isByTheClock = (times: readonly number[]): boolean => scheduleNats(times) >= CLEARLY_NATS;

/** Requests are counted this long before a time, and this long around it for the usual rate. */
const BEFORE_SECONDS = 10;
const USUAL_SECONDS = 300;
/** A rush has so many times the requests, and so many standard deviations more than chance makes of the usual rate. */
const RUSH_TIMES = 1.3;
const RUSH_DEVIATIONS = 3;

/** Whether far more requests than usual came as each of these times began: what comes by the clock may be the requests. */
export function isRush({ tally: { times: requests } }: LogView, times: readonly number[]): boolean {
  let [came, usual] = [0, 0];
  for (const seconds of times) {
    came += requests.countBetween(seconds - BEFORE_SECONDS, seconds + 1);
    const around = requests.countBetween(seconds - USUAL_SECONDS, seconds + USUAL_SECONDS);
    usual += (around * (BEFORE_SECONDS + 1)) / (2 * USUAL_SECONDS);
  }
  return came > RUSH_TIMES * usual && came - usual > RUSH_DEVIATIONS * Math.sqrt(usual);
}
