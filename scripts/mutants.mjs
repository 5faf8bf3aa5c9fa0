// Changes the code of the pure folders, one small change at a time, and shows which changes no test notices.
// Run: npm run mutants -- [--ignore-static] [--tests=FILE,...] [FOLDER_OR_FILE...]; without one all three folders, which
// takes hours. --ignore-static leaves out constants: each costs a whole run of the tests. --tests runs these test files
// only, which takes minutes: what they notice is a lower bound of what all tests notice.
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';

const FOLDERS = ['lambda/diagnose', 'lambda/access-log', 'lambda/alert'];

const ignoresStatic = process.argv.includes('--ignore-static');
const onlyTests = process.argv.find((word) => word.startsWith('--tests='))?.slice('--tests='.length);
const chosen = process.argv.slice(2).filter((word) => !word.startsWith('--'));
const unfit = chosen.filter(
  (path) => !existsSync(path) || !FOLDERS.some((folder) => path === folder || path.startsWith(`${folder}/`)),
);
if (unfit.length > 0) {
  process.stderr.write(
    `mutants: ${unfit.join(', ')} is no file or folder of ${FOLDERS.join(', ')}; name one of these, or a path in them\n`,
  );
  process.exit(2);
}
const patterns = (chosen.length > 0 ? chosen : FOLDERS).map((path) =>
  statSync(path).isDirectory() ? `${path}/**/*.ts` : path,
);
// Each folder is held by its own tests; those of the others would only cost time.
const tested = FOLDERS.filter(
  (folder) => chosen.length === 0 || chosen.some((path) => path.startsWith(folder)),
);
const tests = onlyTests ?? tested.map((folder) => folder.replace('lambda/', 'test/')).join(',');
const options = ['--mutate', patterns.join(','), ...(ignoresStatic ? ['--ignoreStatic'] : [])];
const { status } = spawnSync('npx', ['stryker', 'run', 'stryker.config.json', ...options], {
  stdio: 'inherit',
  env: { ...process.env, ALB502_MUTANT_TESTS: tests },
});
process.exit(status ?? 1);
