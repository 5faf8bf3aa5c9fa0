import { expect, test } from 'vitest';
import { narrowAmongAll } from '../../../lambda/access-log/keep-alive/narrow-place.ts';
import type { FailureSample } from '../../../lambda/access-log/keep-alive/sample.ts';

const TOOK = 0.003;
const COUNT = 8;

/** Numbers that look drawn, the same each time. */
const drawn = (at: number) => (at * 0.618034) % 1;

/**
 * Failures with an answer at some distance before each, and others each so many seconds on average; their controls have
 * these others alone.
 *
 * @param distances - of the failures, in which each agrees with the others or not
 */
function samplesWith(distances: readonly number[], everySeconds: number): readonly FailureSample[] {
  return distances.map((distance, at) => {
    const sentSeconds = 1000 * (at + 1);
    const others = Array.from(
      { length: Math.ceil(4 / everySeconds) },
      (_, turn) => sentSeconds - everySeconds * (turn + drawn(7 * at + 3 * turn)),
    );
    const controls = Array.from({ length: 12 }, (_, turn) => ({
      sentSeconds: sentSeconds + 1.7 * turn,
      idleSeconds: Number.NaN,
    }));
    const endSeconds = sentSeconds + TOOK;
    const ends = Float64Array.from([...others, endSeconds - distance]).sort();
    return { sentSeconds, endSeconds, ends, idleSeconds: 1.4 + 0.14 * drawn(at), controls };
  });
}

const PAIRS = { window: { low: 1.39, width: 0.256 }, hits: 6, pValue: 1e-6 };

const same = Array.from({ length: COUNT }, (_, at) => 1.54 + 0.002 * drawn(at));
const spread = Array.from({ length: COUNT }, (_, at) => 1.4 + 0.2 * drawn(at));

test('where pairs spread and all failures have an answer at one distance, that is the place', () => {
  const narrow = narrowAmongAll(samplesWith(same, 0.9), PAIRS);
  expect(narrow).toMatchObject({ hits: COUNT, pValue: 1e-6 });
  expect(narrow?.window.low).toBeCloseTo(1.54, 2);
  expect(narrow?.window.width).toBeLessThanOrEqual(0.008);
});

test.each([
  ['no distance is common to them, as with a coarse timer', samplesWith(spread, 0.9), PAIRS],
  [
    'the one distance is not in the window of the pairs',
    samplesWith(
      same.map((one) => one + 0.2),
      0.9,
    ),
    PAIRS,
  ],
  ['fewer agree on it than on the pairs', samplesWith([...same.slice(0, 5), 1.4, 1.45, 1.5], 0.9), PAIRS],
  ['answers are so dense that most have one there by luck', samplesWith(same, 0.004), PAIRS],
])('there is no narrower place where %s', (_, samples, pairs) => {
  expect(narrowAmongAll(samples, pairs)).toBeNull();
});
