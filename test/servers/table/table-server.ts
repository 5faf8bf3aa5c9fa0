import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { findProgram, type RunningServer, startServer } from '../process.ts';

/** A server of the advice's table that can be started here. */
export interface TableServer {
  /** Of its row. */
  readonly id: string;
  /** The version that runs, as it says itself; digits and dots. */
  version(): Promise<string>;
  /** Starts it with lines of its row in their place; with none, as it is where nobody configured it. */
  start(lines: readonly string[]): Promise<RunningServer>;
  /** How much earlier than said it may close: clocks of whole seconds. */
  readonly earlyBySeconds: number;
  /** How much later than said it may close: servers that look at their idle connections only so often. */
  readonly lateBySeconds: number;
  /** Requests to send for counting: more than its limit. */
  readonly requests: number;
}

const run = promisify(execFile);

/** What a program prints of its version; programs differ in where they print it. */
export async function versionOf(command: string, args: readonly string[]): Promise<string> {
  const { stdout, stderr } = await run(command, [...args]);
  const version = /\d+(?:\.\d+)+/.exec(`${stdout}\n${stderr}`)?.[0];
  if (version === undefined) throw new Error(`${command} ${args.join(' ')} prints no version`);
  return version;
}

/** The version of a program that Debian packages. */
export const programVersion =
  (program: string, debianPackage: string, ...args: readonly string[]) =>
  async () =>
    versionOf(await findProgram(program, debianPackage), args);

/** A server of one command: its arguments and files for a port, and lines of advice. */
export function server(
  id: string,
  [program, debianPackage]: readonly [program: string, debianPackage: string],
  version: TableServer['version'],
  prepare: (
    port: number,
    lines: readonly string[],
    folder: string,
  ) => { readonly args: readonly string[]; readonly files?: Readonly<Record<string, string>> },
  options: Partial<Pick<TableServer, 'earlyBySeconds' | 'lateBySeconds' | 'requests'>> = {},
): TableServer {
  return {
    id,
    version,
    start: (lines) =>
      startServer(async (port, folder) => ({
        command: await findProgram(program, debianPackage),
        files: {},
        ...prepare(port, lines, folder),
      })),
    earlyBySeconds: 0,
    lateBySeconds: 0,
    requests: 200,
    ...options,
  };
}

/** The lines that are no remarks. */
export const withoutRemarks = (lines: readonly string[]): readonly string[] =>
  lines.filter((line) => !/^\s*(#|\/\/|;|<!--|rem )/.test(line));

/** The arguments of the one command line among the lines; none where there are no lines. */
export function flagsOf(lines: readonly string[]): readonly string[] {
  const [command = ''] = withoutRemarks(lines);
  return command
    .split(' ')
    .slice(1)
    .filter((word) => word !== 'app:app');
}
