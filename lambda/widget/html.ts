import { oneLine, visible } from '../alert/render/text-format.ts';

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text as HTML text or attribute value: whatever it holds, it stays text. */
export const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? sign);

/** Markup that is safe to send: only {@link html} makes it. */
export class Html {
  readonly markup: string;

  constructor(markup: string) {
    this.markup = markup;
  }
}

/**
 * What a template takes: text and numbers are escaped, markup is not, null is nothing, a list is each of it. Spaces
 * around a text are dropped; those that matter belong into the template.
 */
export type Content = Html | string | number | null | readonly Content[];

function markupOf(content: Content): string {
  if (content instanceof Html) return content.markup;
  if (content === null) return '';
  if (typeof content === 'string') return escapeHtml(oneLine(content));
  if (typeof content === 'number') return String(content);
  return content.map(markupOf).join('');
}

/** A line as it is, for `pre`: its blanks are part of it. Control characters show what they are. */
export const verbatim = (line: string): Html => new Html(escapeHtml(visible(line)));

/** Markup with every value in it escaped, and without the line breaks and indents of the source. */
export function html(parts: TemplateStringsArray, ...values: readonly Content[]): Html {
  const markup = parts.map((part, index) => {
    const value = values[index];
    return part.replace(/\n\s*/g, '') + (value === undefined ? '' : markupOf(value));
  });
  return new Html(markup.join(''));
}
