// Builds everything that runs: dist/ from TypeScript, then one self-contained bundle per Lambda function.
// The old dist/ stays usable until the new one is whole.
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const fresh = mkdtempSync('dist-');
try {
  execFileSync(
    process.execPath,
    ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json', '--outDir', fresh],
    { stdio: 'inherit' },
  );
  for (const file of readdirSync('lambda').filter((name) => name.endsWith('.lambda.ts'))) {
    const folder = `${fresh}/functions/${file.replace('.lambda.ts', '')}`;
    mkdirSync(folder, { recursive: true });
    await build({
      entryPoints: [`lambda/${file}`],
      outfile: `${folder}/index.mjs`,
      bundle: true,
      platform: 'node',
      target: 'node22',
      format: 'esm',
      // Most dependencies carry ES modules beside CommonJS; only those can be shaken.
      mainFields: ['module', 'main'],
      conditions: ['module'],
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
  chmodSync(fresh, 0o755);
  chmodSync(`${fresh}/bin/alb502.js`, 0o755);
  // Two renames rather than a removal: whoever reads dist/ meanwhile finds the old one or the new one.
  const old = `${fresh}-old`;
  if (existsSync('dist')) renameSync('dist', old);
  renameSync(fresh, 'dist');
  rmSync(old, { recursive: true, force: true });
} catch (error) {
  rmSync(fresh, { recursive: true, force: true });
  throw error;
}
