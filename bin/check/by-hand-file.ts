import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findNodeAtLocation, parseTree } from 'jsonc-parser';
import { BY_HAND_FILE, type ByHand, byHandSchema } from '../../check/join/by-hand.ts';
import { InputError } from '../../lambda/model/failure.ts';
import { parseCommentedJson } from '../../lib/commented-json.ts';
import { fileProblem } from '../file-problem.ts';

const FORM = '{"paths": [{"loadBalancer": NAME, "server": FILE_OR_FOLDER}]}';

/** The line of each entry, so that errors and findings can point at it. */
function linesOf(text: string, count: number): readonly number[] {
  const tree = parseTree(text, [], { allowTrailingComma: true });
  return Array.from({ length: count }, (_, index) => {
    const offset = tree && findNodeAtLocation(tree, ['paths', index])?.offset;
    return text.slice(0, offset ?? 0).split('\n').length;
  });
}

/**
 * Reads the file of joins by hand.
 *
 * @param named - the file that was asked for; without it the usual name in the root, which may be missing
 * @throws InputError naming the file and the first part of it that is wrong
 */
export function readByHand(root: string, named: string | undefined): ByHand | null {
  const path = named ?? join(root, BY_HAND_FILE);
  if (named === undefined && !existsSync(path)) return null;
  const file = named ?? BY_HAND_FILE;
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw fileProblem(file, error, 'read');
  }
  const parsed = byHandSchema.safeParse(parseCommentedJson(text, file));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const where = issue === undefined || issue.path.length === 0 ? 'the document' : issue.path.join('.');
    throw new InputError(`${file}: ${where}: ${issue?.message ?? 'not understood'}; expected ${FORM}`);
  }
  const { paths } = parsed.data;
  return { file, paths, lines: linesOf(text, paths.length) };
}
