// Makes one self-contained bundle of a Lambda function, for the build and for benchmarks that run what is deployed.
import { mkdirSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { build } from 'esbuild';
import { compactErrors } from './compact-errors.mjs';
import { noticesOf } from './notices.mjs';

/**
 * Clients that only read: what their calls answer in place of data is told by its name (lambda/observe/aws-failure.ts),
 * which an error has without a class of its own. The classes and their schemas are 50 kB of two clients.
 */
const READING_CLIENT =
  /client-(?:auto-scaling|cloudtrail|cloudwatch|cloudwatch-logs|ecr|ecs|elastic-load-balancing-v2|lambda)\//;

/** The files of the SDK that hold the schemas of a client. */
const SCHEMAS = /@aws-sdk\/client-[^/]+\/dist-es\/schemas\/schemas_0\.js$/;

const withoutErrorClasses = (path, text) =>
  READING_CLIENT.test(path) ? text.replace(/^n0_registry\.registerError\(.*\);$/gm, '') : text;

/**
 * The schemas of the SDK's EC2 and S3 clients have keys that are constants (`[_eQN]: ...`), which no bundler dares to
 * leave out: half a megabyte for one call. With the constant's value as the key, what is unused falls away.
 *
 * @param {string} text - the source of `schemas_0.js`
 */
function withNamedKeys(text) {
  const values = new Map(
    [...text.matchAll(/^const (_\w+) = ("[^"]*");$/gm)].map(([, name, value]) => [name, value]),
  );
  return text.replace(/\[(_\w+)\]:/g, (key, name) => `${values.get(name) ?? key.slice(0, -1)}:`);
}

/** @param {(path: string, text: string) => string} change - made before */
export const shakableSchemas = (change = (_, text) => text) => ({
  name: 'shakable-schemas',
  setup({ onLoad }) {
    onLoad({ filter: SCHEMAS }, async ({ path }) => ({
      contents: withNamedKeys(change(path, await readFile(path, 'utf8'))),
    }));
  },
});

/** What all bundles have in common: ES modules for Node.js, of which a start loads what it needs. */
export const MODULES_FOR_NODE = {
  bundle: true,
  splitting: true,
  platform: 'node',
  format: 'esm',
  // Most dependencies carry ES modules beside CommonJS; only those can be shaken.
  mainFields: ['module', 'main'],
  conditions: ['module'],
  legalComments: 'none',
  logLevel: 'warning',
  metafile: true,
};

/**
 * Lambda gives a function its role's credentials in the environment. The SDK's other ways to find some (profiles, SSO,
 * web identity, instance metadata) are a tenth of a bundle and are never taken there.
 */
const credentialsOfLambda = {
  name: 'credentials-of-lambda',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^@aws-sdk\/credential-provider-node$/ }, () => ({
      path: 'credential-provider-node',
      namespace: 'credentials-of-lambda',
    }));
    onLoad({ filter: /.*/, namespace: 'credentials-of-lambda' }, () => ({
      contents: "export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env';",
      resolveDir: process.cwd(),
    }));
  },
};

/** Schemas are written as JSON Schema by a script; no function does, and zod carries 18 kB for it. */
const noJsonSchema = {
  name: 'no-json-schema',
  setup({ onLoad }) {
    onLoad({ filter: /zod\/v4\/core\/(to-json-schema|json-schema-processors)\.js$/ }, () => ({
      contents: `module.exports = {
        createToJSONSchemaMethod: () => undefined,
        createStandardJSONSchemaMethod: () => undefined,
      };`,
    }));
  },
};

/** See compact-errors.mjs. */
const compactErrorClasses = {
  name: 'compact-error-classes',
  setup({ onLoad }) {
    onLoad({ filter: /@aws-sdk\/client-[^/]+\/dist-es\/models\/errors\.js$/ }, async ({ path }) => ({
      contents: compactErrors(await readFile(path, 'utf8')),
    }));
  },
};

/** A client of the SDK wants the version of its package, and would bring the whole package.json for it: 2 kB each. */
const versionsOnly = {
  name: 'versions-only',
  setup({ onLoad }) {
    onLoad({ filter: /@aws-sdk\/[^/]+\/package\.json$/ }, async ({ path }) => {
      const { version } = JSON.parse(await readFile(path, 'utf8'));
      return { contents: JSON.stringify({ version }), loader: 'json' };
    });
  },
};

/**
 * What a handler imports with `import()` becomes a file of its own, loaded when it is first needed: `index.mjs` and what
 * it imports by statement are all that a cold start reads.
 *
 * @param {string} name - of `lambda/NAME.lambda.ts`
 * @param {string} folder - gets `index.mjs`, the files it imports, their source maps and the notices of what is inside
 */
export async function bundleFunction(name, folder) {
  mkdirSync(folder, { recursive: true });
  const { metafile } = await build({
    ...MODULES_FOR_NODE,
    entryPoints: [{ in: `lambda/${name}.lambda.ts`, out: 'index' }],
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    chunkNames: '[name]-[hash]',
    target: 'node22',
    minify: true,
    // Names of functions would be a fifteenth of a bundle; errors carry theirs, and source maps have the rest.
    keepNames: false,
    sourcemap: 'linked',
    sourcesContent: false,
    // The SDK's CommonJS dependencies call require(); an ES module has none of its own.
    banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
    plugins: [
      shakableSchemas(withoutErrorClasses),
      credentialsOfLambda,
      noJsonSchema,
      versionsOnly,
      compactErrorClasses,
    ],
  });
  writeFileSync(`${folder}/THIRD-PARTY-NOTICES.txt`, noticesOf(metafile));
}
