import { existsSync, realpathSync, statSync } from 'node:fs';
import { isAbsolute, relative } from 'node:path';
import { InputError } from '../../lambda/model/failure.ts';
import { fileProblem } from '../file-problem.ts';

/**
 * Checks the files and folders that a client names. Standard input carries the protocol, and reading a pipe or a
 * device could take what is meant for others or never end.
 *
 * @param roots - folders that they must lie in, links followed; none: they may lie anywhere
 * @throws InputError naming the path that is not there, is neither a file nor a folder, or lies elsewhere
 */
export function checkLocalPaths(paths: readonly string[], roots: readonly string[]): void {
  for (const path of paths) {
    if (path === '-')
      throw new InputError('- is standard input, which carries the protocol; name a file or folder');
    // What is not there, the reader of the files tells best.
    if (roots.length === 0 && !existsSync(path)) continue;
    const about = asked(path, (each) => statSync(each));
    if (!about.isFile() && !about.isDirectory())
      throw new InputError(`${path} is neither a file nor a folder, and nothing else is read here`);
    if (roots.length > 0 && !isBelowOne(path, roots))
      throw new InputError(
        `${path} is not below ${roots.join(' or ')}, which is all that --root of alb502 mcp allows`,
      );
  }
}

/**
 * Checks the folders that files are to lie in.
 *
 * @throws InputError for one that is not there or is no folder
 */
export function checkRoots(roots: readonly string[]): void {
  for (const root of roots)
    if (!asked(root, (each) => statSync(each)).isDirectory())
      throw new InputError(`--root ${root} is not a folder`);
}

const isBelowOne = (path: string, roots: readonly string[]): boolean => {
  const real = asked(path, (each) => realpathSync(each));
  return roots.some((root) =>
    isBelow(
      real,
      asked(root, (each) => realpathSync(each)),
    ),
  );
};

function asked<T>(path: string, ask: (path: string) => T): T {
  try {
    return ask(path);
  } catch (error) {
    throw fileProblem(path, error, 'read');
  }
}

function isBelow(path: string, root: string): boolean {
  const way = relative(root, path);
  return way === '' || (!way.startsWith('..') && !isAbsolute(way));
}
