import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { alb502 } from './cli.ts';

const root = mkdtempSync(join(tmpdir(), 'alb502-check-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

function file(path: string, content: string): string {
  const full = join(root, path);
  mkdirSync(dirname(full), { recursive: true });
  writeFileSync(full, content);
  return full;
}

const TEMPLATE = `Resources:
  ShopAlb:
    Type: AWS::ElasticLoadBalancingV2::LoadBalancer
    Properties:
      LoadBalancerAttributes:
        - Key: idle_timeout.timeout_seconds
          Value: "120"
`;
const join75 = (keepAliveSeconds: number): string =>
  `{ // by hand
  "paths": [
    { "loadBalancer": "ShopAlb", "server": { "keepAliveSeconds": ${keepAliveSeconds}, "name": "nginx" } },
  ],
}`;
const repository = (name: string, keepAliveSeconds: number): string => {
  file(`${name}/template.yaml`, TEMPLATE);
  file(`${name}/alb502.check.json`, join75(keepAliveSeconds));
  return join(root, name);
};

describe('alb502 check', () => {
  test('finds a keep-alive that is too short, with file, line and what to write, and exits with 1', async () => {
    const { code, stdout, stderr } = await alb502(['check', repository('short', 75)]);
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(stdout).toMatch(/^ERROR alb502\.check\.json:3 keep-alive-below-idle-timeout\n/);
    expect(stdout).toContain('    keepalive_timeout 132s;\n');
    expect(stdout).toContain('template.yaml:7');
    expect(stdout).toMatch(/1 path compared: 1 error, 0 warnings, 0 notes\.\n$/);
  });

  test('is silent on what is right, and exits with 0', async () => {
    const { code, stdout } = await alb502(['check', repository('long', 132)]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/1 path compared: nothing found\.\n$/);
  });

  test('says that it compared nothing, and exits with 2', async () => {
    file('only/template.yaml', TEMPLATE);
    const { code, stdout, stderr } = await alb502(['check', join(root, 'only')]);
    expect(code).toBe(2);
    expect(stdout).toMatch(/0 paths compared .*: that is no all-clear\.\n$/);
    expect(stdout).toContain('{"loadBalancer": "ShopAlb"');
    expect(stderr).toMatch(/^alb502: nothing was compared: no server is set up in/);
  });

  test('--json is one document, and --sarif another', async () => {
    const folder = repository('documents', 75);
    const json = JSON.parse((await alb502(['check', folder, '--json'])).stdout);
    expect(json).toMatchObject({ version: 1, findings: [{ file: 'alb502.check.json', line: 3 }] });
    const output = join(root, 'results.sarif');
    const { code, stdout } = await alb502(['check', folder, '--sarif', '--output', output]);
    expect(code).toBe(1);
    expect(stdout).toContain('keep-alive-below-idle-timeout');
    expect(JSON.parse(readFileSync(output, 'utf8'))).toMatchObject({
      version: '2.1.0',
      runs: [{ results: [{ ruleId: 'keep-alive-below-idle-timeout', level: 'error' }] }],
    });
  });

  test('a baseline accepts what is there, and --fail-on moves the exit code', async () => {
    const folder = repository('accepted', 75);
    const baseline = join(root, 'baseline.json');
    const written = await alb502(['check', folder, '--baseline', baseline, '--write-baseline']);
    expect(written.code).toBe(0);
    const after = await alb502(['check', folder, '--baseline', baseline]);
    expect(after.code).toBe(0);
    expect(after.stdout).toMatch(/nothing found; 1 accepted in the baseline\.\n$/);
    const thin = repository('thin', 125);
    expect((await alb502(['check', thin])).code).toBe(1);
    expect((await alb502(['check', thin, '--fail-on', 'error'])).code).toBe(0);
  });

  test('--document writes a table, which the next check holds', async () => {
    const folder = repository('documented', 132);
    const table = file('documented/README.md', '# Shop\n');
    const { code, stderr } = await alb502(['check', folder, '--document', table]);
    expect(code).toBe(0);
    expect(stderr).toMatch(/are? documented in .*README\.md\.\n$/);
    expect(readFileSync(table, 'utf8')).toContain('ALB 120 s < nginx 132 s');
    expect((await alb502(['check', folder])).code).toBe(0);
    file('documented/alb502.check.json', join75(180));
    const drifted = await alb502(['check', folder]);
    expect(drifted.code).toBe(1);
    expect(drifted.stdout).toContain('documented-timeouts-drift');
  });

  test.each([
    ['a path that is not there', ['/nonexistent'], /\/nonexistent does not exist/],
    ['joins that are no JSON', [], /bad\.json is not JSON \(line 1/],
    ['joins of another form', [], /form\.json: paths\.0\.server: expected a file, a folder or/],
    ['a baseline that is none', [], /none\.json is not a baseline of alb502 check/],
    ['a baseline without its file', ['--write-baseline'], /--write-baseline needs the file: --baseline FILE/],
    ['an output of nothing', ['--output', 'x'], /--output needs --json or --sarif/],
    ['two documents', ['--json', '--sarif'], /cannot be used with/],
    ['an idle timeout that is none', ['--idle-timeout', '0'], /expected a number from 1 to 4000/],
    ['no document', ['--document'], /no Markdown file has the table yet; name one: --document README\.md/],
  ])('%s is a mistake with one line and exit 2', async (name, args, message) => {
    const folder = repository('mistakes', 132);
    const more: Readonly<Record<string, readonly string[]>> = {
      'joins that are no JSON': ['--join', file('bad.json', '{')],
      'joins of another form': [
        '--join',
        file('form.json', '{"paths": [{"loadBalancer": "ShopAlb", "server": 5}]}'),
      ],
      'a baseline that is none': ['--baseline', file('none.json', '{"version": 2}')],
    };
    const first = args[0] === '/nonexistent' ? [] : [folder];
    const { code, stderr } = await alb502(['check', ...first, ...args, ...(more[name] ?? [])]);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(code).toBe(2);
  });
});
