import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { CHECK_IDS } from '../../lambda/doctor/check.ts';

const text = readFileSync(new URL('../../docs/unproven.md', import.meta.url), 'utf8');
const rows = text
  .split('\n')
  .filter((line) => line.startsWith('| ') && !/^\| (---|What is believed)/.test(line))
  .map((line) => line.split(' | ').map((cell) => cell.replace(/^\| | \|$/g, '')));

test('each line says what settles it: a check that exists, or why none can', () => {
  expect(rows.length).toBeGreaterThan(20);
  for (const [believed = '', where = '', settledBy = '', how = '', ...more] of rows) {
    expect(more, believed).toEqual([]);
    expect(where, believed).not.toBe('');
    if (settledBy !== 'none')
      expect(
        CHECK_IDS.map((id) => `\`${id}\``),
        believed,
      ).toContain(settledBy);
    expect(how.length, believed).toBeGreaterThan(10);
  }
});

test('each check of doctor settles something', () => {
  const settled = new Set(rows.map(([, , settledBy]) => settledBy));
  expect(CHECK_IDS.filter((id) => !settled.has(`\`${id}\``))).toEqual([]);
});
