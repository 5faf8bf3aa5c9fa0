import { readFileSync, writeFileSync } from 'node:fs';

/** Texts by name, each made when it is asked for. */
export type Texts = Readonly<Record<string, () => string>>;

const BLOCK = /^## ([^\n]+)\n\n~~~text\n(.*?)\n~~~$/gms;

/**
 * What people read, as a document has it: a heading and a block for each text. `WRITE_EXAMPLES=1` writes the document
 * anew; what became of a text is then read like any other change.
 */
export function expectedTexts(document: URL, title: string, texts: Texts): Readonly<Record<string, string>> {
  if (process.env['WRITE_EXAMPLES'] === '1') {
    const blocks = Object.entries(texts).map(
      ([name, text]) => `## ${name}\n\n~~~text\n${text().trimEnd()}\n~~~\n`,
    );
    writeFileSync(document, [`# ${title}\n`, ...blocks].join('\n'));
  }
  const blocks = readFileSync(document, 'utf8').matchAll(BLOCK);
  return Object.fromEntries([...blocks].map(([, name = '', text = '']) => [name, text]));
}
