import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CAUSE_ROWS } from '../lambda/diagnose/causes.ts';
import { PRIOR } from '../lambda/diagnose/prior.ts';
import { CAUSES, NAMED_CAUSES } from '../lambda/model/cause.ts';

const CODE = ['bin', 'check', 'lab', 'lambda', 'lib'] as const;
const PURE = [
  'check',
  'lambda/access-log',
  'lambda/advice',
  'lambda/alert',
  'lambda/diagnose',
  'lambda/http1',
  'lambda/model',
] as const;
const LONGEST_FILE_LINES = 250;

function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name))
    .sort();
}

/** The code without its comments, which may speak of what the code must not do. */
const codeOf = (file: string): string =>
  readFileSync(file, 'utf8')
    .replaceAll(/\/\*[\s\S]*?\*\//g, '')
    .replaceAll(/(?<![:'"`])\/\/.*$/gm, '');

/** The modules a file takes from elsewhere, types included. */
function importsOf(file: string): readonly string[] {
  const found = codeOf(file).matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g);
  return [...found].flatMap(([, name]) => (name === undefined ? [] : [name]));
}

const all = CODE.flatMap(filesIn);

/** The files of this repository that a file imports, on demand and types included. */
const importedFilesOf = (file: string): readonly string[] =>
  importsOf(file)
    .filter((name) => name.startsWith('.'))
    .map((name) => join(file, '..', name));

/** Each cycle as the files that it goes through, its first one again at the end. */
function importCycles(files: readonly string[]): readonly string[] {
  const done = new Set<string>();
  const cycles: string[] = [];
  const follow = (file: string, path: readonly string[]): void => {
    const begin = path.indexOf(file);
    if (begin >= 0) cycles.push([...path.slice(begin), file].join(' → '));
    if (begin >= 0 || done.has(file) || !existsSync(file)) return;
    // A file that names itself writes a file that imports it.
    const others = importedFilesOf(file).filter((imported) => imported !== file);
    for (const imported of others) follow(imported, [...path, file]);
    done.add(file);
  };
  for (const file of files) follow(file, []);
  return cycles;
}

const importersOf = (pattern: RegExp): readonly string[] =>
  all.filter((file) => importsOf(file).some((name) => pattern.test(name)));

describe('pure folders', () => {
  test.each(PURE)('%s asks nobody: no service, no clock, no environment, no chance', (folder) => {
    const files = filesIn(folder);
    expect(files.length).toBeGreaterThan(0);
    const impure =
      /process\.(env|hrtime|argv|std)|\bDate\.now\b|new Date\(\s*\)|\bDate\(\)|Math\.random|\bperformance\.|\bfetch\(|\bconsole\.(debug|error|info|log|warn)\b|\bset(Timeout|Interval)\(/;
    // A reader of sources names `process.env` in quotes: nothing that stands there is asked.
    const unquoted = (code: string): string => code.replaceAll(/'[^'\n]*'/g, "''");
    expect(files.filter((file) => impure.test(unquoted(codeOf(file))))).toEqual([]);
    const foreign = /^(@aws-|aws-cdk-lib|constructs|node:|@smithy)/;
    expect(files.filter((file) => importsOf(file).some((name) => foreign.test(name)))).toEqual([]);
  });

  test('import no folder that is not pure', () => {
    const impureImports = PURE.flatMap(filesIn).flatMap((file) =>
      importedFilesOf(file)
        .filter((path) => !PURE.some((folder) => path.startsWith(`${folder}/`)))
        .map((path) => `${file} imports ${path}`),
    );
    expect(impureImports).toEqual([]);
  });

  test('the model imports nothing but itself', () => {
    const outside = filesIn('lambda/model')
      .flatMap(importsOf)
      .filter((name) => !/^(\.\/|zod$)/.test(name));
    expect(outside).toEqual([]);
  });
});

describe('folders', () => {
  const isDirect = (folder: string) => (file: string) => dirname(file) === folder;
  const importsOfFolder = (folder: string): readonly string[] => filesIn(folder).flatMap(importedFilesOf);

  test('lambda/ itself holds the handlers and what wires them', () => {
    const wiring = ['client-timeouts.ts', 'env.ts', 'own-metrics.ts', 'settings-file.ts'];
    const others = filesIn('lambda')
      .filter(isDirect('lambda'))
      .map((file) => basename(file));
    expect(others.filter((name) => !name.endsWith('.lambda.ts'))).toEqual(wiring);
  });

  test('each part of the diagnosis has its folder', () => {
    const folders = readdirSync('lambda/diagnose', { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name)
      .sort();
    expect(folders).toEqual([
      'bundle',
      'causes',
      'changes',
      'keep-alive',
      'observations',
      'remedies',
      'workload',
    ]);
    expect(filesIn('lambda/diagnose').filter(isDirect('lambda/diagnose')).length).toBeLessThanOrEqual(16);
  });

  test.each([
    ['lambda/access-log/reading', /^lambda\/access-log\/(?!reading\/)/],
    ['lambda/access-log/tally', /^lambda\/access-log\/(?!(reading|tally)\/)/],
    ['lambda/access-log/explain', /^lambda\/access-log\/(?!(tally|keep-alive|explain)\/)/],
    ['lambda/access-log/keep-alive', /^lambda\/access-log\/(?!keep-alive\/)/],
    ['lambda/access-log/health-check', /^lambda\/access-log\/(?!(reading|health-check)\/)/],
    ['lambda/diagnose/bundle', /^lambda\/diagnose\/(observations|causes|changes|keep-alive)\//],
    ['lambda/diagnose/changes', /^lambda\/diagnose\/(observations|causes|keep-alive)\//],
    ['lambda/diagnose/workload', /^lambda\/diagnose\/(observations|causes|keep-alive)\//],
    ['lambda/diagnose/keep-alive', /^lambda\/diagnose\/(observations|causes|changes)\//],
    ['lambda/diagnose/observations', /^lambda\/diagnose\/causes\//],
    ['lambda/diagnose/causes', /^lambda\/diagnose\/(observations|changes)\//],
    ['lambda/diagnose/remedies', /^lambda\/diagnose\/(observations|changes)\//],
  ])('%s imports nothing that comes after it', (folder, later) => {
    const imported = importsOfFolder(folder);
    expect(imported.length).toBeGreaterThan(0);
    expect(imported.filter((path) => later.test(path))).toEqual([]);
  });
});

describe('imports', () => {
  test('go round in no circle, types included', () => {
    const files = [...all, ...['bench', 'scripts', 'test'].flatMap(filesIn)];
    expect(importCycles(files)).toEqual([]);
  });

  test('what reads AWS knows neither who asks for it nor what is stored or sent', () => {
    const later = /^lambda\/(screen|store|deliver|investigate)\//;
    const imported = filesIn('lambda/observe').flatMap(importedFilesOf);
    // The flow says what it asks of logs; their reader answers in that form.
    const ports = 'lambda/investigate/collect.ts';
    expect(imported.filter((path) => later.test(path) && path !== ports)).toEqual([]);
  });

  test('the reader of responses knows neither probe nor lab', () => {
    expect(filesIn('lambda/http1').flatMap(importsOf)).toEqual(
      filesIn('lambda/http1')
        .flatMap(importsOf)
        .filter((name) => name.startsWith('./')),
    );
    const responses = /http1\/response-reader\.ts$/;
    expect(importersOf(responses).filter((file) => !/^(lambda\/(http1|probe)|lab)\//.test(file))).toEqual([]);
  });

  test('only lib/ and bin/app.ts know the CDK', () => {
    expect(
      importersOf(/^(aws-cdk-lib|constructs)(\/|$)/).filter((file) => !/^(lib\/|bin\/app\.ts$)/.test(file)),
    ).toEqual([]);
  });

  test('only observe/, deliver/, store/, the handlers and the command line know AWS clients', () => {
    const may = /^(lambda\/(observe|deliver|store)\/|lambda\/[\w-]+\.lambda\.ts$|bin\/)/;
    expect(importersOf(/^@aws-sdk\//).filter((file) => !may.test(file))).toEqual([]);
  });

  test('what observes sends only commands that read', () => {
    const reads = /^(BatchGet|Describe|Get|List|Lookup|Head|Filter|StartQuery|StopQuery)/;
    const sent = filesIn('lambda/observe').flatMap((file) =>
      [...codeOf(file).matchAll(/\bnew (\w+)Command\(/g)].map(([, name]) => ({ file, name: name ?? '' })),
    );
    expect(sent.length).toBeGreaterThan(0);
    expect(sent.filter(({ name }) => !reads.test(name))).toEqual([]);
  });

  test('every reader reads from AWS', () => {
    const readers = filesIn('lambda/observe').filter((file) => file.endsWith('.reader.ts'));
    expect(readers.length).toBeGreaterThan(0);
    const elsewhere = all.filter((file) => file.endsWith('.reader.ts') && !readers.includes(file));
    expect(elsewhere).toEqual([]);
    expect(readers.filter((file) => !importsOf(file).some((name) => name.startsWith('@aws-sdk/')))).toEqual(
      [],
    );
  });
});

describe('the terminal', () => {
  test('is written to in one place, which escapes what strangers write', () => {
    const writes = /process\.std(out|err)|\bconsole\.\w+\(|writeSync\(\s*[12]\b|\/dev\/(tty|stdout|stderr)/;
    // The bar of cli-progress draws itself on the stream; its label is escaped, which test/bin/terminal.test.ts shows.
    const may = ['bin/progress.ts', 'bin/terminal.ts'];
    // The servers of the lab are processes of their own, whose output nobody sees.
    const files = all.filter((file) => !file.startsWith('lab/servers/'));
    expect(files.filter((file) => writes.test(codeOf(file)))).toEqual(may);
  });
});

describe('causes', () => {
  const manual = readFileSync('docs/causes.md', 'utf8');

  test.each(NAMED_CAUSES)('%s has a file, a row, a prior chance, cases and a section', (cause) => {
    expect(existsSync(`lambda/diagnose/causes/${cause}.ts`)).toBe(true);
    expect(CAUSE_ROWS[cause].id).toBe(cause);
    expect(PRIOR[cause]).toBeGreaterThan(0);
    expect(existsSync(`test/cases/${cause}.ts`)).toBe(true);
    expect(manual).toContain(`\n## ${cause}\n`);
  });

  test('no file speaks of a cause that the vocabulary does not have', () => {
    const named = filesIn('lambda/diagnose/causes').map((file) => basename(file, '.ts'));
    expect(named).toEqual([...NAMED_CAUSES].sort());
    const cases = filesIn('test/cases').map((file) => basename(file, '.ts'));
    expect(cases.filter((name) => name !== 'case' && !Object.hasOwn(CAUSES, name))).toEqual([]);
  });
});

describe('files', () => {
  test("fit in a reader's head", () => {
    const long = all
      .map((file) => ({ file, lines: readFileSync(file, 'utf8').split('\n').length - 1 }))
      .filter(({ lines }) => lines > LONGEST_FILE_LINES);
    expect(long).toEqual([]);
  });

  test('are named for what they are', () => {
    const vague = /^(utils?|helpers?|common|misc|shared|manager)([.-]|$)/;
    const names = [...all, ...filesIn('test'), ...filesIn('bench')].flatMap((file) => file.split('/'));
    expect(names.filter((name) => vague.test(name))).toEqual([]);
  });
});
