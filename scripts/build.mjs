// Builds everything that runs: dist/ from TypeScript, then one self-contained bundle per Lambda function.
// The old dist/ stays usable until the new one is whole.
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { fileURLToPath } from 'node:url';
import { bundleFunction } from './bundle.mjs';
import { noticeOf } from './notices.mjs';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const fresh = mkdtempSync('dist-');
try {
  execFileSync(
    process.execPath,
    ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json', '--outDir', fresh],
    { stdio: 'inherit' },
  );
  // The grammar of Terraform, without the rest of its package: that has a script which compiles where npm installs it.
  const grammar = 'node_modules/@tree-sitter-grammars/tree-sitter-hcl';
  const terraform = `${fresh}/check/read/terraform`;
  copyFileSync(`${grammar}/tree-sitter-terraform.wasm`, `${terraform}/tree-sitter-terraform.wasm`);
  writeFileSync(`${terraform}/THIRD-PARTY-NOTICES.txt`, noticeOf(grammar));
  for (const file of readdirSync('lambda').filter((name) => name.endsWith('.lambda.ts'))) {
    const name = file.replace('.lambda.ts', '');
    await bundleFunction(name, `${fresh}/functions/${name}`);
  }
  chmodSync(fresh, 0o755);
  chmodSync(`${fresh}/bin/alb502.js`, 0o755);
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
