import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What a line would start, as a shell read it. */
export interface ShellLine {
  readonly line: string;
  /** Each program with its arguments, in the order in which they started. */
  readonly calls: readonly (readonly string[])[];
  /** What the shell itself complained of, or a program that is none of those allowed. */
  readonly complaints: readonly string[];
}

/** Restricted: no path is started and no file written, so that a line under test does no harm to the machine. */
const RUNNER = `
record() { local name=$1; shift; printf '%s\\0' "$(($# + 1))" "$name" "$@" >&3; }
command_not_found_handle() { record '?' "$@"; }
. ./programs
PATH=/nonexistent
number=0
while IFS= read -r -d '' line; do
  ( set -r; eval "$line" ) 3>"calls/$number" 2>"errors/$number" >/dev/null </dev/null
  number=$((number + 1))
done <lines
`;

/** The shell may write no file here: `> FILE` is read as `| tee FILE`. */
const withoutRedirection = (line: string): string => line.replaceAll(/ >>? ([\w.-]+)(?=\s|$)/g, ' | tee $1');

function callsIn(recorded: string): string[][] {
  const words = recorded.split('\0').slice(0, -1);
  const calls: string[][] = [];
  for (let start = 0; start < words.length; ) {
    const length = Number(words[start]);
    calls.push(words.slice(start + 1, start + 1 + length));
    start += 1 + length;
  }
  return calls;
}

/**
 * Has bash read lines, and tells what each would start; nothing is started.
 *
 * @param programs - the names that are allowed; a path such as `bin/tool.sh` too
 */
export function readByShell(
  lines: readonly string[],
  programs: readonly string[],
): ReadonlyMap<string, ShellLine> {
  const folder = mkdtempSync(join(tmpdir(), 'alb502-advised-'));
  try {
    for (const name of ['calls', 'errors']) mkdirSync(join(folder, name));
    // A function comes before a builtin of its name, such as kill.
    const functions = programs.map((name) => `${name}() { record ${name} "$@"; }`);
    writeFileSync(join(folder, 'programs'), functions.join('\n'));
    writeFileSync(join(folder, 'lines'), lines.map((line) => `${withoutRedirection(line)}\0`).join(''));
    const { status, stderr } = spawnSync('bash', ['-c', RUNNER], { cwd: folder, encoding: 'utf8' });
    if (status !== 0) throw new Error(`bash: ${stderr}`);
    return new Map(lines.map((line, number) => [line, shellLine(folder, line, number)]));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function shellLine(folder: string, line: string, number: number): ShellLine {
  const calls = callsIn(readFileSync(join(folder, 'calls', String(number)), 'utf8'));
  const errors = readFileSync(join(folder, 'errors', String(number)), 'utf8').trim();
  const known = calls.filter(([name]) => name !== '?');
  const unknown = calls.filter(([name]) => name === '?').map(([, name]) => `no program is named ${name}`);
  return { line, calls: known, complaints: [...unknown, ...(errors === '' ? [] : [errors])] };
}
