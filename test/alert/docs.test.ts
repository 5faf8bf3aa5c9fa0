import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { documentedExamples } from './examples.ts';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

test('docs/alerts.md begins each example as the code writes it', async () => {
  const text = read('docs/alerts.md');
  const examples = await documentedExamples();
  for (const [name, example] of Object.entries(examples)) {
    const [first = ''] = example.split('\n');
    expect(text, name).toContain(`\n${first}\n`);
  }
  expect(text).toContain(examples['attributes']);
});
