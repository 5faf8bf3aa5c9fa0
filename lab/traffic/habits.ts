import type { Random } from '../random.ts';
import type { Habits } from './visitor.ts';

export const between = (random: Random, low: number, high: number): number => low + random() * (high - low);

/** Lab seconds between two pages, anything from `low` to `high`. */
export const pausing =
  (low: number, high: number) =>
  (random: Random): number =>
    between(random, low, high);

/** Pages of `count` small requests, each a few real milliseconds of work. */
export const pageOf =
  (count: number) =>
  (random: Random): readonly string[] =>
    Array.from({ length: count }, () => `/item/${Math.floor(random() * 40)}?ms=${Math.floor(random() * 12)}`);

/** Now and then another page instead. */
export const sometimes =
  (share: number, other: Habits['page'], usual: Habits['page']): Habits['page'] =>
  (random) =>
    random() < share ? other(random) : usual(random);

/** Whether a visitor pauses for about as long as a server waits: half of them do, in each zone. */
export const aims = (visitor: number): boolean => visitor % 4 < 2;

/**
 * Pauses of which half are from `low` to `high` and half much shorter: connections must not all be at their second
 * request when they fail, or the count would look like the cause.
 */
export const aiming =
  (low: number, high: number) =>
  (random: Random): number =>
    random() < 0.5 ? between(random, 0.02 * low, 0.3 * low) : between(random, low, high);
