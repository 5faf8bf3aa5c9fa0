import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SortedNumbers, sortedSeconds } from '../../../lambda/access-log/keep-alive/sorted-numbers.ts';
import { SortedPairs } from '../../../lambda/access-log/keep-alive/sorted-pairs.ts';

test('pairs are in the order of their keys, those of one key as they were written', () => {
  const pair = fc.tuple(
    fc.oneof(fc.integer({ min: 0, max: 2 ** 32 - 1 }), fc.integer({ min: 0, max: 5000 }), fc.nat(9)),
    fc.integer({ min: 0, max: 2 ** 16 - 1 }),
  );
  // Used again: what was sorted before leaves no trace.
  const pairs = new SortedPairs();
  fc.assert(
    fc.property(fc.array(pair, { maxLength: 200 }), (list) => {
      for (const [at, [key, value]] of list.entries()) {
        pairs.keys[at] = key;
        pairs.values[at] = value;
      }
      pairs.sort(list.length);
      const sorted = [...list].sort(([one], [other]) => one - other);
      expect(sorted.map((_, at) => [pairs.keys[at], pairs.values[at]])).toEqual(sorted);
    }),
  );
});

test('room is made without losing what is there', () => {
  const pairs = new SortedPairs();
  const count = pairs.keys.length;
  for (let at = 0; at < count; at++) [pairs.keys[at], pairs.values[at]] = [count - at, at];
  pairs.makeRoomFor(3 * count);
  expect([pairs.keys.length, pairs.values.length]).toEqual([4 * count, 4 * count]);
  for (let at = count; at < 4 * count; at++) [pairs.keys[at], pairs.values[at]] = [4 * count - at + count, 7];
  pairs.sort(4 * count);
  const places = [0, 1, count - 1, count, 4 * count - 1];
  expect(places.map((at) => [pairs.keys[at], pairs.values[at]])).toEqual([
    ...[
      [1, count - 1],
      [2, count - 2],
      [count, 0],
      [count + 1, 7],
      [4 * count, 7],
    ],
  ]);
  // Of as many as there is room for, nothing is made anew.
  const { keys } = pairs;
  pairs.makeRoomFor(4 * count);
  expect(pairs.keys).toBe(keys);
});

test('numbers are in order, and seconds to the millisecond, whatever was sorted before', () => {
  const numbers = new SortedNumbers();
  const number = fc.oneof(fc.integer({ min: 0, max: 2 ** 32 - 1 }), fc.integer({ min: 0, max: 5000 }));
  fc.assert(
    fc.property(fc.array(number, { maxLength: 200 }), (list) => {
      numbers.numbers.set(list);
      numbers.sort(list.length);
      const sorted = [...list].sort((one, other) => one - other);
      expect([...numbers.numbers.subarray(0, list.length)]).toEqual(sorted);
      // Times of up to 49 days, a hair off as differences of times are.
      const times = Float64Array.from(list, (milliseconds) => milliseconds / 1e3 + 2e-7);
      expect([...sortedSeconds(times)]).toEqual(sorted.map((milliseconds) => milliseconds / 1e3));
    }),
  );
});

test('room for numbers is made without losing what is there', () => {
  const numbers = new SortedNumbers();
  const count = numbers.numbers.length;
  for (let at = 0; at < count; at++) numbers.numbers[at] = count - at;
  numbers.makeRoomFor(3 * count);
  numbers.sort(count);
  expect(numbers.numbers.length).toBe(4 * count);
  expect([...numbers.numbers.subarray(0, 3)]).toEqual([1, 2, 3]);
});
