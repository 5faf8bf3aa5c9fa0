import { pathToFileURL } from 'node:url';
import { defineConfig, type Plugin } from 'vitest/config';

const STARTER = 'lab/servers/server-process';

/** The lab's own servers start as they were built: through tsx each would take a second of processor time more. */
const builtServers: Plugin = {
  name: 'built-servers',
  transform: (code, id) =>
    id.endsWith(`/${STARTER}.ts`)
      ? code.replaceAll('import.meta.url', JSON.stringify(pathToFileURL(`dist/${STARTER}.js`).href))
      : null,
};

export default defineConfig({
  plugins: [builtServers],
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/servers/**', 'test/browser/**', 'test/netem/**'],
    globalSetup: ['test/moto-setup.ts'],
    setupFiles: ['test/after-each.ts'],
    env: {
      // The SDK warns of Node 20, which the tests run on and Lambda does not.
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
      // The CDK's validator takes seconds in each process; it looks at every kind of stack in test/infra/lint.test.ts.
      CDK_VALIDATION: 'false',
    },
    testTimeout: 180_000,
    hookTimeout: 180_000,
    // Two cores: more workers only make real servers slower to answer.
    maxWorkers: 2,
    // Tests marked concurrent only wait for sockets: they may all wait together.
    maxConcurrency: 32,
  },
});
