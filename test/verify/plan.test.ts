import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { defaultGaps, idleConnections, planOf, requestsPerTry } from '../../lambda/verify/plan.ts';

describe('the pauses that are tried', () => {
  test.each([
    { keepAlive: 5, idleTimeout: 60, gaps: [4.9, 5, 5.1, 6, 59, 60, 66] },
    { keepAlive: 60, idleTimeout: 60, gaps: [59, 59.9, 60, 60.1, 61, 66] },
    { keepAlive: 0.05, idleTimeout: 1, gaps: [0.05, 0.15, 1, 1.05, 6] },
  ])('lie around a keep-alive of $keepAlive s and an idle timeout of $idleTimeout s', (given) => {
    expect(defaultGaps(given.keepAlive, given.idleTimeout)).toEqual(given.gaps);
  });

  test('never cost more requests or seconds than allowed, and what does not fit is named', () => {
    const gaps = fc.uniqueArray(fc.double({ min: 0.01, max: 4000, noNaN: true }), {
      minLength: 1,
      maxLength: 12,
    });
    const property = fc.property(
      gaps,
      fc.integer({ min: 1, max: 100 }),
      fc.integer({ min: 20, max: 100_000 }),
      fc.integer({ min: 1, max: 86_400 }),
      (given, firstStep, maxRequests, maxSeconds) => {
        const plan = planOf(given, firstStep, { maxRequests, maxSeconds });
        if (plan.gaps.length > 0) {
          expect(plan.requests).toBeLessThanOrEqual(maxRequests);
          expect(plan.seconds).toBeLessThanOrEqual(maxSeconds + 0.1);
        }
        expect([...plan.gaps.map(({ gapSeconds }) => gapSeconds), ...plan.leftOut].sort()).toEqual(
          [...given].sort(),
        );
        for (const { tries } of plan.gaps) expect(tries).toBeGreaterThanOrEqual(1);
      },
    );
    fc.assert(property);
  });

  test('are followed by steps that take as many cold connections each, whichever are taken first', () => {
    const firstStep = 4;
    const sizes = [4, 8, 12, 16, 20];
    expect(requestsPerTry(firstStep)).toBe(sizes.reduce((sum, size) => sum + size, 0));
    expect(idleConnections(firstStep)).toBe(sizes.at(-1));
  });
});
