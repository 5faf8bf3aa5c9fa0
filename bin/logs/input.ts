import { createReadStream, type Dirent, type Stats } from 'node:fs';
import { lstat, readdir, readFile, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { inReadingOrder, reasonToSkip } from '../../lambda/access-log/reading/file-name.ts';
import { InputError } from '../../lambda/model/failure.ts';
import {
  bytesInMemory,
  bytesOnce,
  type LogBytes,
  readLogBytes,
} from '../../lambda/observe/access-log-bytes.ts';
import { inflateOnThread, isForThread } from './inflate-thread.ts';
import { isHidden } from './log-name.ts';
import { parquet, type Skipped, type Source, type SourceReader, type Sources, takeFile } from './source.ts';

const READ_BYTES = 256 * 1024;

/** Reads bytes on this thread. */
export const readHere = (bytes: LogBytes, reader: SourceReader): Promise<string | null> =>
  readLogBytes(bytes, {
    chunk: (chunk) => reader.chunk(chunk),
    file: (name, problem) => takeFile(reader, name, problem),
    parquet,
  });

const openFile = (path: string) => createReadStream(path, { highWaterMark: READ_BYTES });

async function readFileInto(path: string, bytes: number, reader: SourceReader): Promise<string | null> {
  if (isForThread(path, bytes)) return inflateOnThread(path, reader);
  if (bytes <= READ_BYTES) return readHere(bytesInMemory([await readFile(path)]), reader);
  return readHere({ bytes: openFile(path), reopen: () => openFile(path) }, reader);
}

const fileSource = (path: string, bytes: number): Source => ({
  path,
  bytes,
  readInto: (reader) => readFileInto(path, bytes, reader),
});

/** What comes once, such as a named pipe. */
const pipeSource = (path: string): Source => ({
  path,
  bytes: 0,
  readInto: (reader) => readHere(bytesOnce(path === '-' ? process.stdin : openFile(path)), reader),
});

const WORDS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or folder',
  EACCES: 'you lack read permission on it',
  EISDIR: 'is a folder',
  ELOOP: 'a symbolic link that leads to itself',
  ENAMETOOLONG: 'a path that is too long',
};

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  return WORDS[code] ?? code;
}

const problem = (path: string, error: unknown): InputError => new InputError(`${path}: ${reasonOf(error)}`);

/** What one file is that is neither a file nor a folder. */
function special(about: Stats): string {
  if (about.isFIFO()) return 'a named pipe, not a file';
  if (about.isSocket()) return 'a socket, not a file';
  return 'a device, not a file';
}

const identityOf = ({ dev, ino }: Stats): string => `${dev}:${ino}`;

/** Finds files; one that has been found by another name is not found again. */
class Finder {
  readonly sources: Source[] = [];
  readonly skipped: Skipped[] = [];
  private readonly seen = new Set<string>();
  /** How many files were left out that had been found by another name. */
  private knew = 0;
  /** The folder that is being looked through. */
  private root = '';

  /** @throws InputError naming the argument that is not there, cannot be read, or holds no logs */
  async find(path: string): Promise<void> {
    if (path === '-') {
      if (this.isNew('-')) this.sources.push(pipeSource(path));
      return;
    }
    const about = await stat(path).catch(async (error: unknown) => {
      const link = await lstat(path).catch(() => null);
      throw link === null ? problem(path, error) : new InputError(`${path}: ${linkReason(error)}`);
    });
    if (about.isDirectory()) return this.findBelow(path);
    if (about.isFile()) this.take(path, about);
    else if (about.isFIFO()) this.sources.push(pipeSource(path));
    else throw new InputError(`${path}: ${special(about)}; expected a file, a folder, a pipe or -`);
  }

  private isNew(identity: string): boolean {
    const { size } = this.seen;
    return this.seen.add(identity).size > size;
  }

  private take(path: string, about: Stats): void {
    if (this.isNew(identityOf(about))) this.sources.push(fileSource(path, about.size));
    else this.knew++;
  }

  private async findBelow(folder: string): Promise<void> {
    const [sources, skipped, known] = [this.sources.length, this.skipped.length, this.knew];
    const names = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
      throw problem(folder, error);
    });
    this.root = `${await realpath(folder)}${sep}`;
    await this.walk(folder, names);
    if (this.sources.length > sources || this.knew > known) return;
    const [first] = this.skipped.slice(skipped);
    const left = first ? ` (${this.skipped.length - skipped} left out: ${first.path}: ${first.reason})` : '';
    throw new InputError(`${folder}: no access logs in this folder; expected .log or .log.gz files${left}`);
  }

  /** Every file below a folder, hidden ones left out. What cannot be read is left out and said. */
  private async walk(folder: string, entries: readonly Dirent[]): Promise<void> {
    for (const { name } of [...entries].sort((a, b) => (a.name < b.name ? -1 : 1)))
      if (!isHidden(name)) await this.walkTo(join(folder, name));
  }

  private async walkTo(path: string): Promise<void> {
    try {
      const about = await stat(path);
      if (about.isDirectory()) {
        // Symbolic links may lead to a folder that is read already, or back up to more than was asked for.
        const isAbove = this.root.startsWith(`${await realpath(path)}${sep}`);
        if (!isAbove && this.isNew(identityOf(about)))
          await this.walk(path, await readdir(path, { withFileTypes: true }));
        return;
      }
      const reason = about.isFile() ? reasonToSkip(path) : special(about);
      if (reason === null) this.take(path, about);
      else this.skipped.push({ path, reason, isLog: false });
    } catch (error) {
      this.skipped.push({ path, reason: linkReason(error), isLog: true });
    }
  }
}

/** What a folder names and is not there is a link to nothing. */
const linkReason = (error: unknown): string =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT'
    ? 'a symbolic link to nothing'
    : reasonOf(error);

/**
 * Finds the local files that the arguments name.
 *
 * @throws InputError naming the argument that is not there, cannot be read, or holds no logs
 */
export async function localSources(paths: readonly string[]): Promise<Sources> {
  const finder = new Finder();
  for (const path of paths) await finder.find(path);
  return { sources: inReadingOrder(finder.sources, ({ path }) => path), skipped: finder.skipped };
}

/** Says why a source cannot be read; a defect of ours is thrown on. */
export function unreadable(error: unknown): string {
  if (error instanceof Error && 'code' in error) return reasonOf(error);
  throw error;
}
