import { execFileSync } from 'node:child_process';
import { linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { failedLine, lineWith } from '../access-log/lines.ts';
import { alb502 } from './cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'alb502-input-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}

const schema = z.object({
  linesRead: z.number(),
  rejected: z.array(z.object({ file: z.string(), line: z.number(), reason: z.string() })),
  loadBalancers: z.array(z.object({ requests: z.number(), elb502: z.number() })),
});

async function read(args: readonly string[], stdin: string | readonly Uint8Array[] = '') {
  const run = await alb502(['logs', ...args, '--json'], {}, stdin);
  return { ...run, document: schema.parse(JSON.parse(run.stdout)) };
}

const TWO = `${lineWith()}\n${failedLine()}\n`;
const quiet = `${lineWith()}\n`;
const twice = [{ requests: 4, elb502: 2 }];
const once = [{ requests: 2, elb502: 1 }];

describe('a folder', () => {
  test('is read whatever else is in it: links to nothing, loops, pipes and devices are named and passed over', async () => {
    file('odd/a.log', TWO);
    file('odd/sub/b.log', TWO);
    symlinkSync('nowhere', join(folder, 'odd/broken.log'));
    symlinkSync('loop.log', join(folder, 'odd/loop.log'));
    symlinkSync('..', join(folder, 'odd/sub/up'));
    symlinkSync('/dev/zero', join(folder, 'odd/zero.log'));
    execFileSync('mkfifo', [join(folder, 'odd/pipe.log')]);
    const { code, document } = await read([join(folder, 'odd')]);
    expect(code).toBe(1);
    expect(document.loadBalancers).toMatchObject(twice);
    expect(document.rejected.map(({ file, reason }) => [file.slice(folder.length), reason])).toEqual([
      ['/odd/broken.log', 'a symbolic link to nothing'],
      ['/odd/loop.log', 'a symbolic link that leads to itself'],
      ['/odd/pipe.log', 'a named pipe, not a file'],
      ['/odd/zero.log', 'a device, not a file'],
    ]);
  });

  test('is no all-clear where something in it could not be read', async () => {
    file('partly/a.log', quiet);
    symlinkSync('nowhere', join(folder, 'partly/broken.log'));
    const { code, stderr } = await read([join(folder, 'partly')]);
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /no 502 in what was read, but .* could not be read; .*broken\.log: a symbolic link/,
    );
  });

  test('counts a file of several names once', async () => {
    const path = file('names/a.log', TWO);
    linkSync(path, join(folder, 'names/hard.log'));
    symlinkSync('a.log', join(folder, 'names/soft.log'));
    const { document } = await read([join(folder, 'names'), path, join(folder, 'names/../names/soft.log')]);
    expect(document.loadBalancers).toMatchObject(once);
  });
});

test('a device, and a link to nothing, are named for what they are', async () => {
  symlinkSync('nowhere', join(folder, 'gone.log'));
  const [device, link] = await Promise.all([
    alb502(['logs', '/dev/zero']),
    alb502(['logs', join(folder, 'gone.log')]),
  ]);
  expect([device.code, device.stderr]).toEqual([2, expect.stringMatching(/\/dev\/zero: a device/)]);
  expect([link.code, link.stderr]).toEqual([
    2,
    expect.stringMatching(/gone\.log: a symbolic link to nothing/),
  ]);
});

test('gzip on the standard input is told by its first bytes, however they come', async () => {
  const zipped = gzipSync(TWO);
  const { document } = await read(['-'], [zipped.subarray(0, 1), zipped.subarray(1, 3), zipped.subarray(3)]);
  expect(document.loadBalancers).toMatchObject(once);
});

describe('lines are read', () => {
  const utf16 = (text: string, bigEndian: boolean): Buffer => {
    const bytes = Buffer.from(`\ufeff${text}`, 'utf16le');
    return bigEndian ? bytes.swap16() : bytes;
  };
  test.each([
    ['gzip in gzip', gzipSync(gzipSync(TWO))],
    ['UTF-16, little endian', utf16(TWO, false)],
    ['UTF-16, big endian', utf16(TWO, true)],
    ['UTF-8 with a byte order mark', `\ufeff${TWO}`],
    ['carriage returns alone', TWO.replaceAll('\n', '\r')],
    ['carriage returns and line feeds', TWO.replaceAll('\n', '\r\n')],
  ])('of %s', async (_, content) => {
    const { code, document } = await read([file('form.log', content)]);
    expect([code, document.rejected]).toEqual([1, []]);
    expect(document.loadBalancers).toMatchObject(once);
  });

  test.each([
    ['tar', 'cf'],
    ['tar in gzip', 'czf'],
  ])('of many files in %s, each by its own name', async (_, how) => {
    const name = (node: number) =>
      `123456789012_elasticloadbalancing_eu-central-1_app.shop.50dc6c495c0c9188_20260301T1205Z_10.0.1.${node}_abc.log`;
    const below = 'archive/AWSLogs';
    file(`${below}/${name(1)}`, TWO.trimEnd());
    file(`${below}/${name(2)}.gz`, gzipSync(TWO));
    file(`${below}/conn_log.${name(3)}`, 'a connection log\n');
    file(`${below}/${'long-folder-name/'.repeat(12)}x.log`, 'nothing\n');
    file(`${below}/._${name(1)}`, '\0\x05\x16\x07 as macOS puts beside each file');
    const archive = join(folder, `archive.${how}`);
    execFileSync('tar', ['-C', join(folder, 'archive'), `-${how}`, archive, 'AWSLogs']);
    const { document } = await read([archive]);
    expect(document.loadBalancers).toMatchObject(twice);
    expect(document.rejected.map(({ file, reason }) => `${file} ${reason}`).sort()).toEqual([
      expect.stringMatching(/conn_log\..*a connection log, not an access log/),
      expect.stringMatching(/long-folder-name\/x\.log field 2|long-folder-name\/x\.log .*line/),
    ]);
  });

  test('of the gzip members behind a damaged one', async () => {
    const members = ['a', 'b', 'c'].map((agent) => gzipSync(failedLine({ 14: `"${agent}"` }).concat('\n')));
    const [first, second, third] = members;
    if (!first || !second || !third) throw new Error('there are three');
    // The checksum of the second.
    second[second.length - 6] = (second[second.length - 6] ?? 0) ^ 1;
    const { document } = await read([file('members.log.gz', Buffer.concat([first, second, third]))]);
    expect(document.loadBalancers).toMatchObject([{ requests: 3, elb502: 3 }]);
    expect(document.rejected).toMatchObject([{ reason: expect.stringMatching(/incorrect data check/) }]);
  });
});

