import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { byHandSchema } from '../../check/join/by-hand.ts';
import { configurationSchema, parseConfiguration } from '../../lib/configuration.ts';
import { checkOrganisationPlan } from '../../lib/organisation-plan.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const TSC = join(ROOT, 'node_modules/typescript/bin/tsc');
/** Inside the package, so that `alb502` in a snippet is the package itself, as it was built. */
const folder = mkdtempSync(join(ROOT, 'dist-snippets-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Snippet {
  readonly document: string;
  readonly language: string;
  readonly text: string;
}

const DOCUMENTS = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(join(ROOT, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

/** Every block of code, those within lists included, without the indent of its list. */
function snippetsOf(document: string): readonly Snippet[] {
  const text = readFileSync(join(ROOT, document), 'utf8');
  return [...text.matchAll(/^( *)```(\w+)\n([\s\S]*?)^\1```/gm)].map(
    ([, indent = '', language = '', block = '']) => ({
      document,
      language,
      text: block.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
    }),
  );
}

const snippets = DOCUMENTS.flatMap(snippetsOf);
const inLanguage = (language: string): readonly Snippet[] =>
  snippets.filter((snippet) => snippet.language === language);

test('the snippets are found', () => {
  const known = ['ts', 'json', 'sh', 'text', 'hcl', 'yaml'];
  for (const language of known) expect(inLanguage(language).length, language).toBeGreaterThan(0);
  expect(snippets.filter(({ language }) => !known.includes(language))).toEqual([]);
});

test('every YAML snippet is YAML', () => {
  for (const { text } of inLanguage('yaml')) expect(() => parse(text, { strict: true }), text).not.toThrow();
});

test('every TypeScript snippet compiles as it stands, as strictly as this project', () => {
  inLanguage('ts').forEach(({ document, text }, index) => {
    const own = join(folder, String(index));
    mkdirSync(own);
    writeFileSync(join(own, 'snippet.ts'), text);
    // What a snippet imports stands beside it in its document.
    const [, imported] = /from '\.\/([\w.-]+\.json)'/.exec(text) ?? [];
    const json = inLanguage('json').find((one) => one.document === document)?.text;
    if (imported !== undefined && json !== undefined) writeFileSync(join(own, imported), json);
  });
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({
      extends: '../tsconfig.json',
      compilerOptions: { noUnusedLocals: true },
      include: ['*/*.ts'],
    }),
  );
  const { status, stdout } = spawnSync(process.execPath, [TSC, '-p', folder], { encoding: 'utf8' });
  expect(stdout).toBe('');
  expect(status).toBe(0);
}, 120_000);

describe('every JSON snippet', () => {
  const forms: readonly (readonly [
    string,
    (value: Record<string, unknown>) => boolean,
    (value: unknown) => void,
  ])[] = [
    ['a plan', (value) => 'organizationId' in value, (value) => checkOrganisationPlan(planOf(value))],
    [
      'a subscription',
      (value) => 'protocol' in value,
      (value) => void parseConfiguration({ subscriptions: [value] }, 'document'),
    ],
    [
      'a configuration',
      (value) => Object.keys(value).some((key) => key in configurationSchema.shape),
      (value) => void parseConfiguration(value, 'document'),
    ],
    ['joins of check by hand', (value) => 'paths' in value, (value) => void byHandSchema.parse(value)],
    // A client's own file; that the command in it starts is tested with the command.
    [
      'a list of servers for a client of mcp',
      (value) => 'mcpServers' in value,
      (value) => void clientSchema.parse(value),
    ],
    ['a policy', (value) => 'Statement' in value, (value) => void policySchema.parse(value)],
    // Written from the code, and held against it, by the tests of alerts.
    ['an alert', (value) => 'severity' in value || 'content' in value, () => {}],
  ];

  test.each(inLanguage('json').map(({ document, text }) => [document, text] as const))(
    'of %s is what the code takes',
    (_, text) => {
      const value = z.record(z.string(), z.unknown()).parse(JSON.parse(text));
      const form = forms.find(([, isOne]) => isOne(value));
      expect(form, text).toBeDefined();
      form?.[2](value);
    },
  );
});

const clientSchema = z.strictObject({
  mcpServers: z.record(
    z.string(),
    z.strictObject({
      command: z.literal('alb502'),
      args: z.tuple([z.literal('mcp')]).rest(z.string()),
      env: z.record(z.string(), z.string()),
    }),
  ),
});

const policySchema = z.object({
  Version: z.literal('2012-10-17'),
  Statement: z.array(
    z.object({ Effect: z.enum(['Allow', 'Deny']), Action: z.unknown(), Resource: z.unknown() }),
  ),
});

/** As the type wants it; the check itself is what tells whether it is right. */
const planOf = (value: unknown) =>
  z
    .looseObject({
      organizationId: z.string(),
      hubAccount: z.string(),
      homeRegion: z.string(),
      organizationalUnitIds: z.array(z.string()),
      artifactBucket: z.string(),
    })
    .parse(value);

test('every line for a shell is one that a shell can read', () => {
  for (const { document, text } of inLanguage('sh'))
    expect(
      () => execFileSync('bash', ['-n'], { input: text, stdio: 'pipe' }),
      `${document}\n${text}`,
    ).not.toThrow();
});

test('nobody is told to run npx on the name of this package, which anyone could register', () => {
  for (const document of DOCUMENTS)
    expect(readFileSync(join(ROOT, document), 'utf8'), document).not.toContain('npx alb502');
});
