import { defineConfig } from 'vitest/config';

/** Tests against real servers, from Debian and npm. A missing one fails with what installs it. */
export default defineConfig({
  test: {
    include: ['test/servers/**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // One file waits for the defaults of thirty servers, the others run meanwhile.
    maxWorkers: 2,
    // They wait for idle timeouts, and too many at once would make real servers late.
    maxConcurrency: 4,
  },
});
