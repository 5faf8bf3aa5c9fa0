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

test('docs/runbook.md has a section for each alarm about the monitor itself, and no other', () => {
  const alarms = [...read('lib/own-health.ts').matchAll(/new Alarm\(this, '(\w+)'/g)].map(([, id]) => id);
  const sections = [...read('docs/runbook.md').matchAll(/^## (\w+)$/gm)].map(([, id]) => id);
  expect(alarms.length).toBeGreaterThan(3);
  expect(sections).toEqual(alarms);
});
