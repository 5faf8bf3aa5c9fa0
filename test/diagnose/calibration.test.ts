import { expect, test } from 'vitest';
import { scoreCalibration } from '../../bench/weights.ts';

// Other cases than those of the bench; `npm run bench -- weights` prints the whole table.
const CASES = 1200;
const FIRST_SEED = 3_000_000;

test('of the verdicts given with 0.9 nine in ten are right, and hardly any is wrong', () => {
  const { named, sure, rightIfSure, sureAndWrong } = scoreCalibration(CASES, FIRST_SEED);
  expect(rightIfSure).toBeGreaterThanOrEqual(0.9);
  expect(sureAndWrong).toBeLessThanOrEqual(0.02);
  // Abstaining from everything would be easy.
  expect(named).toBeGreaterThan(0.4);
  expect(sure).toBeGreaterThan(0.25);
});
