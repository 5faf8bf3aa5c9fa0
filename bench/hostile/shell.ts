import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Shells that people paste into, or that read a script. */
export const SHELLS = ['bash', 'sh'] as const;

/** What our commands may start. */
const OURS = [
  ...['aws', 'alb502', 'curl', 'openssl', 'ss', 'zcat', 'awk', 'cut', 'sort', 'uniq', 'head'],
  ...['tee', 'wc', 'journalctl'],
];
/** What a stranger's values try to start; `id` and the like stand for anything. */
const THEIRS = ['touch', 'id', 'rm', 'pwned'];

/** What a line started in a shell: each program with its arguments, in the order of the alphabet. */
export interface Ran {
  readonly calls: readonly (readonly string[])[];
  /** Programs that are none of ours, files that nobody was to write, and complaints of a shell about quotes. */
  readonly harm: readonly string[];
}

/** Removes what is in a folder and says what it was. */
function emptied(folder: string): readonly string[] {
  const files = readdirSync(folder);
  for (const file of files) rmSync(join(folder, file), { recursive: true, force: true });
  return files;
}

/** A folder on PATH in which every program writes down what it was called with, and does nothing else. */
export class ShellUnderAttack {
  readonly #folder = mkdtempSync(join(tmpdir(), 'alb502-shell-'));
  readonly #programs = join(this.#folder, 'bin');
  readonly #calls = join(this.#folder, 'calls');
  readonly #work = join(this.#folder, 'work');

  constructor() {
    const made = spawnSync('mkdir', [this.#programs, this.#work, this.#calls]);
    if (made.status !== 0) throw new Error(String(made.stderr));
    for (const name of [...OURS, ...THEIRS]) {
      const program = join(this.#programs, name);
      writeFileSync(program, `#!/bin/sh\nprintf '%s\\0' ${name} "$@" > '${this.#calls}'/$$\n`);
      chmodSync(program, 0o755);
    }
  }

  /** Runs one line as if it had been pasted whole. */
  run(line: string, shell: (typeof SHELLS)[number]): Ran {
    if (line.includes('\u0000')) return { calls: [], harm: ['holds a zero byte'] };
    const { stderr } = spawnSync(`/bin/${shell}`, ['-c', line], {
      cwd: this.#work,
      env: { PATH: this.#programs, LC_ALL: 'C.UTF-8' },
      stdio: ['ignore', 'ignore', 'pipe'],
      encoding: 'utf8',
    });
    const calls = this.#recorded();
    const files = emptied(this.#work);
    return {
      calls,
      harm: [
        ...calls.flatMap(([name = '']) => (THEIRS.includes(name) ? [`started ${name}`] : [])),
        ...files.map((file) => `wrote the file ${file}`),
        ...(/not found|unexpected|[Uu]nterminated|syntax error/.test(stderr) ? [stderr.trim()] : []),
      ],
    };
  }

  #recorded(): string[][] {
    // The programs of a pipe end in any order, each with a file of its own.
    const written = readdirSync(this.#calls).map((file) => readFileSync(join(this.#calls, file), 'utf8'));
    emptied(this.#calls);
    return written.sort().map((words) => words.split('\u0000').slice(0, -1));
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
