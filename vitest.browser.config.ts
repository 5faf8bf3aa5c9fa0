import { defineConfig } from 'vitest/config';

/** The widget in a browser. A missing Chromium fails the run with what installs it. */
export default defineConfig({
  test: {
    include: ['test/browser/**/*.test.ts'],
    testTimeout: 180_000,
    hookTimeout: 180_000,
    maxWorkers: 1,
  },
});
