import {
  copyFileSync,
  lstatSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import * as z from 'zod';
import { InputError } from '../lambda/model/failure.ts';
import { parseCommentedJson } from '../lib/commented-json.ts';
import { fileProblem } from './file-problem.ts';

const TODO = 'give --output another file';
const settings = z.record(z.string(), z.unknown());

const exists = (file: string): boolean => lstatSync(file, { throwIfNoEntry: false }) !== undefined;

/**
 * Refuses a file that exists where nobody said to write it anew.
 *
 * @throws InputError
 */
export function refuseExisting(file: string): void {
  try {
    if (!exists(file)) return;
  } catch (error) {
    throw fileProblem(file, error, 'write', TODO);
  }
  throw new InputError(
    `${file} exists and is left as it is; --dry-run shows what would be written, --output FILE writes another file, --force writes this one anew and keeps its settings`,
  );
}

/**
 * The settings of a file that is to be written anew; null where there is none.
 *
 * @throws InputError where it cannot be read, or is not a configuration: nothing of it could be kept
 */
export function existingSettings(file: string): Readonly<Record<string, unknown>> | null {
  let text: string;
  try {
    if (!exists(file)) return null;
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw fileProblem(file, error, 'read', TODO);
  }
  const lost = `so its settings cannot be kept; mend it, or ${TODO}`;
  let value: unknown;
  try {
    value = parseCommentedJson(text, file);
  } catch (error) {
    throw new InputError(`${error instanceof Error ? error.message : String(error)}, ${lost}`, {
      cause: error,
    });
  }
  const parsed = settings.safeParse(value);
  if (!parsed.success) throw new InputError(`${file} is no JSON object, ${lost}`);
  return parsed.data;
}

/**
 * Writes a configuration; never half of one. One that was there is kept beside it as `FILE.bak`.
 *
 * @throws InputError where it cannot be written
 */
export function writeConfiguration(file: string, text: string): void {
  const unfinished = `${file}.part`;
  try {
    // Through a symbolic link, so that it stays one.
    const target = exists(file) ? realpathSync(file) : file;
    writeFileSync(unfinished, text);
    if (target !== file || exists(file)) copyFileSync(target, `${file}.bak`);
    renameSync(unfinished, target);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw fileProblem(file, error, 'write', TODO);
  }
}
