import { expect, test } from 'vitest';
import { ATTACKS } from '../../bench/hostile.ts';

// `npm run bench -- hostile` makes the same attacks at length.
const RUNS = 12;

test.each(ATTACKS)('a few of the attacks on $name do no harm', async ({ attack }) => {
  const { tried, wrong } = await attack({ runs: RUNS, seed: 19 });
  expect(wrong).toEqual([]);
  expect(tried).toBeGreaterThanOrEqual(RUNS);
});
