import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { redactedLine } from '../../lambda/model/redacted-line.ts';
import { redactedUrl } from '../../lambda/model/redacted-url.ts';
import { redactedTag, redactedWords } from '../../lambda/observe/redact.ts';

const DOCUMENT = readFileSync(new URL('../../docs/redaction.md', import.meta.url), 'utf8');

/** The rows of the table under a heading: what is read and what is kept of it. */
function rowsUnder(heading: string): readonly (readonly [name: string, read: string, kept: string])[] {
  const section = DOCUMENT.split(`\n## ${heading}\n`)[1]?.split('\n## ', 1)[0] ?? '';
  return [...section.matchAll(/^\| ([^|]+) \| `([^|]+)` \| `([^|]+)` \|$/gm)].map(
    ([, name = '', read = '', kept = '']) => [name, read, kept] as const,
  );
}

const tagged = (text: string): string => {
  const [, key = '', value = ''] = /^([^=]+)=(.*)$/.exec(text) ?? [];
  return `${key}=${redactedTag(key, value)}`;
};

const worded = (text: string): string => redactedWords(text.split(' ')).join(' ');

describe.each([
  ['Paths of requests', redactedUrl, 20],
  ["Lines of the targets' own logs", redactedLine, 35],
  ['Commands of containers', worded, 7],
  ['Tags', tagged, 10],
] as const)('docs/redaction.md, %s', (heading, redact, least) => {
  const rows = rowsUnder(heading);

  test('has its table', () => expect(rows.length).toBeGreaterThanOrEqual(least));

  test.each(rows)('%s: %s becomes %s', (_, read, kept) => expect(redact(read)).toBe(kept));

  test.each(rows)('%s: what is kept is kept when it is redacted again', (_, __, kept) =>
    expect(redact(kept)).toBe(kept),
  );
});
