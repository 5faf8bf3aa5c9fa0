import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build, type Plugin } from 'esbuild';
import type { TestProject } from 'vitest/node';
import { SCHEMAS, withNamedKeys } from '../scripts/bundle.mjs';

declare module 'vitest' {
  interface ProvidedContext {
    commandLine: string;
  }
}

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Files find what lies beside them (threads, the grammar of Terraform, the version) where they were before. */
const whereItWas: Plugin = {
  name: 'where-it-was',
  setup({ onLoad }) {
    onLoad({ filter: /\/(?:dist\/.*|web-tree-sitter\/.*)\.js$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      if (!text.includes('import.meta')) return null;
      const own = `({ url: ${JSON.stringify(pathToFileURL(path).href)}, filename: ${JSON.stringify(path)}, dirname: ${JSON.stringify(join(path, '..'))} })`;
      return { contents: text.replaceAll(/\bimport\.meta\b/g, own) };
    });
  },
};

const shakableSchemas: Plugin = {
  name: 'shakable-schemas',
  setup({ onLoad }) {
    onLoad({ filter: SCHEMAS }, async ({ path }) => ({
      contents: withNamedKeys(await readFile(path, 'utf8')),
    }));
  },
};

/**
 * Makes few files of the built command line and its libraries, anew for each run of the tests. It does what
 * `dist/bin/alb502.js` does and starts in a third of the processor time: the SDK is some thousand small files, and the
 * tests start it hundreds of times.
 */
export default async function setup(project: TestProject): Promise<() => void> {
  // Below the repository, so that a library that a bundle cannot hold would be found as always.
  const folder = mkdtempSync(join(ROOT, 'node_modules/.alb502-'));
  await build({
    absWorkingDir: ROOT,
    entryPoints: ['dist/bin/alb502.js'],
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    platform: 'node',
    target: `node${process.versions.node}`,
    format: 'esm',
    mainFields: ['module', 'main'],
    conditions: ['module'],
    keepNames: true,
    // By a name of its own: a file of the bundle may import `createRequire` as well.
    banner: {
      js: "import{createRequire as requireFrom}from'node:module';const require=requireFrom(import.meta.url);",
    },
    logLevel: 'warning',
    plugins: [whereItWas, shakableSchemas],
  });
  project.provide('commandLine', join(folder, 'alb502.mjs'));
  return () => rmSync(folder, { recursive: true, force: true });
}
