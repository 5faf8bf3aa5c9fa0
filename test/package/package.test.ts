import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { type Installed, installPackage } from './installed.ts';

const TSC = fileURLToPath(new URL('../../node_modules/typescript/bin/tsc', import.meta.url));

const APP = `
const app = new App({ outdir: 'OUTDIR' });
const stack = new Stack(app, 'Mine');
const monitor = new Alb502Monitor(stack, 'Alb502', {
  settings: { pendingMinutes: 5, declaredKeepAlives: [{ targetGroup: 'web', seconds: 75 }] },
});
monitor.addSubscription(new EmailSubscription('oncall@example.com'));
app.synth();
`;
const MODULE = `
import { Alb502Monitor } from 'alb502';
import { App, Stack } from 'aws-cdk-lib';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
${APP}`;
const COMMONJS = `
const { Alb502Monitor } = require('alb502');
const { App, Stack } = require('aws-cdk-lib');
const { EmailSubscription } = require('aws-cdk-lib/aws-sns-subscriptions');
${APP}`;

const templateSchema = z.object({ Resources: z.record(z.string(), z.object({ Type: z.string() })) });

describe('the package in an empty folder', () => {
  let installed: Installed;
  beforeAll(async () => {
    installed = await installPackage();
  });
  afterAll(() => installed?.remove());

  const write = (name: string, text: string) => writeFileSync(join(installed.folder, name), text);

  test.each([
    ['an ES module', 'app.mjs', MODULE],
    ['CommonJS', 'app.cjs', COMMONJS],
  ])('gives a construct that a CDK app in %s synthesizes without a bundler', async (_, name, text) => {
    const outdir = `${name}.out`;
    write(name, text.replace('OUTDIR', outdir));
    await installed.run(process.execPath, name);
    const folder = join(installed.folder, outdir);
    const template = templateSchema.parse(
      JSON.parse(readFileSync(join(folder, 'Mine.template.json'), 'utf8')),
    );
    const types = Object.values(template.Resources).map(({ Type }) => Type);
    expect(types.filter((type) => type === 'AWS::Lambda::Function')).toHaveLength(3);
    expect(types).toContain('AWS::SNS::Subscription');
    const bundles = readdirSync(folder).filter((file) => file.startsWith('asset.'));
    expect(bundles).toHaveLength(3);
    for (const bundle of bundles) expect(readdirSync(join(folder, bundle))).toContain('index.mjs');
  });

  test('has types that a strict TypeScript app compiles against', async () => {
    write('app.ts', MODULE);
    write('package.json', '{"type":"module"}');
    const options = ['--strict', '--noEmit', '--module', 'nodenext', '--target', 'es2022', '--skipLibCheck'];
    await installed.run(process.execPath, TSC, ...options, 'app.ts');
    write('wrong.ts', MODULE.replace('pendingMinutes: 5', 'pendingMinutes: "5"'));
    await expect(installed.run(process.execPath, TSC, ...options, 'wrong.ts')).rejects.toMatchObject({
      stdout: expect.stringContaining("Type 'string' is not assignable to type 'number'"),
    });
  });

  test('has a program that npx runs', async () => {
    const version = await installed.run('npx', 'alb502', '--version');
    expect(version.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    const help = await installed.run('npx', 'alb502', '--help');
    for (const command of ['check', 'scan', 'diagnose', 'logs', 'probe', 'lab'])
      expect(help.stdout).toContain(command);
  });

  test('holds what runs and what is read, and nothing of how it is made', () => {
    const places = new Set(installed.files.map((path) => path.split('/').slice(0, 2).join('/')));
    expect([...places].filter((place) => !place.startsWith('docs/')).sort()).toEqual([
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'dist/bin',
      'dist/check',
      'dist/functions',
      'dist/lab',
      'dist/lambda',
      'dist/lib',
      'dist/template',
      'package.json',
    ]);
    const maps = installed.files.filter((path) => /\.(ts|map)$/.test(path) && !/\.d\.ts$/.test(path));
    expect(maps).toEqual(
      expect.arrayContaining(
        ['hub', 'investigate', 'probe', 'screen', 'widget'].map(
          (name) => `dist/functions/${name}/index.mjs.map`,
        ),
      ),
    );
    expect(maps.filter((path) => !/^dist\/functions\/\w+\/[\w.-]+\.mjs\.map$/.test(path))).toEqual([]);
    expect(installed.unpackedBytes).toBeLessThan(16_500_000);
  });

  const noticesIn = (folder: string) =>
    readFileSync(join(installed.folder, 'node_modules/alb502', folder, 'THIRD-PARTY-NOTICES.txt'), 'utf8');

  test('has the licences of the parser and the grammar that it passes on beside them', () => {
    const folder = 'dist/check/read/terraform';
    for (const file of ['tree-sitter-terraform.wasm', 'web-tree-sitter.wasm'])
      expect(installed.files).toContain(`${folder}/${file}`);
    const notices = noticesIn(folder);
    expect(notices).toMatch(/^@tree-sitter-grammars\/tree-sitter-hcl [\d.]+ \(Apache-2\.0\)$/m);
    expect(notices).toMatch(/^web-tree-sitter [\d.]+ \(MIT\)$/m);
    expect(notices).toContain('TERMS AND CONDITIONS FOR USE, REPRODUCTION, AND DISTRIBUTION');
  });

  test('has the licences of the libraries that are part of its programs beside them', () => {
    const notices = noticesIn('dist/bin');
    for (const library of ['@aws-sdk/client-s3', '@smithy/core', 'commander', 'yaml', 'zod'])
      expect(notices).toMatch(new RegExp(`^${library} [\\d.]+ \\([\\w.-]+\\)$`, 'm'));
  });
});
