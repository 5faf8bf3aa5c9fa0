import { wrapAnsi } from 'fast-wrap-ansi';

const NO_BREAK = '\u00a0';
/** A figure and its unit stay on one line. */
const UNIT = /(\d) (?=(?:s|ms|h|min|%|kB|KB|MB)(?!\w))/g;

/** The text with spaces in it at which no line is broken; {@link breakable} takes them away. */
export const unitsKept = (text: string): string => text.replaceAll(UNIT, `$1${NO_BREAK}`);

/** The text as it is printed. */
export const breakable = (text: string): string => text.replaceAll(NO_BREAK, ' ');

/**
 * One line of prose, broken between words.
 *
 * @param indent - what further lines begin with
 */
export function wrapped(line: string, columns: number, indent: string): string {
  const bound = unitsKept(line);
  // The first line has no indent to make room for, so it is broken off before the others.
  const [first = ''] = wrapAnsi(bound, columns, { trim: false }).split('\n', 1);
  const left = bound.slice(first.length).trimStart();
  const rest = left === '' ? [] : wrapAnsi(left, columns - indent.length, { trim: true }).split('\n');
  return [first, ...rest.map((part) => `${indent}${part}`)]
    .map((part) => breakable(part).trimEnd())
    .join('\n');
}
