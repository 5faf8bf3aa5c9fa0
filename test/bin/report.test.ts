import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';
import { renderReport } from '../../bin/diagnosis-report.ts';
import { renderTable } from '../../bin/diagnosis-table.ts';
import { fileProblem } from '../../bin/file-problem.ts';
import { wrapped } from '../../bin/wrapped.ts';
import { diagnose } from '../../lambda/diagnose/diagnose.ts';
import type { Diagnosis } from '../../lambda/model/diagnosis.ts';
import { bundleWith, declared, everyNth, failures } from '../diagnose/bundle.ts';
import { alb502 } from './cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'alb502-report-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const failing = diagnose(bundleWith(declared(5), failures(everyNth(3, 2))));
const quiet = diagnose(bundleWith(declared(75)));
const named = (name: string, diagnosis: Diagnosis, more: Partial<Diagnosis> = {}): Diagnosis => ({
  ...diagnosis,
  loadBalancerArn: `arn:aws:elasticloadbalancing:eu-central-1:1:loadbalancer/app/${name}/0123456789abcdef`,
  ...more,
});
const context = { where: 'here', unread: [], named: false, detailsWith: null } as const;
const widest = (text: string): number =>
  Math.max(
    ...stripVTControlCharacters(text)
      .split('\n')
      .map((line) => line.length),
  );

describe('the summary table', () => {
  const rows = [
    named('a-load-balancer-with-a-name-of-32', failing, { verdict: 'requests-per-connection-limit' }),
    named('shop', failing, { verdict: 'undetermined' }),
    named('quiet-one', quiet, { severity: 'warning' }),
  ];

  test.each([76, 80, 100])('fits %d columns and cuts no word', (columns) => {
    const table = renderTable(rows, columns);
    expect(widest(table)).toBeLessThanOrEqual(columns);
    expect(table).not.toContain('…');
  });

  test.each([40, 60])('becomes a few lines for each on %d columns', (columns) => {
    const lines = renderTable(rows, columns);
    expect(widest(lines)).toBeLessThanOrEqual(columns);
    expect(lines).toMatch(/^WARNING shop: \d+ 502s \(/m);
  });

  test('names the region where there are several', () => {
    const regions = [named('shop', failing), named('shop', failing, { region: 'us-east-1' })];
    expect(renderTable(regions, 100)).toContain('(us-east-1)');
    expect(renderTable(regions.slice(1), 100)).not.toContain('us-east-1');
  });
});

test('a report of 300 quiet load balancers is short', () => {
  const diagnoses = Array.from({ length: 300 }, (_, index) => named(`lb-${index}`, quiet));
  const text = renderReport({ diagnoses, skipped: [] }, context, 80);
  expect(text).toContain('300 without findings: lb-0,');
  expect(text.replaceAll(/\s+/g, ' ')).toContain('and 280 more');
  expect(text.split('\n').length).toBeLessThan(10);
});

test('a report of one load balancer has no table', () => {
  const text = renderReport({ diagnoses: [failing], skipped: [] }, context, 80);
  expect(text).toContain('WHAT TO DO');
  expect(text).not.toContain('what to do first');
});

test('a figure and its unit stay on one line', () => {
  const text = wrapped('raise the keep-alive from 75 s to at least 132 s, or 100 % of it', 20, '  ');
  expect(text).not.toMatch(/\d\n *(s|%)\b/);
});

describe('a file that cannot be used', () => {
  // Whoever runs tests as root is denied nothing, so the errors are made; the modes are the files' own.
  const denied = Object.assign(new Error('EACCES: permission denied, open'), { code: 'EACCES' });

  test('is named with the permission that is missing, and its mode', () => {
    const file = join(folder, 'secret.json');
    writeFileSync(file, '{}');
    chmodSync(file, 0o200);
    expect(fileProblem(file, denied, 'read').message).toBe(
      `${file} cannot be read: you lack read permission on it (mode 0200)`,
    );
    chmodSync(folder, 0o700);
    expect(fileProblem(join(folder, 'new.json'), denied, 'write', 'give another one').message).toBe(
      `${join(folder, 'new.json')} cannot be written: you lack write permission on the folder ${folder} (mode 0700); give another one`,
    );
  });
});

test('other files in a folder of bundles are named, and a quiet report is no all-clear then', async () => {
  writeFileSync(join(folder, 'quiet.json'), JSON.stringify(bundleWith(declared(75))));
  writeFileSync(join(folder, 'probe.json'), '[]');
  const run = await alb502(['diagnose', folder]);
  expect(run.stdout).toMatch(/skipped \S+probe\.json: is not an evidence\s+bundle/);
  expect(run.code).toBe(2);
});

test('help keeps to 80 columns, but for lines that are copied', async () => {
  for (const command of ['scan', 'logs', 'verify', 'test-alert']) {
    const { stdout } = await alb502([command, '--help']);
    const prose = stdout.split('\n').filter((line) => !line.startsWith(' '));
    expect(widest(prose.join('\n'))).toBeLessThanOrEqual(80);
    expect(stdout).not.toContain('default: []');
  }
});

test('what --since says is its default is what it takes', async () => {
  const { stdout } = await alb502(['scan', '--help']);
  const [, shown = ''] = /--since[^-]*\(default: (\S+)\)/.exec(stdout) ?? [];
  const run = await alb502(['scan', '--since', shown, '--region', 'nowhere']);
  expect(run.stderr).toContain('"nowhere" is not a region name');
});

test('an output that cannot be written is one line, not a stack', async () => {
  const { execFileSync } = await import('node:child_process');
  const script = '"$0" dist/bin/alb502.js scan --help 2>&1 >/dev/full; echo "exit $?"';
  const said = execFileSync('sh', ['-c', script, process.execPath], { encoding: 'utf8' });
  expect(said).toBe('alb502: the output could not be written: the disk is full\nexit 2\n');
});
