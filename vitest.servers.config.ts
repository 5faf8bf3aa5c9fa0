import { defineConfig } from 'vitest/config';

/** Tests against real servers, from Debian and npm, and the AWS CLI. A missing one fails with what installs it. */
export default defineConfig({
  test: {
    include: ['test/servers/**/*.test.ts'],
    globalSetup: ['test/moto-setup.ts'],
    setupFiles: ['test/after-each.ts'],
    // The SDK warns of Node 20, which the tests run on and Lambda does not.
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // One file waits for the defaults of thirty servers, the others run meanwhile.
    maxWorkers: 2,
    // They wait for idle timeouts, and too many at once would make real servers late.
    maxConcurrency: 4,
  },
});
