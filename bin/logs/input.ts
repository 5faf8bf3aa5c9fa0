import { createReadStream, type Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { accessLogName, inReadingOrder } from '../../lambda/access-log/file-name.ts';
import { InputError } from '../../lambda/model/failure.ts';
import { inflateInto } from '../../lambda/observe/access-log-inflate.ts';
import type { OnChunk } from './inflate-job.ts';
import { inflateOnThread } from './inflate-thread.ts';

/** Something to read: a file, the standard input, or an object, in the order in which it is to be read. */
export interface Source {
  readonly path: string;
  /** Compressed size; 0 where unknown. */
  readonly bytes: number;
  /**
   * Gives all bytes, inflated; a chunk is only valid during the call.
   *
   * @returns null, or what is wrong with the gzip data
   */
  readInto(onChunk: OnChunk): Promise<string | null>;
}

/** A file in a folder that is no access log, and why. */
export interface Skipped {
  readonly path: string;
  readonly reason: string;
}

/** What the arguments stand for. */
export interface Sources {
  readonly sources: readonly Source[];
  readonly skipped: readonly Skipped[];
}

const READ_BYTES = 256 * 1024;
/** A thread is started in a few hundredths of a second, in which a smaller file is read. */
const THREAD_FROM_BYTES = 4 * 1024 * 1024;

const KINDS = {
  connection: 'a connection log, not an access log',
  'health-check': 'a health check log, not an access log',
  network: 'the log of a Network Load Balancer',
} as const;

/** Why a file of a folder is left out; null where it is read. */
function reasonToSkip(path: string): string | null {
  const name = accessLogName(path);
  if (name !== null) return name.kind === 'access' ? null : KINDS[name.kind];
  return /\.(log|gz|txt)$/.test(path) ? null : 'not named like a log (.log, .gz or .txt)';
}

const fileSource = (path: string, bytes: number): Source => ({
  path,
  bytes,
  readInto: (onChunk) =>
    bytes >= THREAD_FROM_BYTES
      ? inflateOnThread(path, onChunk)
      : inflateInto(createReadStream(path, { highWaterMark: READ_BYTES }), onChunk),
});

const stdinSource: Source = {
  path: '-',
  bytes: 0,
  readInto: (onChunk) => inflateInto(process.stdin, onChunk),
};

function problem(path: string, error: unknown): InputError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  const words: Readonly<Record<string, string>> = {
    ENOENT: 'no such file or folder',
    EACCES: 'no permission to read it',
    EISDIR: 'is a folder',
  };
  return new InputError(`${path}: ${words[code] ?? code}`);
}

/** Every file below a folder, hidden ones left out. */
async function* walk(folder: string): AsyncGenerator<string> {
  const entries: Dirent[] = await readdir(folder, { withFileTypes: true });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.name.startsWith('.')) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* walk(path);
    else if (entry.isFile() || entry.isSymbolicLink()) yield path;
  }
}

async function sourcesOf(path: string, skipped: Skipped[]): Promise<Source[]> {
  if (path === '-') return [stdinSource];
  const found: Source[] = [];
  try {
    const about = await stat(path);
    if (!about.isDirectory()) return [fileSource(path, about.size)];
    for await (const file of walk(path)) {
      const reason = reasonToSkip(file);
      if (reason === null) found.push(fileSource(file, (await stat(file)).size));
      else skipped.push({ path: file, reason });
    }
  } catch (error) {
    throw problem(path, error);
  }
  if (found.length === 0)
    throw new InputError(`${path}: no access logs in this folder; expected .log or .log.gz files`);
  return found;
}

/**
 * Finds the local files that the arguments name.
 *
 * @throws InputError naming the argument that is not there, cannot be read, or holds no logs
 */
export async function localSources(paths: readonly string[]): Promise<Sources> {
  const skipped: Skipped[] = [];
  const sources: Source[] = [];
  for (const path of paths) sources.push(...(await sourcesOf(path, skipped)));
  const distinct = sources.filter(
    (source, at) => sources.findIndex(({ path }) => path === source.path) === at,
  );
  return { sources: inReadingOrder(distinct, ({ path }) => path), skipped };
}

/** Says in one line why a source cannot be read; a defect of ours is thrown on. */
export function unreadable(path: string, error: unknown): InputError {
  if (error instanceof Error && 'code' in error) return problem(path, error);
  throw error;
}
