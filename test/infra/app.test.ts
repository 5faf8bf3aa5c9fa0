import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';

/** A bound, not an expectation: the machine may be busy. */
const LIMIT_MS = 240_000;

/** Nothing of the tester's AWS setup, and nobody to ask for one. */
function bareEnvironment(home: string): Record<string, string> {
  return {
    PATH: process.env['PATH'] ?? '',
    HOME: home,
    AWS_EC2_METADATA_DISABLED: 'true',
    CDK_DISABLE_CLI_TELEMETRY: 'true',
    CDK_OUTDIR: join(home, 'out'),
  };
}

function folderForTest(): string {
  const folder = mkdtempSync(join(tmpdir(), 'alb502-app-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The CDK's validator takes seconds each time: one test has it. */
const WITHOUT_VALIDATION = { CDK_VALIDATION: 'false' };

function run(
  command: string,
  args: readonly string[],
  cwd: string,
  home: string,
  added: Record<string, string> = {},
) {
  const { CDK_OUTDIR, ...environment } = { ...bareEnvironment(home), ...added };
  const env = command === process.execPath ? { ...environment, CDK_OUTDIR: String(CDK_OUTDIR) } : environment;
  return spawnSync(command, args, { cwd, env, encoding: 'utf8', timeout: LIMIT_MS });
}

const cdk = resolve('node_modules/.bin/cdk');
const app = resolve('dist/bin/app.js');

describe('the CDK app', { timeout: LIMIT_MS }, () => {
  test('is synthesized by the CDK CLI with no argument and no configuration', () => {
    const folder = folderForTest();
    const { status, stderr } = run(
      cdk,
      ['synth', '-q', '--no-notices', '-o', join(folder, 'out')],
      '.',
      folder,
    );
    expect(status, stderr).toBe(0);
    expect(existsSync(join(folder, 'out', 'Alb502.template.json'))).toBe(true);
  });

  test('takes the context of the command line', () => {
    const folder = folderForTest();
    const context = 'alb502={"repeatHours":9}';
    const args = ['synth', '-q', '--no-notices', '-o', join(folder, 'out'), '-c', context];
    const { status, stderr } = run(cdk, args, '.', folder, WITHOUT_VALIDATION);
    expect(status, stderr).toBe(0);
    expect(readFileSync(join(folder, 'out', 'Alb502.template.json'), 'utf8')).toContain(
      '\\"repeatHours\\":9',
    );
  });

  test('reads the configuration file of the folder it runs in', () => {
    const folder = folderForTest();
    writeFileSync(join(folder, 'alb502.config.json'), '{"repeatHours":9}');
    const { status, stderr } = run(process.execPath, [app], folder, folder, WITHOUT_VALIDATION);
    expect(status, stderr).toBe(0);
    expect(readFileSync(join(folder, 'out', 'Alb502.template.json'), 'utf8')).toContain(
      '\\"repeatHours\\":9',
    );
  });

  test('answers a bad configuration with one line, exit code 2 and no template', () => {
    const folder = folderForTest();
    writeFileSync(join(folder, 'alb502.config.json'), '{"repeatHours":"often"}');
    const { status, stderr, stdout } = run(process.execPath, [app], folder, folder, WITHOUT_VALIDATION);
    expect(status).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^alb502: alb502\.config\.json: repeatHours is "often": [^\n]+\n$/);
    expect(existsSync(join(folder, 'out', 'Alb502.template.json'))).toBe(false);
  });
});
