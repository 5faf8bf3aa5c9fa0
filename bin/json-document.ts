import { readFileSync } from 'node:fs';
import type * as z from 'zod';
import { InputError } from '../lambda/model/failure.ts';
import { fileProblem } from './file-problem.ts';

/** What a file should hold, for messages. */
export interface Expected {
  readonly name: string;
  /** The command that writes it. */
  readonly from: string;
}

/**
 * Reads a JSON file, or stdin for `-`, and checks it.
 *
 * @throws InputError naming the file, the first part of it that is wrong, and the command that writes it
 */
export function readJsonDocument<T>(file: string, schema: z.ZodType<T>, expected: Expected): T {
  const { name, from } = expected;
  const shown = file === '-' ? 'stdin' : file;
  const parsed = schema.safeParse(jsonOf(file, expected));
  if (parsed.success) return parsed.data;
  const [first] = parsed.error.issues;
  const where = first === undefined || first.path.length === 0 ? 'the document' : first.path.join('.');
  throw new InputError(`${shown} is not ${name}: ${where}: ${first?.message ?? ''}; write it with ${from}`);
}

function jsonOf(file: string, { name, from }: Expected): unknown {
  const shown = file === '-' ? 'stdin' : file;
  const expected = `expected ${name}, as ${from} writes it`;
  let text: string;
  try {
    text = readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    throw fileProblem(shown, error, 'read', expected);
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new InputError(`${shown} is not JSON; ${expected}`, { cause });
  }
}
