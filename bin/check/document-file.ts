import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import type { CheckResult } from '../../check/check-repository.ts';
import { renderTable, tablesIn, withTable } from '../../check/document/table.ts';
import type { SourceFile } from '../../check/model.ts';
import { InputError } from '../../lambda/model/failure.ts';
import { fileProblem } from '../file-problem.ts';

/** What a document is written from. */
export interface DocumentInput {
  readonly result: CheckResult;
  readonly idleTimeoutSeconds: number | null;
  /** All Markdown files, by paths that can be opened from here. */
  readonly markdown: readonly SourceFile[];
}

/** The file that has the table already. */
function documentOf(markdown: readonly SourceFile[]): string {
  const files = markdown.filter(({ text }) => tablesIn(text).length > 0).map(({ path }) => path);
  const [only, ...others] = files;
  if (only === undefined)
    throw new InputError('--document: no Markdown file has the table yet; name one: --document README.md');
  if (others.length > 0)
    throw new InputError(`--document: ${files.length} files have the table; name one: ${files.join(', ')}`);
  return only;
}

/**
 * Writes the table of timeouts into a Markdown file, in the place of the one that is there.
 *
 * @param named - null for the file that has the table already
 * @returns the file, as it is called from here
 * @throws InputError where it cannot be told which file, or it cannot be written
 */
export function writeDocument(named: string | null, input: DocumentInput): string {
  const file = named ?? documentOf(input.markdown);
  const table = renderTable(input.result.paths, input.idleTimeoutSeconds ?? input.result.standInSeconds);
  try {
    const before = existsSync(file) ? readFileSync(file, 'utf8') : '';
    writeFileSync(file, withTable(file, before, table));
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw fileProblem(file, error, 'write');
  }
  return relative(process.cwd(), file);
}
