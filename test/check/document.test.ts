import { describe, expect, test } from 'vitest';
import { renderTable, tablesIn, withTable } from '../../check/document/table.ts';
import { check, server, wholeRepository } from './repository.ts';

const tableOf = (facts = wholeRepository({ servers: [server(75)] })): string =>
  renderTable(check(facts).paths, null);
const held = (text: string, facts = wholeRepository({ servers: [server(75)] })) =>
  check(facts, { documents: [{ path: 'docs/timeouts.md', text }] }).findings.map(
    ({ rule, place, message }) => `${rule} ${place.line} ${message}`,
  );

describe('the documented table', () => {
  test('has a row for each path', () => {
    expect(tableOf()).toContain('| shop → web → service → app/server.js | ALB 60 s < Express 75 s |');
    expect(tableOf(wholeRepository())).toContain('ALB 60 s > Express 5 s');
  });

  test('is written in the place of the one before, and nothing else changes', () => {
    const text = withTable('README.md', '# Shop\n\nText.\n', tableOf());
    expect(text.startsWith('# Shop\n\nText.\n\n## Timeouts\n\n<!-- alb502 timeouts')).toBe(true);
    const more = `${text}\nMore.\n`;
    expect(withTable('README.md', more, tableOf())).toBe(more);
    expect(withTable('README.md', more, tableOf(wholeRepository()))).toBe(
      more.replace('ALB 60 s < Express 75 s', 'ALB 60 s > Express 5 s'),
    );
  });

  test('without its end is refused rather than guessed', () => {
    const open = tableOf().replace('<!-- end of alb502 timeouts -->', '');
    expect(() => withTable('README.md', `${open}\nMore.\n`, tableOf())).toThrow(
      /README\.md:1: .* has no end/,
    );
  });

  test('holds as long as the files say the same', () => {
    expect(held(`# Timeouts\n\n${tableOf()}\n`)).toEqual([]);
  });

  test.each([
    [
      (text: string) => text.replace('75 s', '80 s'),
      /^documented-timeouts-drift 7 .*"ALB 60 s < Express 80 s"; the files say "ALB 60 s < Express 75 s"/m,
    ],
    [
      (text: string) => text.replace('shop →', 'old →'),
      /^documented-timeouts-drift 7 The documented path old .* is not found/m,
    ],
    [
      (text: string) => text.replace(/\| shop.*\n/, ''),
      /^documented-timeouts-drift 3 shop .* is not documented/m,
    ],
  ])('drifts', (change, expected) => {
    expect(held(change(`# Timeouts\n\n${tableOf()}\n`)).join('\n')).toMatch(expected);
  });

  test('keeps the idle timeout that was given, for the next check', () => {
    const facts = { servers: [server(75)] };
    const written = renderTable(check(facts, { idleTimeoutSeconds: 120 }).paths, 120);
    expect(tablesIn(written)[0]?.idleTimeoutSeconds).toBe(120);
    const result = check(facts, { documents: [{ path: 'README.md', text: written }] });
    expect(result.findings.map(({ rule, severity }) => `${severity} ${rule}`)).toEqual([
      'error keep-alive-below-idle-timeout',
    ]);
  });
});
