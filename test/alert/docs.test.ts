import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { expectedTexts } from '../expected-texts.ts';
import { documentedExamples } from './examples.ts';
import { RENDERED } from './rendered.ts';

const DOCUMENT = new URL('../../docs/alerts.md', import.meta.url);

/** An example of the document: a comment names it, and the block behind it is what the code writes. */
const EXAMPLE = /(<!-- example: ([\w-]+) -->\n```\w+\n)(.*?)(\n```\n)/gs;

test('docs/alerts.md has each example whole, as the code writes it', async () => {
  const text = readFileSync(DOCUMENT, 'utf8');
  const examples = await documentedExamples();
  // `WRITE_EXAMPLES=1` takes them anew.
  if (process.env['WRITE_EXAMPLES'] === '1')
    writeFileSync(
      DOCUMENT,
      text.replace(EXAMPLE, (_, before: string, name: string, __: string, after: string) =>
        [before, examples[name] ?? '', after].join(''),
      ),
    );
  const written = Object.fromEntries(
    [...readFileSync(DOCUMENT, 'utf8').matchAll(EXAMPLE)].map(([, , name = '', block = '']) => [name, block]),
  );
  expect(written).toEqual(examples);
});

describe('what docs/alerts.md does not show', () => {
  const title = 'Alerts and records that docs/alerts.md does not show, as the code writes them';
  const expected = expectedTexts(new URL('rendered.md', import.meta.url), title, RENDERED);

  test('is all of rendered.md', () => {
    expect(Object.keys(expected)).toEqual(Object.keys(RENDERED));
  });

  test.each(Object.entries(RENDERED))('reads as there: %s', (name, text) => {
    expect(text()).toBe(expected[name]);
  });
});
