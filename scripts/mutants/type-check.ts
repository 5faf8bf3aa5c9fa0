import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Mutant } from './mutant.ts';

/** Two runs at once do not meet. */
const FOLDER = `.mutants/types-${process.pid}`;

/** Names that nothing uses any more are no error of the change that made them so. */
const CONFIG = {
  extends: resolve('tsconfig.json'),
  compilerOptions: { noUnusedLocals: false, noUnusedParameters: false, allowUnreachableCode: true },
  include: ['lambda'],
};

/** Which of these changes the compiler refuses: one change of each file at a time, as many files at once as there are. */
export function refusedByCompiler(mutants: readonly Mutant[]): ReadonlySet<number> {
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  cpSync('lambda', join(FOLDER, 'lambda'), { recursive: true });
  writeFileSync(join(FOLDER, 'package.json'), '{"type":"module"}');
  writeFileSync(join(FOLDER, 'tsconfig.json'), JSON.stringify(CONFIG));
  symlinkSync(resolve('node_modules'), join(FOLDER, 'node_modules'));
  const refused = new Set<number>();
  const files = [...new Set(mutants.map(({ file }) => file))];
  const byFile = files.map((file) => mutants.filter((one) => one.file === file));
  for (let round = 0; ; round += 1) {
    const some = byFile.flatMap((own) => own[round] ?? []);
    if (some.length === 0) break;
    for (const one of some) writeFileSync(join(FOLDER, one.file), changedText(one));
    const broken = filesWithErrors();
    for (const one of some) {
      if (broken.has(one.file)) refused.add(one.id);
      cpSync(one.file, join(FOLDER, one.file));
    }
  }
  rmSync(FOLDER, { recursive: true });
  return refused;
}

function changedText({ file, start, end, replacement }: Mutant): string {
  const text = readFileSync(file, 'utf8');
  return text.slice(0, start) + replacement + text.slice(end);
}

function filesWithErrors(): ReadonlySet<string> {
  const tsc = resolve('node_modules/.bin/tsc');
  const { stdout } = spawnSync(tsc, ['--noEmit', '--pretty', 'false', '-p', '.'], {
    cwd: FOLDER,
    encoding: 'utf8',
  });
  const lines = stdout.split('\n').flatMap((line) => /^(\S+)\(\d+,\d+\): error/.exec(line)?.[1] ?? []);
  return new Set(lines);
}
