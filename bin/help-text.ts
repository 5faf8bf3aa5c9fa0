import { proseColumns } from './terminal.ts';
import { wrapped } from './wrapped.ts';

/**
 * What stands below the options of a command, for commander: paragraphs are wrapped at the terminal's width; lines that
 * begin with a space, the examples, are copied and stay as they are.
 */
export const helpText = (text: string) => (): string =>
  text
    .split(/\n{2,}/)
    .map(paragraph)
    .join('\n\n');

function paragraph(text: string): string {
  const lines = text.split('\n');
  if (lines.some((line) => line.startsWith('  '))) return text;
  const first = text.startsWith('\n') ? '\n' : '';
  return `${first}${wrapped(lines.join(' ').trim(), proseColumns(), '')}`;
}
