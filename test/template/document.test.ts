import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseConfiguration } from '../../lib/configuration.ts';
import { writeRelease } from '../../lib/release/release-folder.ts';
import { acceptedParameters, type Parameterized, parameterizedSchema } from './evaluate-template.ts';

/** A bound, not an expectation: the machine may be busy. */
const LIMIT_MS = 600_000;
const DOCUMENT = readFileSync('docs/template.md', 'utf8');
const BUCKET = 'my-artifacts';
const ADDRESS = 'https://my-artifacts.s3.eu-central-1.amazonaws.com/alb502/alb502.template.json';

const commands = [...DOCUMENT.matchAll(/^aws .*$/gm)].map(([command]) => command);

describe('docs/template.md', { timeout: LIMIT_MS }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'alb502-document-'));
  const templateOf = (name: string): Parameterized =>
    parameterizedSchema.parse(JSON.parse(readFileSync(join(folder, `${name}.template.json`), 'utf8')));
  beforeAll(() => {
    writeRelease({
      folder,
      bucket: BUCKET,
      prefix: 'alb502/',
      configuration: parseConfiguration({}, 'test'),
    });
  }, LIMIT_MS);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('gives Terraform parameters that the template takes', () => {
    const [, snippet = ''] = /```hcl\n([\s\S]*?)```/.exec(DOCUMENT) ?? [];
    const [, block = ''] = /parameters = \{\n([\s\S]*?)\}/.exec(snippet) ?? [];
    const parameters = Object.fromEntries(
      [...block.matchAll(/^\s*(\w+)\s*= "(.*)"$/gm)].map(([, name = '', value = '']) => [name, value]),
    );
    expect(Object.keys(parameters).length).toBeGreaterThan(2);
    expect(acceptedParameters(templateOf('alb502'), parameters)).toMatchObject(parameters);
    expect(snippet).toContain(ADDRESS);
  });

  test('gives the AWS CLI parameters that the templates take', () => {
    const given = [...DOCUMENT.matchAll(/(?:--parameter-overrides|ParameterKey=)(.*)$/gm)].length;
    expect(given).toBeGreaterThan(2);
    const hub = { OrganizationId: 'o-a1b2c3d4e5' };
    expect(commands.join('\n')).toContain(`OrganizationId=${hub.OrganizationId}`);
    expect(acceptedParameters(templateOf('alb502-hub'), hub)).toMatchObject(hub);
    expect(
      acceptedParameters(templateOf('alb502'), {
        AlertEmail: 'oncall@example.com',
        AlertEmailSeverities: 'critical',
      }),
    ).toBeDefined();
    const [, bus = ''] = /ParameterKey=HubEventBusArn,ParameterValue=(\S+)/.exec(DOCUMENT) ?? [];
    expect(acceptedParameters(templateOf('alb502'), { HubEventBusArn: bus })).toBeDefined();
  });

  test('names in its table what each template cannot do without', () => {
    const rows = [...DOCUMENT.matchAll(/^\| `([\w-]+)\.template\.json` \|.*\| (.*) \|$/gm)];
    expect(rows).toHaveLength(4);
    for (const [, name = '', needs = ''] of rows) {
      const without = Object.entries(templateOf(name).Parameters).filter(
        ([, { Default }]) => Default === undefined,
      );
      for (const [parameter] of without) expect(needs, name).toContain(`\`${parameter}\``);
    }
  });
});
