import type { ChunkIndex } from '../../lambda/access-log/reading/chunk-index.ts';
import { reasonToSkip } from '../../lambda/access-log/reading/file-name.ts';
import type { ParquetReader } from '../../lambda/observe/access-log-bytes.ts';
import { isHidden } from './log-name.ts';

/** Takes what a source holds. */
export interface SourceReader {
  /** Takes the next bytes, and what was found in them if somebody has looked; they are only valid during the call. */
  chunk(bytes: Uint8Array, index?: ChunkIndex): void;
  /**
   * Another file of an archive begins.
   *
   * @param problem - what is wrong with the file before, if anything is
   * @param skipped - why the file is left out, if it is
   */
  file(name: string, problem: string | null, skipped: string | null): void;
}

/** Something to read: a file, the standard input, or an object, in the order in which it is to be read. */
export interface Source {
  readonly path: string;
  /** Compressed size; 0 where unknown. */
  readonly bytes: number;
  /**
   * Gives all bytes, inflated.
   *
   * @returns null, or what is wrong with the data
   */
  readInto(reader: SourceReader): Promise<string | null>;
}

/** A file in a folder that is no access log or cannot be read, and why. */
export interface Skipped {
  readonly path: string;
  readonly reason: string;
  /** Whether it may be a log. */
  readonly isLog: boolean;
}

/** What the arguments stand for. */
export interface Sources {
  readonly sources: readonly Source[];
  readonly skipped: readonly Skipped[];
}

/** Loads the reader of Parquet only where there is some. */
export const parquet: ParquetReader = async (file, onText) => {
  const { readParquet } = await import('./parquet.ts');
  return readParquet(file, onText);
};

/** Tells the reader of the next file of an archive, and says whether to read it. */
export function takeFile(reader: SourceReader, name: string, problem: string | null): boolean {
  const skipped = reasonToSkip(name);
  if (isHidden(name)) return false;
  reader.file(name, problem, skipped);
  return skipped === null;
}
