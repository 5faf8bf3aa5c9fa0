// Builds everything that runs: dist/ from TypeScript, then self-contained bundles of the programs and of each function.
// The old dist/ stays usable until the new one is whole.
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { bundleFunction } from './bundle.mjs';
import { bundlePrograms } from './programs.mjs';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const fresh = mkdtempSync('dist-');
try {
  execFileSync(
    process.execPath,
    ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json', '--outDir', fresh],
    { stdio: 'inherit' },
  );
  await bundlePrograms(fresh);
  for (const file of readdirSync('lambda').filter((name) => name.endsWith('.lambda.ts'))) {
    const name = file.replace('.lambda.ts', '');
    await bundleFunction(name, `${fresh}/functions/${name}`);
  }
  chmodSync(fresh, 0o755);
  // Two renames rather than a removal: whoever reads dist/ meanwhile finds the old one or the new one.
  const old = `${fresh}-old`;
  if (existsSync('dist')) renameSync('dist', old);
  renameSync(fresh, 'dist');
  rmSync(old, { recursive: true, force: true });
  // Last, for they are made of the constructs and their bundles; until then there are none beside the new code.
  execFileSync(process.execPath, ['--import', 'tsx', 'scripts/templates.ts'], { stdio: 'inherit' });
} catch (error) {
  rmSync(fresh, { recursive: true, force: true });
  throw error;
}
