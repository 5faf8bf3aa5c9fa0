import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/servers/**', 'test/browser/**'],
    globalSetup: ['test/moto-setup.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // Two cores: more workers only make real servers slower to answer.
    maxWorkers: 2,
    // Tests marked concurrent only wait for sockets: they may all wait together.
    maxConcurrency: 32,
  },
});
