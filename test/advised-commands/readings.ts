import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ServerRow } from '../../lambda/advice/server.ts';
import type { Moto } from '../moto-server.ts';
import { faultOfAlb502 } from './alb502.ts';
import { readAws } from './aws.ts';
import type { Placed } from './changes.ts';
import { type Kind, kindsFor } from './kinds.ts';
import { filledIn } from './placeholders.ts';
import { type Effect, judgeCall, PROGRAM_NAMES } from './programs.ts';
import { readByShell, type ShellLine } from './shell.ts';

/** A line as its readers took it: the shell, and each program that it starts. */
export interface Reading {
  readonly kind: Kind;
  /** The words of each program, as they stand there. */
  readonly calls: readonly (readonly string[])[];
  readonly aws: readonly Placed[];
  readonly effects: readonly { readonly program: string; readonly effect: Effect }[];
  readonly faults: readonly string[];
}

const NOT_FOR_SHELL = { calls: [], aws: [], effects: [], faults: [] } as const;

function faultsOfShell({ calls, complaints }: ShellLine): readonly string[] {
  const nothing =
    calls.length === 0 ? ['starts nothing: it is prose, or for a program that is not known'] : [];
  return [...nothing, ...complaints];
}

async function faultOfCall(call: readonly string[]): Promise<string | null> {
  const [name, ...words] = call;
  if (name === 'aws') return null;
  return name === 'alb502' ? faultOfAlb502(words) : judgeCall(call).fault;
}

async function readingOf(line: ShellLine, aws: readonly Placed[]): Promise<Reading> {
  const calls = line.calls.map((words) => words.map(filledIn));
  const faults = await Promise.all(calls.map(faultOfCall));
  return {
    kind: 'shell',
    calls: line.calls,
    aws,
    effects: calls
      .filter(([name]) => name !== 'aws' && name !== 'alb502')
      .map((call) => ({ program: call[0] ?? '', effect: judgeCall(call).effect })),
    faults: [
      ...faultsOfShell(line),
      ...faults.filter((fault) => fault !== null),
      ...aws.flatMap(({ problems }) => problems),
    ],
  };
}

/** Files that lines write for later ones. */
function writeFiles(read: Iterable<ShellLine>, folder: string): void {
  for (const { calls } of read)
    for (const [name, file] of calls)
      if (name === 'tee' && file !== undefined) writeFileSync(join(folder, file), '{}');
}

/**
 * Has every line read by those it is for.
 *
 * @param folder - an empty one, for the files that commands write and read
 */
export async function readLines(
  moto: Moto,
  lines: readonly string[],
  servers: readonly ServerRow[],
  folder: string,
): Promise<ReadonlyMap<string, Reading>> {
  const kindOf = kindsFor(servers);
  const forShell = lines.filter((line) => kindOf(line) === 'shell');
  const read = readByShell(forShell, PROGRAM_NAMES);
  writeFiles(read.values(), folder);
  const asked = [...read.values()].flatMap(({ line, calls }) =>
    calls.filter(([name]) => name === 'aws').map(([, ...words]) => ({ line, words: words.map(filledIn) })),
  );
  const answers = await readAws(
    moto,
    asked.map(({ words }) => words),
    folder,
  );
  const placed = answers.map((answer, number): Placed => ({ ...answer, line: asked[number]?.line ?? '' }));
  const readings = new Map<string, Reading>();
  for (const line of lines) {
    const shell = read.get(line);
    const own = placed.filter((one) => one.line === line);
    readings.set(
      line,
      shell === undefined ? { kind: kindOf(line), ...NOT_FOR_SHELL } : await readingOf(shell, own),
    );
  }
  return readings;
}
