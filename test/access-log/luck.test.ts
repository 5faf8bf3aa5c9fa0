import { describe, expect, test } from 'vitest';
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
