import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TokenBucket } from '../../bench/fleet/token-bucket.ts';
import { INVESTIGATIONS_AT_ONCE, SWEEPING_AT_ONCE } from '../../lambda/env.ts';
import { Pacer, type Urgency } from '../../lambda/observe/pacer.ts';

/** A clock that steps to the end of the shortest sleep, so that an hour passes at once. */
function steppedClock() {
  let now = 0;
  const sleeping: { readonly until: number; readonly wake: () => void }[] = [];
  return {
    now: () => now,
    sleep: (ms: number) =>
      new Promise<void>((wake) => {
        sleeping.push({ until: now + ms, wake });
      }),
    /** Runs until nobody sleeps any more; bounded by the number of steps. */
    async run(steps: number): Promise<void> {
      for (let step = 0; step < steps; step++) {
        for (let turn = 0; turn < 5; turn++) await Promise.resolve();
        const next = sleeping.sort((left, right) => left.until - right.until).shift();
        if (!next) return;
        now = Math.max(now, next.until);
        next.wake();
      }
    },
  };
}

async function timesOf(
  urgencies: readonly Urgency[],
  processes = 1,
  sweeping = processes,
): Promise<readonly number[]> {
  const clock = steppedClock();
  const pacer = new Pacer({ processes, sweeping }, clock);
  const times: number[] = [];
  for (const urgency of urgencies) pacer.acquire(urgency).then(() => times.push(clock.now()));
  await clock.run(urgencies.length * 3);
  return times;
}

const many = (count: number, urgency: Urgency): Urgency[] => Array.from({ length: count }, () => urgency);

describe('the pacer', () => {
  test('lets a full bucket go at once, and the rest as it refills', async () => {
    const times = await timesOf(many(60, 'incident'));
    expect(times.filter((at) => at === 0)).toHaveLength(40);
    expect(times.at(-1)).toBeCloseTo(2_000, 3);
  });

  test('gives sweeps a third', async () => {
    const times = await timesOf(many(60, 'sweep'));
    expect(times.filter((at) => at === 0)).toHaveLength(13);
    expect(times.at(-1)).toBeGreaterThan(13_000);
  });

  test('lets trouble go at full pace past a sweep that waits', async () => {
    const clock = steppedClock();
    const pacer = new Pacer({ processes: 1, sweeping: 1 }, clock);
    for (let call = 0; call < 100; call++) void pacer.acquire('sweep');
    let last = 0;
    for (let call = 0; call < 27; call++) pacer.acquire('incident').then(() => (last = clock.now()));
    await clock.run(400);
    expect(last).toBeLessThan(1_000);
  });

  test('of two processes never lets AWS throttle, whatever is asked for and when', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom<Urgency>('incident', 'sweep'), { maxLength: 150 }),
        async (asked) => {
          const two = await Promise.all([timesOf(asked, 2), timesOf(asked, 2)]);
          const bucket = new TokenBucket(40, 10, 0);
          const all = two.flat().sort((left, right) => left - right);
          expect(all).toHaveLength(2 * asked.length);
          // A token may still lack the last bit of a float.
          for (const at of all) expect(bucket.take(at + 0.001)).toBe(true);
        },
      ),
      { numRuns: 40 },
    );
  });

  test('leaves two thirds of the bucket to others, while all that may sweep do', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 80 }), { minLength: 3, maxLength: 3 }),
        async (asked) => {
          const [screen = 0, ...investigate] = asked;
          const times = await Promise.all([
            timesOf(many(screen, 'sweep'), 1, SWEEPING_AT_ONCE),
            ...investigate.map((count) =>
              timesOf(many(count, 'sweep'), INVESTIGATIONS_AT_ONCE, SWEEPING_AT_ONCE),
            ),
          ]);
          // A little more, for the last bit of a float.
          const third = new TokenBucket(40 / 3 + 1e-6, 10 / 3, 0);
          const all = times.flat().sort((left, right) => left - right);
          expect(all).toHaveLength(asked.reduce((sum, count) => sum + count, 0));
          for (const at of all) expect(third.take(at)).toBe(true);
        },
      ),
      { numRuns: 40 },
    );
  });

  test('slows down while AWS throttles, and comes back', async () => {
    const clock = steppedClock();
    const pacer = new Pacer({ processes: 1, sweeping: 1 }, clock);
    pacer.throttled();
    const times: number[] = [];
    for (let call = 0; call < 10; call++) pacer.acquire('incident').then(() => times.push(clock.now()));
    await clock.run(100);
    // Half the pace, with nothing saved up: five a second.
    expect(times.at(-1)).toBeCloseTo(2_000, 3);
    for (let call = 0; call < 1_000; call++) pacer.succeeded();
    const begun = clock.now();
    for (let call = 0; call < 10; call++) pacer.acquire('incident').then(() => times.push(clock.now()));
    await clock.run(100);
    expect((times.at(-1) ?? 0) - begun).toBeLessThan(1_100);
  });
});
