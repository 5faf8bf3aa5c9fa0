// Builds everything that runs: dist/ from TypeScript, then one self-contained bundle per Lambda function.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
process.chdir(root);
rmSync('dist', { recursive: true, force: true });
execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'], {
  stdio: 'inherit',
});

const functions = readdirSync('lambda').filter((name) => name.endsWith('.lambda.ts'));
for (const file of functions) {
  const name = file.replace('.lambda.ts', '');
  mkdirSync(`dist/functions/${name}`, { recursive: true });
  await build({
    entryPoints: [`lambda/${file}`],
    outfile: `dist/functions/${name}/index.mjs`,
    bundle: true,
    platform: 'node',
    target: 'node22',
    format: 'esm',
    minify: true,
    keepNames: true,
    sourcemap: 'linked',
    sourcesContent: false,
    // The SDK's CommonJS dependencies call require(); an ES module has none of its own.
    banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
    legalComments: 'none',
    logLevel: 'warning',
  });
}
