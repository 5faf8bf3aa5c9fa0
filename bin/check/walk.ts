import { type Dirent, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import ignore, { type Ignore } from 'ignore';
import type { SkippedFile } from '../../check/report/json.ts';
import { InputError } from '../../lambda/model/failure.ts';
import { fileProblem } from '../file-problem.ts';

/** Folders that hold the work of others, or nothing to read. */
const NEVER = new Set(['node_modules', '.git', 'vendor', '.terraform', '.venv', 'venv', '__pycache__']);
/** The output of `cdk synth` is usually ignored, and is what CloudFormation gets. */
const ALWAYS = 'cdk.out';

/** Longer files are not read: templates have 1 MB at most, plans some more. */
export const MOST_BYTES = 10 * 1024 * 1024;
/** More files than that are not listed. */
const MOST_FILES = 200_000;
const DEEPEST = 60;

/** What was found below the given paths. */
export interface Walk {
  /** The folder that all paths are seen from. */
  readonly root: string;
  /** With `/`, sorted. */
  readonly paths: readonly string[];
  readonly skipped: readonly SkippedFile[];
  /** Folders of others' work that were passed over: `node_modules`. */
  readonly passedOver: readonly string[];
}

interface Rules {
  readonly folder: string;
  readonly rules: Ignore;
}

interface Found {
  readonly files: Set<string>;
  readonly skipped: SkippedFile[];
  readonly passedOver: Set<string>;
}

/** Where paths are seen from: here, unless one of them lies elsewhere. */
function rootOf(paths: readonly string[]): string {
  const here = process.cwd();
  const full = paths.map((path) => resolve(path));
  const isBelow = (path: string, folder: string): boolean =>
    path === folder || path.startsWith(folder.endsWith(sep) ? folder : `${folder}${sep}`);
  if (full.every((path) => isBelow(path, here))) return here;
  const folders = full.map((path) => (statSync(path).isDirectory() ? path : dirname(path)));
  let common = folders[0] ?? here;
  while (!folders.every((folder) => isBelow(folder, common))) common = dirname(common);
  return common;
}

/** The ignore rules of one folder; none where it has no file of them, or one that cannot be read. */
function rulesOf(folder: string): readonly Rules[] {
  try {
    return [{ folder, rules: ignore().add(readFileSync(join(folder, '.gitignore'), 'utf8')) }];
  } catch {
    return [];
  }
}

/** The rules of the folders above, up to the root of the Git repository. */
function rulesAbove(folder: string): readonly Rules[] {
  const above: string[] = [];
  for (let next = folder; ; next = dirname(next)) {
    if (statSync(join(next, '.git'), { throwIfNoEntry: false }) !== undefined) break;
    if (dirname(next) === next) return [];
    above.unshift(dirname(next));
  }
  return above.flatMap(rulesOf);
}

/** Whether Git ignores a path; the nearest rules that speak of it have the last word. */
function isIgnored(path: string, isFolder: boolean, rules: readonly Rules[]): boolean {
  for (const { folder, rules: own } of rules.toReversed()) {
    const name = `${relative(folder, path).split(sep).join('/')}${isFolder ? '/' : ''}`;
    if (name === '' || name.startsWith('..')) continue;
    const { ignored, unignored } = own.test(name);
    if (ignored || unignored) return ignored;
  }
  return false;
}

/** A folder that is ignored and asked for all the same is read. */
function rulesFor(folder: string): readonly Rules[] {
  const above = rulesAbove(folder);
  return isIgnored(folder, true, above) ? [] : above;
}

class Limit extends Error {}

function walkFolder(
  root: string,
  folder: string,
  rules: readonly Rules[],
  found: Found,
  depth: number,
): void {
  const shown = (path: string): string => relative(root, path).split(sep).join('/') || '.';
  if (depth > DEEPEST) {
    found.skipped.push({ file: shown(folder), why: `it is more than ${DEEPEST} folders deep` });
    return;
  }
  let entries: Dirent[];
  try {
    entries = readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    found.skipped.push({ file: shown(folder), why: fileProblem(shown(folder), error, 'read').message });
    return;
  }
  const own = [...rules, ...rulesOf(folder)];
  for (const entry of entries.sort((left, right) => (left.name < right.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (NEVER.has(entry.name)) found.passedOver.add(entry.name);
      else if (entry.name === ALWAYS) walkFolder(root, path, [], found, depth + 1);
      else if (!isIgnored(path, true, own)) walkFolder(root, path, own, found, depth + 1);
    } else if (entry.isSymbolicLink()) {
      const problem = linkProblem(root, path);
      if (problem !== null) found.skipped.push({ file: shown(path), why: problem });
    } else if (entry.isFile() && !isIgnored(path, false, own)) {
      if (found.files.size >= MOST_FILES) throw new Limit();
      found.files.add(shown(path));
    }
  }
}

/** A link that stays inside is read where it leads to; null for those. */
function linkProblem(root: string, path: string): string | null {
  try {
    const target = realpathSync(path);
    const inside = relative(realpathSync(root), target);
    return inside.startsWith('..') ? 'it is a symbolic link that leads out of the folder' : null;
  } catch {
    return 'it is a symbolic link that leads nowhere';
  }
}

/**
 * Lists the files below some paths as Git would have them: without what `.gitignore` files name, without
 * `node_modules`, `.git` and `vendor`; `cdk.out` is listed all the same. Symbolic links are not followed.
 *
 * @throws InputError where a path does not exist
 */
export function walk(given: readonly string[]): Walk {
  for (const path of given)
    if (statSync(path, { throwIfNoEntry: false }) === undefined)
      throw new InputError(`${path} does not exist; give a file or a folder to check`);
  const root = rootOf(given);
  const found: Found = { files: new Set(), skipped: [], passedOver: new Set() };
  try {
    for (const path of given.map((each) => resolve(each))) {
      if (statSync(path).isDirectory()) walkFolder(root, path, rulesFor(path), found, 0);
      else found.files.add(relative(root, path).split(sep).join('/'));
    }
  } catch (error) {
    if (!(error instanceof Limit)) throw error;
    found.skipped.push({ file: '.', why: `there are more than ${MOST_FILES} files; give a folder below` });
  }
  return {
    root,
    paths: [...found.files].sort(),
    skipped: found.skipped,
    passedOver: [...found.passedOver].sort(),
  };
}

/** The text of a file, or why it has none. */
export type FileText = { readonly text: string } | { readonly why: string };

/** Reads one file of a walk as UTF-8. */
export function readText(root: string, path: string): FileText {
  const full = join(root, path);
  try {
    const { size } = statSync(full);
    if (size > MOST_BYTES)
      return { why: `it has ${Math.round(size / 1024 / 1024)} MB; files of more than 10 MB are not read` };
    const bytes = readFileSync(full);
    if (bytes.includes(0)) return { why: 'it is not text' };
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch (error) {
    return {
      why: error instanceof TypeError ? 'it is not UTF-8' : fileProblem(path, error, 'read').message,
    };
  }
}
