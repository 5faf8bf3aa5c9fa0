import { expect, test } from 'vitest';
import { traffic } from '../made-logs.ts';
import { type Logged, summaryOfRequests } from '../requests.ts';

/** Some requests break off between these times of work, whatever they ask for. */
const brokenOff = (from: number, to: number): Logged[] =>
  traffic({ seed: 11, seconds: 4000, rate: 2 }, (one, random) =>
    random.chance(0.012) ? { ...one, took: random.between(from, to), failed: 'cut' } : one,
  );

const ofWork = (requests: readonly Logged[]) => {
  const found = summaryOfRequests(requests).explanations?.find(({ kind }) => kind === 'target-time');
  return found?.causes.find(({ cause }) => cause === 'worker-timeout')?.probability;
};

test('failures within the second between two looks of a server at its workers are a timeout', () => {
  expect(ofWork(brokenOff(2, 3))).toBe(0.95);
});

test('those that go on beside that second are one spread, and not surely a timeout', () => {
  expect(ofWork(brokenOff(2, 3.35))).toBe(0.6);
});
