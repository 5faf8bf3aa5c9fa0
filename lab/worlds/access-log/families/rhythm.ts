import type { Random } from '../random.ts';
import type { Starts, Step } from '../traffic.ts';

/** A rule by which requests follow from one another; rate counts what begins, a second. */
export interface Rhythm {
  readonly clients: number;
  readonly starts: Starts;
  readonly steps: readonly [Step, ...Step[]];
}

/** Draws a rhythm of one kind, that begins about so often. */
export type Draw = (random: Random, rate: number) => Rhythm;

export const get = (path: string, more: Partial<Step> = {}): Step => ({ method: 'GET', path, ...more });
export const post = (path: string, more: Partial<Step> = {}): Step => ({
  method: 'POST',
  path,
  bodyBytes: 400,
  ...more,
});
export const byChance = (rate: number): Starts => ({ by: 'chance', rate });
export const byClock = (periodSeconds: number, jitterSeconds: number, together = false): Starts => ({
  by: 'clock',
  periodSeconds,
  jitterSeconds,
  together,
});
/** How punctual software is. */
export const jitter = (random: Random): number => random.logBetween(0.001, 0.05);
export const some = (random: Random): number => 3 + random.whole(60);
/** So many clients of such a period make the rate. */
export const clientsFor = (rate: number, periodSeconds: number): number =>
  Math.max(1, Math.min(200, Math.round(rate * periodSeconds)));

/** A call, and another a fixed time after its answer. */
export const followed =
  (first: Step, second: (random: Random) => Step): Draw =>
  (random, rate) => ({
    clients: some(random),
    starts: byChance(rate),
    steps: [first, { jitterSeconds: jitter(random), ...second(random) }],
  });

/** Clients of which each calls by its own clock, or all at one. */
export const clock =
  (step: Step, periods: readonly number[], together = false, jitterSeconds?: number): Draw =>
  (random, rate) => {
    const period = random.pick(periods);
    const clients = together ? 2 + random.whole(20) : clientsFor(rate, period);
    return { clients, starts: byClock(period, jitterSeconds ?? jitter(random), together), steps: [step] };
  };
