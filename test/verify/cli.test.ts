import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { verifyRecordSchema } from '../../lambda/verify/record.ts';
import { closedPort } from '../lab/raw-target.ts';
import { nodeBehindStandIn, SHORT_CLOSE_SECONDS } from './node-behind-stand-in.ts';

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function verify(...args: string[]): Promise<Ended> {
  const child = spawn(process.execPath, ['dist/bin/alb502.js', 'verify', ...args]);
  onTestFinished(() => void child.kill('SIGKILL'));
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, stdout, stderr })));
}

/** Pauses within the round trip before the server's closing, in which its end has not arrived yet. */
const GAPS = [-0.25, -0.2, -0.15, -0.1].map((offset) => (SHORT_CLOSE_SECONDS + offset).toFixed(2)).join(',');

test('a server that closes early shows 502s, and none once it is fixed; the record holds both', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'alb502-verify-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = (name: string) => join(folder, name);

  const short = await nodeBehindStandIn(SHORT_CLOSE_SECONDS * 1000);
  const seen = new Set<string>();
  short.loadBalancer.onCompleted(({ elbStatus, traceId }) => {
    if (elbStatus === 502) seen.add(/Root=([^;]+)/.exec(traceId)?.[1] ?? '');
  });
  const setting = (value: string) => ['--setting', `server.keepAliveTimeout=${value}`];
  const before = await verify(
    `${short.url}?token=secret`,
    '--idle-gaps',
    GAPS,
    '--tries',
    '2',
    '--record',
    file('before.md'),
    ...setting('200'),
  );
  expect(before.stderr).toBe('');
  expect(before.code).toBe(1);
  expect(before.stdout).toMatch(/^\d+ of \d+ requests got 502/);

  const fixed = await nodeBehindStandIn(66_000);
  const compared = ['--before', file('before.json'), '--record', file('after'), ...setting('66000')];
  const after = await verify(fixed.url, '--idle-gaps', GAPS, '--tries', '1', ...compared, '--json');
  expect(after.code).toBe(0);

  const report = verifyRecordSchema.extend({ before: verifyRecordSchema }).parse(JSON.parse(after.stdout));
  expect(JSON.parse(readFileSync(file('after.json'), 'utf8'))).toEqual(report);
  expect(report.measurement).toMatchObject({ failed502: 0, failures: [], unanswered: 0 });
  const { failed502, failures } = report.before.measurement;
  expect(failed502).toBe(seen.size);
  expect(failures.every(({ byLoadBalancer }) => byLoadBalancer)).toBe(true);
  for (const { traceId } of failures) expect(seen).toContain(traceId);
  const markdown = readFileSync(file('after.md'), 'utf8');
  expect(markdown).toContain('| targets | server.keepAliveTimeout | 200 | 66000 |');
  expect(markdown + JSON.stringify(report)).not.toContain('secret');
});

test('a load balancer that nobody reaches is a failure of the network, not a proof', async () => {
  const ended = await verify(`http://127.0.0.1:${await closedPort()}/`, '--idle-gaps', '0.1');
  expect(ended).toMatchObject({ code: 3, stdout: '' });
  expect(ended.stderr).toMatch(/^alb502: 127\.0\.0\.1:\d+ answered none of 20 requests: .*ECONNREFUSED.*\n$/);
});

test.each([
  { args: ['http://'], says: /is no address/ },
  { args: ['ftp://lb.example/'], says: /has the scheme ftp/ },
  { args: ['http://lb.example/', '--idle-gaps', '5,x'], says: /expected a number from 0.01 to 4000/ },
  { args: ['http://lb.example/', '--max-seconds', '1'], says: /no pause fits: the shortest is 4.9 s/ },
  { args: ['http://lb.example/', '--before', '/no/such.json'], says: /such\.json cannot be read/ },
  {
    args: ['http://lb.example/', '--record', '/no/such/folder/x'],
    says: /\/no\/such\/folder\/x cannot be written/,
  },
  { args: ['http://lb.example/', '--setting', 'x'], says: /expected NAME=VALUE/ },
])('$args is refused before anything is sent', async ({ args, says }) => {
  const ended = await verify(...args);
  expect(ended).toMatchObject({ code: 2, stdout: '' });
  expect(ended.stderr).toMatch(says);
});
