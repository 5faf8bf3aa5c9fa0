import { describe, expect, test } from 'vitest';
import { randomFrom } from '../../lab/worlds/access-log/random.ts';
import { placesOf } from '../../lambda/access-log/keep-alive/estimate.ts';
import { sampleOf } from '../../lambda/access-log/keep-alive/sample.ts';
import { traffic } from './made-logs.ts';
import { summaryOfRequests } from './requests.ts';

/** What stands out by luck must not be told: these hold the bounds that guard against it. */

describe('of logs whose failures are drawn by lot', () => {
  test('none is explained, neither wholly nor in part', () => {
    const explained = Array.from({ length: 60 }, (_, at) => {
      const requests = traffic(
        { seed: 700 + at, seconds: 900, rate: 0.5, nodes: 2, clients: 25 },
        (one, random) =>
          random.chance(0.06)
            ? { ...one, took: random.chance(0.5) ? 0.001 : random.between(0.2, 40), failed: 'cut' }
            : one,
      );
      return summaryOfRequests(requests).explanations ?? [];
    });
    expect(explained.flat().map(({ kind, gainNats }) => `${kind} ${gainNats}`)).toEqual([]);
  });
});

describe('failures that came one time after an answer', () => {
  /** Traffic of one node and target, and failures of which each came 7.3 s after some answer. */
  function samplesOf(seed: number, failures: number, meanSeconds: number, alike = 0) {
    const random = randomFrom(seed);
    const answered: number[] = [];
    for (let at = 0; at < 1500; at += random.exponential(meanSeconds)) answered.push(at);
    const first = answered.map((at) => at + 0.005 + 0.1 * random.next());
    const followed = first
      .filter(() => alike > 0 && random.next() < alike)
      .map((end) => end + 7.3 + 0.004 * random.next());
    answered.push(...followed);
    const ends = [...first, ...followed.map((at) => at + 0.01)].sort((one, other) => one - other);
    const late = ends.filter((end) => end > 300);
    const failed = Array.from(
      { length: failures },
      (_, at) => (late[Math.floor(((at + 0.5) * late.length) / failures)] ?? 0) + 7.3 + 0.004 * random.next(),
    );
    const starts = Float64Array.from([...answered, ...failed]).sort();
    const times = { starts, ends: Float64Array.from(ends) };
    return failed.map((at) => sampleOf({ sentSeconds: at, endSeconds: at + 0.001 }, times));
  }
  const SEEDS = [1, 2, 3, 4, 5, 6];

  test('are no keep-alive where luck does that once in some hundred logs: three in traffic of every four seconds', () => {
    for (const seed of SEEDS) expect(placesOf(samplesOf(seed, 3, 4))).toEqual([]);
    // Not because there is nothing to see.
    const seen = SEEDS.flatMap((seed) => placesOf(samplesOf(seed, 3, 4), 1e-2));
    expect(seen.length).toBeGreaterThan(0);
    for (const { pileUp } of seen) expect(pileUp.pValue).toBeGreaterThan(1e-5);
  });

  test('are one where luck hardly ever does that: five of them in quieter traffic', () => {
    for (const seed of SEEDS) {
      const [place] = placesOf(samplesOf(seed, 5, 8));
      expect(place?.pileUp.window.low).toBeGreaterThan(7.29);
      expect(place?.pileUp.window.low).toBeLessThan(7.31);
      expect(place?.pileUp.pValue).toBeLessThan(1e-5);
    }
  });

  test('are none where answered requests came as long after one, as often as not', () => {
    for (const seed of SEEDS) expect(placesOf(samplesOf(seed, 5, 8, 0.5))).toEqual([]);
  });
});