test.each([
  ['bzip2', 'BZh91AY&SY', /bzip2 -dc FILE/],
  ['zstd', '\x28\xb5\x2f\xfd', /zstd -dc FILE/],
  ['xz', '\xfd7zXZ\0', /xz -dc FILE/],
  ['ZIP', 'PK\x03\x04', /unzip FILE/],
  ['an Excel workbook', 'PK\x03\x04 and xl/workbook.xml', /as CSV/],
  ['zstd', '\x50\x2a\x4d\x18 as pzstd begins', /zstd -dc FILE/],
  ['snappy', '\xff\x06\0\0sNaPpY', /snzip -dc FILE/],
  ['an ORC file', 'ORC\x08', /as CSV or Parquet/],
  ['an Avro file', 'Obj\x01', /as CSV or Parquet/],
  ['a PDF document', '%PDF-1.7', /not a log/],
])('%s is named, with the way to make it readable', async (name, magic, way) => {
  const path = file('packed.log', Buffer.from(`${magic}and so on`, 'latin1'));
  const { code, stderr } = await read([path]);
  expect(code).toBe(2);
  expect(stderr).toMatch(way);
  expect(stderr).toContain(name);
});

test('a load balancer that the log does not name is said in words, and no command has a made-up name', async () => {
  const record = { time: '2026-03-01T12:00:05.123456Z', elb_status_code: 502, target_status_code: '-' };
  const path = file('unnamed.json', JSON.stringify([record, { ...record, elb_status_code: 200 }]));
  const [found, other] = await Promise.all([
    alb502(['logs', path]),
    alb502(['logs', path, '--load-balancer', 'shop']),
  ]);
  expect(found.code).toBe(1);
  expect(found.stdout).toMatch(/^a load balancer that the log does not name\n/);
  expect(found.stdout).not.toContain('app/unknown');
  expect([other.code, other.stderr]).toEqual([
    2,
    expect.stringMatching(/"shop": the log holds 2 lines of a load balancer that the log does not name/),
  ]);
});

test('a file that cannot be read at all is said once, with its name, and not as lines that are none', async () => {
  const path = file('packed.bz2', 'BZh91AY&SY');
  const { stderr } = await alb502(['logs', path]);
  expect(stderr).toBe(`alb502: ${path}: bzip2 data, which is not read; try bzip2 -dc FILE | alb502 logs -\n`);
});

test('fields of a health check log may be named, for lines without a header', async () => {
  const path = file('checks.log', 'FAIL|2026-03-01T12:01:02.500Z|10.0.0.7:8080|RequestTimedOut\n');
  const run = await alb502(['logs', path, '--fields', 'status,time,target_addr,reason_code', '--json']);
  expect([run.code, JSON.parse(run.stdout)]).toMatchObject([
    2,
    { linesRejected: 0, healthCheckLogs: [{ healthCheckLog: { checks: 1, failed: 1 } }] },
  ]);
});

describe('no all-clear', () => {
  const path = file('quiet.log', quiet);
  test.each([
    [
      'a load balancer that is not there',
      quiet,
      ['--load-balancer', 'nope'],
      /"nope": .* 1 line of app\/shop\/50dc6c495c0c9188, from 2026-03-01T12:00:05Z/,
    ],
    ['a time without lines', quiet, ['--since', '1m'], /in the time asked for: the log holds/],
    ['a time without lines, and a bad one', `${quiet}bad\n`, ['--since', '1m'], /in the time asked for/],
    ['an empty file', '', [], /empty, there is no line to read/],
    ['a line that cannot be read', `${quiet}bad\n`, [], /no 502 in what was read, but a line/],
  ])('for %s', async (_, content, options, message) => {
    const { code, stderr } = await read([file('clear.log', content), ...options]);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });

  test('but for a log that was read whole', async () => {
    expect((await read([path])).code).toBe(0);
  });
});
