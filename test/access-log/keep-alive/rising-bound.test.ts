import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lowerBound } from '../../../lambda/access-log/keep-alive/pool.ts';
import { RisingBound } from '../../../lambda/access-log/keep-alive/rising-bound.ts';

/** Few values, so that many are equal. */
const sorted = fc
  .array(fc.integer({ min: 0, max: 60 }), { maxLength: 200 })
  .map((values) => Float64Array.from(values).sort());

test('rising values are found where a search of the whole list finds them', () => {
  fc.assert(
    fc.property(sorted, sorted, (list, asked) => {
      const bound = new RisingBound(list);
      for (const value of asked) expect(bound.below(value - 0.5)).toBe(lowerBound(list, value - 0.5));
      const again = new RisingBound(list);
      for (const value of asked) expect(again.below(value)).toBe(lowerBound(list, value));
    }),
  );
});
