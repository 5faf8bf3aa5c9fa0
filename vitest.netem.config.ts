import { defineConfig } from 'vitest/config';

/** Over a network with latency: namespaces and `tc netem`. Where that cannot be made, the suite fails and says why. */
export default defineConfig({
  test: {
    include: ['test/netem/**/*.test.ts'],
    testTimeout: 180_000,
    hookTimeout: 180_000,
    maxWorkers: 1,
  },
});
