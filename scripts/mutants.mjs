// Changes the code of the pure folders, one small change at a time, and shows which changes no test notices.
// Run: npm run mutants -- [FOLDER_OR_FILE...]; without one all three folders, which takes hours.
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';

const FOLDERS = ['lambda/diagnose', 'lambda/access-log', 'lambda/alert'];

const chosen = process.argv.slice(2);
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
const { status } = spawnSync(
  'npx',
  ['stryker', 'run', 'stryker.config.json', '--mutate', patterns.join(',')],
  {
    stdio: 'inherit',
  },
);
process.exit(status ?? 1);
