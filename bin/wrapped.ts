import wrapAnsi from 'wrap-ansi';

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
  const [first = '', ...rest] = wrapAnsi(bound, columns - indent.length, { trim: false })
    .replaceAll(NO_BREAK, ' ')
    .split('\n');
  return [first, ...rest.map((part) => `${indent}${part.trimStart()}`)]
    .map((part) => part.trimEnd())
    .join('\n');
}
