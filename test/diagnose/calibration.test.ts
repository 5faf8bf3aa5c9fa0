import { describe, expect, test } from 'vitest';
import { WORLD_PRIORS } from '../../bench/weights/priors.ts';
import { scoreCalibration } from '../../bench/weights.ts';

// Other cases than those of the bench; `npm run bench -- weights` prints the whole table.
const CASES = 300;
const FIRST_SEED = 3_000_000;

describe.each(WORLD_PRIORS.map((prior) => [prior.name, prior] as const))(
  'in a world of %s causes',
  (_, prior) => {
    test.each([false, true])('sure verdicts are right (evidence correlated: %s)', (correlated) => {
      const { named, sure, rightIfSure, sureAndWrong, bands, bandsOfEvidence } = scoreCalibration(
        prior,
        CASES,
        FIRST_SEED,
        correlated,
      );
      // Where all causes are as frequent as each other, what rests on base rates is wrong more often.
      const isUniform = prior.name === 'uniform';
      for (const { low, overconfidence } of isUniform ? bandsOfEvidence : bands)
        expect(overconfidence, `from ${low} on`).toBeLessThanOrEqual(0.05);
      expect(rightIfSure).toBeGreaterThanOrEqual(isUniform ? 0.8 : 0.9);
      expect(sureAndWrong).toBeLessThanOrEqual(isUniform ? 0.06 : 0.03);
      // Abstaining from everything would be easy.
      expect(named).toBeGreaterThan(0.4);
      expect(sure).toBeGreaterThan(0.2);
    });
  },
);
