import { isLogFieldName, normalName } from './field-name.ts';

/** Characters between fields; a space last, as texts have it too. */
export const DELIMITERS = ['\t', ',', ';', '|', ' '] as const;

const FEWEST_NAMES = 3;
/** The column of tables of CloudWatch Logs that holds whole lines; its others begin with an at sign or name the time. */
const MESSAGE = /^@?message$/i;
const BESIDE_MESSAGE = /^@|^(?:timestamp|time|ingestion ?time|log ?(?:stream|group)(?: ?name)?|event ?id)$/i;

/** Where a field in quotes ends, by what a quote within it looks like: `""` or `\\"`. */
function closingQuote(line: string, from: number, isDoubled: boolean): number {
  let end = from;
  while (end < line.length) {
    if (line[end] === '"' && !(isDoubled && line[end + 1] === '"')) return end;
    const isEscape = isDoubled ? line[end] === '"' : line[end] === '\\' && line[end + 1] === '"';
    end += isEscape ? 2 : 1;
  }
  return -1;
}

function split(line: string, delimiter: string, isDoubled: boolean): string[] | null {
  const fields: string[] = [];
  for (let at = 0; ; at++) {
    if (line[at] === '"') {
      const end = closingQuote(line, at + 1, isDoubled);
      if (end < 0) return null;
      const text = line.slice(at + 1, end);
      fields.push(isDoubled ? text.replaceAll('""', '"') : text);
      at = end + 1;
    } else {
      const end = line.indexOf(delimiter, at);
      fields.push(line.slice(at, end < 0 ? undefined : end));
      at = end < 0 ? line.length : end;
    }
    if (at >= line.length) return fields;
    if (line[at] !== delimiter) return null;
  }
}

/** The fields of a line between delimiters, as tables have quotes in them and as the load balancer does. */
export const splitsOf = (line: string, delimiter: string): readonly (readonly string[])[] =>
  (line.includes('"') ? [true, false] : [true])
    .map((isDoubled) => split(line, delimiter, isDoubled))
    .filter((fields) => fields !== null);

/** A line that names the fields of those that follow. */
export interface Header {
  readonly delimiter: string;
  readonly names: readonly string[];
}

/** Reads a header: `#Fields:` of W3C's format, or names of fields between delimiters. Null where it is none. */
export function headerOf(line: string): Header | null {
  const text = line.replace(/^#\s*fields:\s*/i, '').trim();
  // A drawn table, as Markdown has it.
  if (text.startsWith('|')) return null;
  for (const delimiter of DELIMITERS) {
    const names = splitsOf(text, delimiter)[0]?.filter((name) => name !== '') ?? [];
    const known = names.filter(isLogFieldName);
    const isTable =
      names.some((name) => MESSAGE.test(name)) &&
      names.every((name) => MESSAGE.test(name) || BESIDE_MESSAGE.test(name));
    if (isTable || (known.length >= FEWEST_NAMES && known.length > names.length / 2))
      return { delimiter, names: names.map(normalName) };
  }
  return null;
}
