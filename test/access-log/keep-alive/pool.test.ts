import fc from 'fast-check';
import { expect, test } from 'vitest';
import { idleSinceIfLastInFirstOut } from '../../../lambda/access-log/keep-alive/pool.ts';

/** Walks back from the request, a bracket at a time. */
function walkedBack(starts: readonly number[], ends: readonly number[], sentSeconds: number): number {
  let start = starts.filter((other) => other < sentSeconds).length - 1;
  let end = ends.filter((other) => other < sentSeconds).length - 1;
  let taken = 0;
  while (end >= 0) {
    const ended = ends[end] ?? Number.NaN;
    if (start >= 0 && (starts[start] ?? Number.NaN) > ended) {
      taken++;
      start--;
    } else if (taken === 0) return ended;
    else {
      taken--;
      end--;
    }
  }
  return Number.NaN;
}

const times = fc
  .array(fc.integer({ min: 0, max: 40 }), { maxLength: 30 })
  .map((list) => list.sort((one, other) => one - other));

test('requests and answers are paired like brackets, some of either missing', () => {
  fc.assert(
    fc.property(times, times, (starts, ends) => {
      const exchanges = { starts: Float64Array.from(starts), ends: Float64Array.from(ends) };
      for (let sentSeconds = 0; sentSeconds <= 41; sentSeconds++)
        expect(idleSinceIfLastInFirstOut(exchanges, sentSeconds)).toBe(walkedBack(starts, ends, sentSeconds));
    }),
    { numRuns: 500 },
  );
});
