import { wrapAnsi } from 'fast-wrap-ansi';
import { breakable, unitsKept } from '../wrapped.ts';

/** Text in lines of so many columns, the first after `first`, the others as far to the right; figures keep their units. */
export function indent(text: string, columns: number, first = '  '): string {
  const rest = ' '.repeat(first.length);
  return wrapAnsi(unitsKept(text), columns - first.length, { trim: true })
    .split('\n')
    .map((line, at) => `${at === 0 ? first : rest}${breakable(line)}`)
    .join('\n');
}
