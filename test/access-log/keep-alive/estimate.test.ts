import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chanceOfAtLeast } from '../../../lambda/access-log/keep-alive/chance.ts';
import { estimateAt } from '../../../lambda/access-log/keep-alive/estimate.ts';
import type { FailureSample } from '../../../lambda/access-log/keep-alive/sample.ts';

test('the chance of so many events is that of all ways in which so many happen', () => {
  const chances = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 7 });
  fc.assert(
    fc.property(chances, fc.nat(8), (each, hits) => {
      let expected = 0;
      for (let way = 0; way < 1 << each.length; way++) {
        const happens = each.map((_, at) => ((way >> at) & 1) === 1);
        if (happens.filter((one) => one).length < hits) continue;
        expected += each.reduce((chance, one, at) => chance * (happens[at] ? one : 1 - one), 1);
      }
      expect(chanceOfAtLeast(hits, each)).toBeCloseTo(expected, 9);
    }),
  );
});

describe('the keep-alive that failures agree on', () => {
  /** Failures whose connections had been idle for so long, each of which took some time to fail. */
  const estimateOf = (idle: readonly number[], took: number, count = idle.length) => {
    const samples = idle.map(
      (idleSeconds, at): FailureSample => ({
        ...{ sentSeconds: 1000 * at, endSeconds: 1000 * at + took },
        ...{ ends: new Float64Array(), idleSeconds, controls: [] },
      }),
    );
    const pileUp = { window: { low: 4.9, width: 1.2 }, hits: idle.length, pValue: 1e-9 };
    return estimateAt(samples, { pileUp, paired: true }, count);
  };

  test.each([
    [
      'lies between the last that was sent and the first that ended',
      [4.99, 4.995, 5],
      0.02,
      [5.005, 5, 5.01],
    ],
    [
      'is where most of them end, where they differ by less than a round trip',
      [4.98, 5, 5.039],
      0.001,
      [5.04, 4.98, 5.07],
    ],
    ['is where they begin, where the timer is coarse', [5, 5.3, 5.6, 5.899], 0.001, [5, 4.7, 5.9]],
    ['is that of most, where luck adds some', [5, 5.001, 5.002, 5.6], 0.01, [5.006, 5.002, 5.01]],
    ['is not that of half', [5, 5.001, 5.002, 5.59, 5.7, 5.79], 0.01, [5, 4.84, 5.8]],
  ] as const)('%s', (_, idle, took, [seconds, low, high]) => {
    expect(estimateOf(idle, took)).toMatchObject({ seconds, low, high, pValue: 1e-9 });
  });

  test('is that of the answer nearest to the middle of the pile-up, where a failure has several in it', () => {
    const estimateOfEnds = (gaps: readonly number[]) => {
      const ends = Float64Array.from(gaps, (gap) => 1000 - gap);
      const of = { sentSeconds: 1000, endSeconds: 1000, ends, idleSeconds: Number.NaN, controls: [] };
      const pileUp = { window: { low: 5, width: 0.4 }, hits: 3, pValue: 1e-9 };
      return estimateAt([of, of, of], { pileUp, paired: false }, 3)?.seconds ?? null;
    };
    expect([[5.4, 5.21, 5.1], [5.3, 5.18, 5], [5.4], [5], [9, 5.02, 1]].map(estimateOfEnds)).toEqual([
      ...[5.21, 5.18, 5.4, 5, 5.02],
    ]);
    expect([[5.401], [4.999], [7, 3], []].map(estimateOfEnds)).toEqual([null, null, null, null]);
  });

  test('is that of as many failures as those that were looked at stand for', () => {
    expect(estimateOf([5, 5, 5, 9], 0.01, 40)?.failures).toBe(30);
    expect(estimateOf([9, 9, 4], 0.01)).toBeNull();
  });
});
