import { wrapAnsi } from 'fast-wrap-ansi';

const NO_BREAK = '\u00a0';
/** A figure and its unit stay on one line. */
const UNIT = /(\d) (?=(?:s|ms|h|%|KB|MB)(?!\w))/g;

/**
 * One line of prose, broken between words.
 *
 * @param indent - what further lines begin with
 */
export function wrapped(line: string, columns: number, indent: string): string {
  const bound = line.replaceAll(UNIT, `$1${NO_BREAK}`);
  // The first line has no indent to make room for, so it is broken off before the others.
  const [first = ''] = wrapAnsi(bound, columns, { trim: false }).split('\n', 1);
  const left = bound.slice(first.length).trimStart();
  const rest = left === '' ? [] : wrapAnsi(left, columns - indent.length, { trim: true }).split('\n');
  return [first, ...rest.map((part) => `${indent}${part}`)]
    .map((part) => part.replaceAll(NO_BREAK, ' ').trimEnd())
    .join('\n');
}
