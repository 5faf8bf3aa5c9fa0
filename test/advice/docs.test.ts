import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CAUSE_IDS } from '../../lambda/model/cause.ts';
import { renderServersPage } from '../../scripts/servers-doc.ts';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

describe('docs/servers.md', () => {
  it('says what the table says; else run node --import tsx scripts/servers-doc.ts', () => {
    expect(read('docs/servers.md')).toBe(renderServersPage());
  });
});

describe('docs/causes.md', () => {
  const sections = new Map(
    read('docs/causes.md')
      .split(/^## /m)
      .slice(1)
      .map((section) => [section.slice(0, section.indexOf('\n')).trim(), section] as const),
  );

  it('has one section for each cause, and none besides', () => {
    expect([...sections.keys()]).toEqual([...CAUSE_IDS]);
  });

  it.each(CAUSE_IDS.filter((id) => id !== 'undetermined'))('%s says all that on-call needs', (id) => {
    const section = sections.get(id) ?? '';
    for (const part of [
      'On the wire',
      'Recognise',
      'Fix',
      'Side effects',
      'Verify',
      'Roll back',
      'Confused with',
    ]) {
      expect(section).toContain(`**${part}`);
    }
    expect(section).toMatch(/```text\n[\s\S]+?```/);
  });
});
