import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const action = z
  .object({
    inputs: z.record(z.string(), z.object({ description: z.string(), default: z.string() })),
    runs: z.object({
      using: z.literal('composite'),
      steps: z.array(
        z.object({
          name: z.string(),
          id: z.string().optional(),
          run: z.string().optional(),
          env: z.record(z.string(), z.string()).optional(),
        }),
      ),
    }),
  })
  .parse(parse(readFileSync(join(ROOT, 'action.yml'), 'utf8')));

const folder = mkdtempSync(join(tmpdir(), 'alb502-action-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the step that checks, with the variables that GitHub would give it. */
async function runCheckStep(
  inputs: Readonly<Record<string, string>>,
): Promise<{ code: string; stdout: string }> {
  const step = action.runs.steps.find(({ id }) => id === 'check');
  const output = join(folder, 'output');
  writeFileSync(output, '');
  const given = {
    ...Object.fromEntries(Object.entries(action.inputs).map(([key, one]) => [key, one.default])),
    ...inputs,
  };
  const inputIn = (text: string): string =>
    text
      .replace(/\$\{\{ github\.action_path \}\}/, ROOT)
      .replace(/\$\{\{ inputs\.([\w-]+) \}\}/, (_, name: string) => given[name] ?? 'NOT AN INPUT');
  const variables = Object.entries(step?.env ?? {}).map(([key, value]) => [key, inputIn(value)]);
  const { stdout } = await promisify(execFile)(
    'bash',
    ['-e', '-o', 'pipefail', '-c', step?.run ?? 'exit 9'],
    {
      cwd: folder,
      env: {
        PATH: `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`,
        GITHUB_OUTPUT: output,
        ...Object.fromEntries(variables),
      },
    },
  );
  return { code: readFileSync(output, 'utf8').trim(), stdout };
}

describe('the GitHub Action', () => {
  test('has no input in a script: what is given to it is data', () => {
    for (const { run } of action.runs.steps) expect(run ?? '').not.toContain('${{');
  });

  test('uses each of its inputs', () => {
    const text = readFileSync(join(ROOT, 'action.yml'), 'utf8');
    for (const name of Object.keys(action.inputs)) expect(text).toMatch(new RegExp(`inputs\\.${name}\\b`));
  });

  test('runs check on each line of its paths, and hands on the exit code', async () => {
    mkdirSync(join(folder, 'a folder'));
    writeFileSync(
      join(folder, 'a folder/template.yaml'),
      'Resources: {ShopAlb: {Type: AWS::ElasticLoadBalancingV2::LoadBalancer}}\n',
    );
    writeFileSync(
      join(folder, 'by hand.json'),
      '{"paths": [{"loadBalancer": "ShopAlb", "server": {"keepAliveSeconds": 5, "name": "nginx"}}]}',
    );
    const inputs = { paths: 'a folder\nby hand.json\n', join: 'by hand.json', 'sarif-file': 'out.sarif' };
    const { code, stdout } = await runCheckStep(inputs);
    expect(code).toBe('exit-code=1');
    expect(stdout).toMatch(/^::error file=by hand\.json,line=1,/m);
    expect(JSON.parse(readFileSync(join(folder, 'out.sarif'), 'utf8'))).toMatchObject({ version: '2.1.0' });
  });
});
