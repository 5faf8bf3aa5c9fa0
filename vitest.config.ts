import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/servers/**', 'test/browser/**', 'test/netem/**'],
    globalSetup: ['test/moto-setup.ts'],
    setupFiles: ['test/after-each.ts'],
    // The SDK warns of Node 20, which the tests run on and Lambda does not.
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
    testTimeout: 180_000,
    hookTimeout: 180_000,
    // Two cores: more workers only make real servers slower to answer.
    maxWorkers: 2,
    // Tests marked concurrent only wait for sockets: they may all wait together.
    maxConcurrency: 32,
  },
});
