import { wrapAnsi } from 'fast-wrap-ansi';

/** Text in lines of so many columns, the first after `first`, the others as far to the right. */
export function indent(text: string, columns: number, first = '  '): string {
  const rest = ' '.repeat(first.length);
  return wrapAnsi(text, columns - first.length, { trim: true })
    .split('\n')
    .map((line, at) => `${at === 0 ? first : rest}${line}`)
    .join('\n');
}
