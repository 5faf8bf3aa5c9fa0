import { defineConfig } from 'vitest/config';

/** Folders and files of tests, set by scripts/mutants.mjs. */
const places = (process.env['ALB502_MUTANT_TESTS'] ?? 'test/access-log,test/alert,test/diagnose').split(',');

// What kills mutants: the tests of the pure folders that need no service. Sums over thousands of made-up cases are left
// out: each covers everything, so each mutant would wait for all of them.
export default defineConfig({
  test: {
    include: places.map((place) => (place.endsWith('.test.ts') ? place : `${place}/**/*.test.ts`)),
    exclude: ['test/diagnose/{calibration,properties}.test.ts', 'test/alert/docs.test.ts'],
    testTimeout: 180_000,
    maxWorkers: 2,
  },
});
