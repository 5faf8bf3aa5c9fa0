import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { bundleWith } from '../diagnose/bundle.ts';
import { alb502 } from './cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'alb502-bad-'));
const empty = mkdtempSync(join(tmpdir(), 'alb502-empty-'));
const other = mkdtempSync(join(tmpdir(), 'alb502-other-'));
writeFileSync(join(other, 'd.json'), '{}');
afterAll(() => {
  for (const each of [folder, other, empty]) rmSync(each, { recursive: true, force: true });
});

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const bundleFile = (): string => file('bundle.json', JSON.stringify(bundleWith()));

const KEYS = { AWS_ACCESS_KEY_ID: 'testing', AWS_SECRET_ACCESS_KEY: 'testing' };
/** Port 9 on loopback is closed wherever tests run; nothing answers. */
const DEAD = { ...KEYS, AWS_REGION: 'eu-central-1', AWS_ENDPOINT_URL: 'http://127.0.0.1:9' };

describe('a mistake gets one line that names it, and the exit code of the contract', () => {
  const cases: readonly [string, readonly string[], Readonly<Record<string, string>>, number, RegExp][] = [
    ['no region anywhere', ['scan'], KEYS, 2, /no region is set; give --region/],
    ['a region that is none', ['scan', '--region', 'Frankfurt'], KEYS, 2, /"Frankfurt" is not a region name/],
    [
      'two ways to choose regions',
      ['scan', '--region', 'eu-central-1', '--all-regions'],
      KEYS,
      2,
      /exclude each other/,
    ],
    ['a time that is none', ['scan', '--since', 'yesterday'], KEYS, 2, /--since.*90m, 3h or 2d/],
    ['a time beyond what CloudWatch keeps', ['scan', '--since', '90d'], KEYS, 2, /5m to 15d/],
    [
      'an endpoint that is no URL',
      ['scan', '--endpoint-url', 'localhost'],
      { ...KEYS, AWS_REGION: 'eu-central-1' },
      2,
      /"localhost" is not a URL/,
    ],
    ['an endpoint that is down', ['scan'], DEAD, 3, /cannot reach 127\.0\.0\.1:9/],
    [
      'no credentials',
      ['scan'],
      { AWS_REGION: 'eu-central-1', AWS_ENDPOINT_URL: 'http://127.0.0.1:9' },
      3,
      /no AWS credentials found/,
    ],
    [
      'an unknown profile',
      ['scan', '--profile', 'nobody', '--region', 'eu-central-1'],
      { AWS_ENDPOINT_URL: 'http://127.0.0.1:9' },
      3,
      /nobody/,
    ],
    [
      'a folder that cannot be made',
      ['scan', '--save', '/dev/null/x'],
      DEAD,
      2,
      /\/dev\/null\/x cannot be made/,
    ],
    ['an unknown option', ['scan', '--quickly'], KEYS, 2, /unknown option '--quickly'/],
    ['two ways to print', ['scan', '--summary', '--json'], KEYS, 2, /--summary.*cannot be used with.*--json/],
    [
      'a folder that nothing can be made in',
      ['scan', '--save', '/proc/nope/evidence'],
      DEAD,
      2,
      /\/proc\/nope\/evidence cannot be made: nothing can be made there/,
    ],
    ['a severity that is none', ['scan', '--min-severity', 'bad'], KEYS, 2, /info, warning, critical/],
    ['a folder without bundles', ['diagnose', empty], {}, 2, /\.json; write some with alb502 scan --save/],
    ['a folder of other files', ['diagnose', other], {}, 2, /d\.json is not an evidence bundle/],
    [
      'a mistake below a command',
      ['incident', 'show'],
      {},
      2,
      /missing required argument 'id'\n\(alb502 incident show --help shows the usage\)/,
    ],
    ['an unknown command', ['frobnicate'], {}, 2, /unknown command 'frobnicate'/],
    [
      'a bundle that does not exist',
      ['diagnose', '/nonexistent.json'],
      {},
      2,
      /\/nonexistent\.json cannot be read/,
    ],
    ['a bundle that is no JSON', ['diagnose', file('a.json', 'hello')], {}, 2, /a\.json is not JSON/],
    [
      'a bundle of another kind',
      ['diagnose', file('b.json', '{"version":2}')],
      {},
      2,
      /b\.json is not an evidence bundle of version 1/,
    ],
    ['diagnose without a file', ['diagnose'], {}, 2, /missing required argument/],
    [
      'probe results that are none',
      ['diagnose', bundleFile(), '--probe', file('c.json', '[{"version":1}]')],
      {},
      2,
      /c\.json is not an array of probe results: 0.*alb502 probe --json/,
    ],
  ];

  test.each(cases)('%s', async (_, args, environment, code, message) => {
    const run = await alb502(args, environment);
    expect(run.stdout).toBe('');
    expect(run.stderr).toMatch(message);
    expect(run.stderr).not.toMatch(/\n\s+at /);
    expect(run.stderr.trim().split('\n').length).toBeLessThanOrEqual(2);
    expect(run.code).toBe(code);
  });
});

test.each([['scan'], ['diagnose'], ['probe'], ['lab']])(
  '%s --help has examples and says what the exit codes mean',
  async (command) => {
    const run = await alb502([command, '--help']);
    expect(run.code).toBe(0);
    expect(run.stdout).toMatch(/Examples?:\n/);
    expect(run.stdout).toMatch(/Exit: 0 /);
  },
);

test('--version is the one of the package', async () => {
  const { default: manifest } = await import('../../package.json', { with: { type: 'json' } });
  expect(await alb502(['--version'])).toEqual({ code: 0, stdout: `${manifest.version}\n`, stderr: '' });
});
