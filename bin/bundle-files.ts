import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '../lambda/model/failure.ts';
import { fileProblem } from './file-problem.ts';

/** A file to read, and the folder it was found in; null where it was named itself. */
interface BundleFile {
  readonly path: string;
  readonly folder: string | null;
}

export const isInFolder = ({ folder }: BundleFile): boolean => folder !== null;

/**
 * The files that the arguments name; of a folder those that end in `.json`, as `scan --save` writes them.
 *
 * @throws InputError for a folder that cannot be read or has none
 */
export function bundleFiles(paths: readonly string[]): readonly BundleFile[] {
  return paths.flatMap((path) => {
    const isFolder = path !== '-' && statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
    return isFolder ? filesIn(path) : [{ path, folder: null }];
  });
}

function filesIn(folder: string): readonly BundleFile[] {
  const names = namesIn(folder).filter((name) => name.endsWith('.json') && !name.startsWith('.'));
  if (names.length === 0)
    throw new InputError(
      `${folder} has no evidence bundle, which ends in .json; write some with alb502 scan --save ${folder}`,
    );
  return names.sort().map((name) => ({ path: join(folder, name), folder }));
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    throw fileProblem(folder, error, 'read');
  }
}
