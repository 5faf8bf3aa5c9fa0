import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { configurationSchema, parseConfiguration } from '../../lib/configuration.ts';
import { alb502 } from '../bin/cli.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

const DOCUMENTS = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(join(ROOT, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];
const SOURCE_FOLDERS = ['bin', 'check', 'lib', 'lambda', 'lab', 'bench', 'scripts', 'test'];
/** Not of this project: a script of an application server. */
const FOREIGN = /^bin\/.*\.sh$/;

/** Everything that is written in the code, for names that must occur there. */
const SOURCE = SOURCE_FOLDERS.flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(ts|mjs)$/.test(name))
    .map((name) => read(join(folder, name))),
).join('\n');

const scripts = z
  .object({ scripts: z.record(z.string(), z.string()) })
  .parse(JSON.parse(read('package.json'))).scripts;

/** A path, or one with `*` in its last part. */
function isKnownPath(path: string): boolean {
  if (!path.includes('*')) return existsSync(join(ROOT, path));
  const pattern = new RegExp(`^${basename(path).replaceAll('.', '.').replaceAll('*', '.*')}$`);
  return readdirSync(join(ROOT, dirname(path))).some((name) => pattern.test(name));
}

const all = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].map(([, found = '']) => found);

/** What stands in backticks outside of code blocks. */
const quoted = (text: string): string[] => all(text.replace(/^```[\s\S]*?^```/gm, ''), /`([^`\n]+)`/g);

/** Code blocks of a language. */
const blocks = (text: string, language: string): string[] =>
  all(text, new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'));

/** Every line that a reader may type, from blocks and from the text. */
const commands = (text: string): string[] =>
  [...blocks(text, 'sh').flatMap((block) => block.split('\n')), ...quoted(text)].map((line) =>
    line.replace(/\s#.*$/, '').trim(),
  );

/** Help texts by command, asked for once. */
const help = new Map<string, string>();

describe.each(DOCUMENTS)('%s', (document) => {
  const text = read(document);

  test('links only to files that exist', () => {
    const links = all(text, /\]\(([^)#\s]+)[^)]*\)/g).filter((link) => !/^[a-z]+:/.test(link));
    expect(links.filter((link) => !isKnownPath(join(dirname(document), link)))).toEqual([]);
  });

  test('names only paths that exist', () => {
    const inFolders = new RegExp(`^(\\.ci|docs|${SOURCE_FOLDERS.join('|')})/[\\w./*-]*$`);
    const words = [...quoted(text), ...commands(text).flatMap((line) => line.split(/\s+/))];
    const paths = words.filter((word) => inFolders.test(word) && !FOREIGN.test(word));
    expect(paths.filter((path) => !isKnownPath(path))).toEqual([]);
  });

  test('names only scripts of package.json', () => {
    const named = commands(text).flatMap((line) => all(line, /\bnpm (?:run )?([\w:-]+)/g));
    const known = new Set([...Object.keys(scripts), 'ci', 'install', 'pack', 'audit', 'version']);
    expect(named.filter((name) => !known.has(name))).toEqual([]);
  });

  test('names only commands and options of the program', async () => {
    const used = commands(text).flatMap((line) => all(line, /(?:^|npx |&& )alb502 ([a-z].*)$/g));
    for (const line of used) {
      const [command = '', second = ''] = line.split(/\s+/);
      const nested =
        ['baseline', 'incident', 'silence'].includes(command) && /^[a-z]+$/.test(second) ? [second] : [];
      const key = [command, ...nested].join(' ');
      if (!help.has(key)) {
        const run = await alb502([command, ...nested, '--help']);
        expect(run.code, `alb502 ${key} --help`).toBe(0);
        help.set(key, run.stdout);
      }
      for (const option of all(line, /(?:^|\s)(--[a-z-]+)/g)) expect(help.get(key), line).toContain(option);
    }
  });

  test('shows only configuration that is accepted', () => {
    for (const block of blocks(text, 'json')) {
      const value = z.record(z.string(), z.unknown()).parse(JSON.parse(block));
      // Blocks without any setting show something else: a policy, an alert.
      if (!Object.keys(value).some((key) => key in configurationSchema.shape)) continue;
      expect(() => parseConfiguration(value, document), block).not.toThrow();
    }
  });

  test('names only settings, outputs and tags that the code knows', () => {
    const names = quoted(text).filter((word) =>
      /^(alb502:)?[a-z]+([A-Z][a-z]+)+$|^alb502:[a-z-]+$|^([A-Z][a-z]+)+(Arn|Url|Name)$/.test(word),
    );
    expect(names.filter((name) => !new RegExp(`\\b${name}\\b`).test(SOURCE))).toEqual([]);
  });
});
