import type { FilesBeside } from '../../model.ts';

/** Files that a program has at its root. */
const AT_THE_ROOT = [
  'package.json',
  'Dockerfile',
  'Procfile',
  'pom.xml',
  'build.gradle',
  'build.gradle.kts',
  'Gemfile',
  'pyproject.toml',
  'requirements.txt',
  'go.mod',
];

/** The folder of a path, `.` for the root. */
export function folderOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '.' : path.slice(0, slash);
}

/** The name of a file without its folder. */
export const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** A path within a folder; `..` and `.` are resolved. null where it leaves the folder that is checked. */
export function within(folder: string, path: string): string | null {
  const parts: string[] = [];
  for (const part of [...(folder === '.' ? [] : folder.split('/')), ...path.split('/')]) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) return null;
  }
  return parts.join('/') || '.';
}

/** A folder and those above it, the nearest first, down to the root `.`. */
export function upwards(folder: string): readonly string[] {
  const parts = folder === '.' ? [] : folder.split('/');
  return [...parts.map((_, index) => parts.slice(0, parts.length - index).join('/')), '.'];
}

/** The nearest file of a name at or above a folder; null where there is none. */
export function nearest(
  folder: string,
  names: readonly string[],
  beside: FilesBeside,
): { readonly path: string; readonly text: string } | null {
  for (const above of upwards(folder))
    for (const name of names) {
      const path = above === '.' ? name : `${above}/${name}`;
      const text = beside.text(path);
      if (text !== null) return { path, text };
    }
  return null;
}

/**
 * The folder whose files are one program with a file: the nearest one at or above it with a package.json, Dockerfile,
 * Procfile, pom.xml, build.gradle, Gemfile, pyproject.toml, requirements.txt or go.mod; else the file's own.
 */
export function programFolder(path: string, beside: FilesBeside): string {
  const found = nearest(folderOf(path), AT_THE_ROOT, beside);
  return folderOf(found?.path ?? path);
}
