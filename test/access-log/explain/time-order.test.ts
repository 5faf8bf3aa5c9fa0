import fc from 'fast-check';
import { expect, test } from 'vitest';
import { inTimeOrder, timeOrder } from '../../../lambda/access-log/explain/time-order.ts';

/** Nearly in order, as lines are, or not at all. */
const times = fc.oneof(
  fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 300 }).map((steps) => {
    let seconds = 0;
    return steps.map((step) => {
      seconds += step;
      return seconds - (step === 3 ? 5 : 0);
    });
  }),
  fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 200, maxLength: 400 }),
);

test('times are put in order, those of one time in the order they have, however far they are from it', () => {
  fc.assert(
    fc.property(times, (list) => {
      const expected = list.map((_, at) => at).sort((one, other) => (list[one] ?? 0) - (list[other] ?? 0));
      expect([...timeOrder(Float64Array.from(list))]).toEqual(expected);
      expect([...inTimeOrder(Float64Array.from(list))]).toEqual(expected.map((at) => list[at]));
    }),
  );
});

test('only the places that are asked for are put in order', () => {
  expect([...timeOrder(Float64Array.of(5, Number.NaN, 3, 4), Uint32Array.of(0, 2, 3))]).toEqual([2, 3, 0]);
});
