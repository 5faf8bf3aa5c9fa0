import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { LOAD_BALANCER } from '../../lab/worlds/access-log/line.ts';
import { simulate } from '../../lab/worlds/access-log/simulate.ts';
import { filesOf, type LogFile } from '../../lab/worlds/access-log/write.ts';
import { failingRequestSchema, keepAliveEstimateSchema } from '../../lambda/model/access-log-summary.ts';
import { actionSchema, hypothesisSchema, missingEvidenceSchema } from '../../lambda/model/diagnosis.ts';
import { explanationSchema, unexplainedSchema } from '../../lambda/model/explanation.ts';
import { healthCheckLogSchema } from '../../lambda/model/health-check-log.ts';
import { failedLine, lineWith } from '../access-log/lines.ts';
import { type Moto, startMoto } from '../moto.ts';
import { alb502 } from './cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'alb502-logs-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const count = z.number().int().nonnegative();

/** The contract of `logs --json`; more fields may be there. */
const documentSchema = z.object({
  version: z.literal(1),
  linesRead: count,
  linesRejected: count,
  rejected: z.array(z.object({ file: z.string(), line: count, reason: z.string() })),
  healthCheckLogs: z.array(
    z.object({ loadBalancer: z.string().nullable(), healthCheckLog: healthCheckLogSchema }),
  ),
  loadBalancers: z.array(
    z.object({
      loadBalancer: z.string(),
      requests: count,
      elb502: count,
      verdict: z.string().nullable(),
      probability: z.number().min(0).max(1),
      hypotheses: z.array(hypothesisSchema),
      explanations: z.array(explanationSchema),
      unexplained: unexplainedSchema.nullable(),
      missingEvidence: z.array(missingEvidenceSchema),
      actions: z.array(actionSchema),
      targetGroups: z.array(
        z.object({
          targetGroupArn: z.string(),
          requests: count,
          elb502: count,
          keepAlive: keepAliveEstimateSchema.nullable(),
          targets: z.array(z.object({ target: z.string(), elb502: count })),
        }),
      ),
    }),
  ),
});

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}

const filesOfServers = (keepAliveSeconds: number): readonly LogFile[] =>
  filesOf(
    simulate({
      seed: 7,
      durationSeconds: 5_000 * keepAliveSeconds,
      nodes: 2,
      idleTimeoutSeconds: 60,
      traffic: [{ kind: 'poisson', rate: 3.2 / keepAliveSeconds }],
      groups: [
        {
          name: 'web',
          targets: 2,
          share: 1,
          keepAliveSeconds: [keepAliveSeconds],
          roundTripSeconds: 0.01,
          pool: 'lifo',
          serviceSeconds: 0.02,
        },
      ],
    }),
  );

const files = filesOfServers(4);

/** A report without its line breaks. */
const oneLine = (text: string): string => text.replace(/\s+/g, ' ');

async function json(args: readonly string[], stdin = '') {
  const run = await alb502(['logs', ...args, '--json'], {}, stdin);
  return { ...run, document: documentSchema.parse(JSON.parse(run.stdout)) };
}

describe('a folder as S3 has it', () => {
  beforeAll(() => {
    for (const { name, text } of files) file(join('s3', name), gzipSync(text));
    file('s3/README.md', 'not a log');
  });

  test('gives the verdict and the keep-alive, in the form of the contract', async () => {
    const { code, document } = await json([join(folder, 's3')]);
    expect(code).toBe(1);
    const [balancer] = document.loadBalancers;
    expect(balancer).toMatchObject({ loadBalancer: LOAD_BALANCER, verdict: 'keepalive-mismatch' });
    expect(balancer?.probability).toBeGreaterThan(0.9);
    expect(balancer?.targetGroups[0]?.keepAlive?.seconds).toBeCloseTo(4, 1);
    expect(document.rejected.map(({ file }) => file)).toEqual([join(folder, 's3/README.md')]);
  });

  test('tells what explains the failures, in parts that add up to all', async () => {
    const { document } = await json([join(folder, 's3')]);
    const [balancer] = document.loadBalancers;
    if (!balancer) throw new Error('no load balancer');
    const { explanations, unexplained, elb502 } = balancer;
    expect(explanations[0]).toMatchObject({ kind: 'idle-time', cause: 'keepalive-mismatch' });
    expect(explanations[0]?.fact).toMatch(
      new RegExp(`^\\d+ of ${elb502} failed requests came 4\\S* s after `),
    );
    expect(explanations[0]?.where.targetGroupArn).toBe(balancer.targetGroups[0]?.targetGroupArn);
    const sum = (of: 'failures' | 'share') =>
      explanations.reduce((total, one) => total + one[of], unexplained?.[of] ?? Number.NaN);
    expect(sum('share')).toBeCloseTo(1, 2);
    expect(sum('failures')).toBe(elb502);
    const report = (await alb502(['logs', join(folder, 's3')])).stdout;
    expect(report).toMatch(new RegExp(`^ {2}\\d+ of ${elb502}: idle for (3\\.99|4\\.0\\d) s$`, 'm'));
  });

  test('gives a report that names cause, keep-alive and what to change', async () => {
    const { code, stdout, stderr } = await alb502(['logs', join(folder, 's3'), '--idle-timeout', '60']);
    expect(code).toBe(1);
    expect(stderr).toBe('');
    expect(stdout).toContain('keepalive-mismatch');
    expect(stdout).toMatch(/keep-alive of the targets: (3\.99|4\.0)\d* s/);
    expect(oneLine(stdout)).toContain('needs at least 66 s for the idle timeout of 60 s that was given');
    expect(oneLine(stdout)).toContain("the load balancer's idle timeout of 60 s (as given)");
    expect(stdout).toMatch(/idle_timeout|keepalive_timeout/);
  });

  test('without the idle timeout says what the log proves of it, and how to read it', async () => {
    const stdout = oneLine((await alb502(['logs', join(folder, 's3')])).stdout);
    expect(stdout).toMatch(/keepalive-mismatch: .*; (?:very likely|almost certain) \((?:over )?\d+ %\)/);
    expect(stdout).toMatch(
      /a connection was reused after 4\.0\d s idle, so the idle timeout is above 4(\.0\d)? s/,
    );
    expect(stdout).toContain('1. Read the idle timeout of the load balancer');
    expect(stdout).toContain('aws elbv2 describe-load-balancer-attributes');
    expect(stdout).toMatch(/raise the keep-alive from 4(\.0\d)? s to at least 66 s/);
    expect(stdout).not.toMatch(/idle timeout of 60 s|given/);
  });

  test('a keep-alive above the idle timeout by the margin is no mismatch', async () => {
    for (const { name, text } of filesOfServers(12)) file(join('long', name), text);
    const short = await json([join(folder, 'long'), '--idle-timeout', '60']);
    expect(short.document.loadBalancers[0]?.verdict).toBe('keepalive-mismatch');
    const { document } = await json([join(folder, 'long'), '--idle-timeout', '5']);
    expect(document.loadBalancers[0]?.targetGroups[0]?.keepAlive?.seconds).toBeCloseTo(12, 1);
    expect(document.loadBalancers[0]?.verdict).not.toBe('keepalive-mismatch');
    const { stdout } = await alb502(['logs', join(folder, 'long'), '--idle-timeout', '5']);
    expect(oneLine(stdout)).toMatch(
      /longer than the idle timeout of 5 s that was given, but a connection was reused after 12\.\d s idle/,
    );
  });
});

describe('a log with an idle race and a path that always fails', () => {
  beforeAll(() => {
    let answered = 0;
    for (const { name, text } of files) {
      const lines = text.split('\n').map((line) => {
        const fields = line.split(' ');
        if (fields[8] !== '200' || ++answered % 1000 !== 0) return line;
        const failing = ['0.000', '0.300', '-1', '502', '-'];
        return [...fields.slice(0, 5), ...failing, ...fields.slice(10)]
          .join(' ')
          .replace(/"[A-Z]+ (https?:\/\/[^/]+)\/\S*/, '"GET $1/export');
      });
      file(join('two', name), lines.join('\n'));
    }
  });

  test('tells both, each with its share and its actions', async () => {
    const { document } = await json([join(folder, 'two')]);
    const [balancer] = document.loadBalancers;
    expect(balancer?.explanations.map(({ kind }) => kind).sort()).toEqual(['idle-time', 'path']);
    const path = balancer?.explanations.find(({ kind }) => kind === 'path');
    expect(path?.where.path).toBe('GET /export');
    const titles = balancer?.actions.map(({ title }) => title).join('\n');
    expect(titles).toMatch(/^For \d+ of \d+ failures \(keepalive-mismatch\): on the targets of /m);
    expect(titles).toContain(
      `For ${path?.failures} of ${balancer?.elb502} failures (malformed-response): on the targets: look at the raw response to GET /export`,
    );
    const { stdout } = await alb502(['logs', join(folder, 'two')]);
    expect(stdout).toContain(`\n  ${path?.failures} of ${balancer?.elb502}: GET /export\n`);
    expect(oneLine(stdout)).toMatch(/ Two causes: \S+ \(\d+ of \d+\), \S+ \(\d+ of \d+\)\. /);
  });
});

test('only failing lines settle nothing: the answered requests are asked for', async () => {
  const at = (second: number) => `2026-03-01T12:00:${String(second).padStart(2, '0')}.000000Z`;
  const text = Array.from({ length: 20 }, (_, index) => failedLine({ 2: at(index) })).join('\n');
  const path = file('grepped.log', text);
  const [balancer] = (await json([path])).document.loadBalancers;
  expect(balancer?.verdict).toBe('undetermined');
  expect(balancer?.missingEvidence[0]).toMatchObject({
    what: 'the answered requests, if there were any: the log has only failed ones',
    how: expect.stringMatching(/alb502 logs .*whole files of all nodes.*grep.*Athena/),
  });
  const { stdout } = await alb502(['logs', path]);
  expect(stdout).toContain(
    '\n  only failed requests are in the log: without answered ones nothing stands out\n',
  );
  expect(oneLine(stdout)).toContain(
    '1. Get the evidence that would settle it: the answered requests, if there were any: the log has only failed ones',
  );
});

test('targets that failed and never answered are said to have no answered request', async () => {
  const dead = Array.from({ length: 20 }, (_, index) =>
    failedLine({ 5: '10.0.0.9:8080', 26: '"10.0.0.9:8080"', 4: `198.51.100.${index}:5000` }),
  );
  const text = [...dead, ...Array.from({ length: 40 }, () => lineWith())].join('\n');
  const [balancer] = (await json([file('dead.log', text)])).document.loadBalancers;
  const whats = balancer?.missingEvidence.map(({ what }) => what) ?? [];
  expect(whats).toContain('answered requests of the targets that failed, which the log does not have');
  const mixed = [...dead, lineWith({ 5: '10.0.0.9:8080' }), lineWith()].join('\n');
  const [other] = (await json([file('alive.log', mixed)])).document.loadBalancers;
  expect(JSON.stringify(other?.missingEvidence)).not.toContain('answered requests');
});

test('plain text, gzip by content whatever its name, and the standard input read alike', async () => {
  const text = [lineWith(), failedLine(), lineWith()].join('\n');
  const plain = await json([file('plain.log', text)]);
  const misnamed = await json([file('misnamed.log', gzipSync(text))]);
  const stdin = await json(['-'], text);
  for (const { code, document } of [plain, misnamed, stdin]) {
    expect(code).toBe(1);
    expect(document).toMatchObject({
      linesRead: 3,
      linesRejected: 0,
      loadBalancers: [{ requests: 3, elb502: 1 }],
    });
  }
});

test('names the failed requests by their trace ids: all that are kept as JSON, the first and the newest as text', async () => {
  const at = (second: number) => `2026-03-01T12:00:${String(second).padStart(2, '0')}.000000Z`;
  const lines = Array.from({ length: 30 }, (_, index) =>
    failedLine({ 2: at(index), 18: `"Root=1-58337262-${String(index).padStart(24, '0')}"` }),
  );
  const path = file('failing.log', lines.join('\n'));
  const { stdout } = await alb502(['logs', path, '--json']);
  const { loadBalancers } = z
    .object({ loadBalancers: z.array(z.object({ failingRequests: z.array(failingRequestSchema) })) })
    .parse(JSON.parse(stdout));
  expect(loadBalancers[0]?.failingRequests.map(({ at: time }) => Number(time.slice(17, 19)))).toEqual([
    ...[0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
    ...[20, 21, 22, 23, 24, 25, 26, 27, 28, 29],
  ]);
  const text = (await alb502(['logs', path])).stdout;
  expect([...text.matchAll(/ trace 1-58337262-0+(\d+)$/gm)].map(([, trace]) => Number(trace))).toEqual([
    ...[0, 1, 2],
    ...[27, 28, 29],
  ]);
  expect(text).toContain('and 24 more between them; --json names up to 20');
});

test('without 502s there is no verdict and the exit code is 0', async () => {
  const { code, document } = await json([file('quiet.log', `${lineWith()}\n`)]);
  expect(code).toBe(0);
  expect(document.loadBalancers[0]).toMatchObject({ elb502: 0, verdict: null, hypotheses: [] });
});

test('a large file, which is inflated on a thread of its own, reads as it does on the standard input', async () => {
  const text = `${lineWith()}\n${failedLine()}\n`.repeat(5000);
  const stored = gzipSync(text, { level: 0 });
  const read = async (name: string, content: string | Uint8Array) =>
    (await json([file(name, content)])).document;
  const plain = await read('large.log', text);
  const zipped = await read('large.log.gz', stored);
  const cut = await read('large-cut.log.gz', stored.subarray(0, -100_000));
  expect(plain.linesRead).toBe(10_000);
  expect(plain.loadBalancers).toEqual((await json(['-'], text)).document.loadBalancers);
  expect(zipped.loadBalancers).toEqual(plain.loadBalancers);
  expect(cut.linesRead).toBeGreaterThan(9000);
  expect(cut.rejected.map(({ reason }) => reason).join()).toMatch(/ends early/);
});

test('large files that are read one after the other, a damaged one among them, are each read as if alone', async () => {
  const text = `${lineWith()}\n${failedLine()}\n`.repeat(5000);
  const stored = gzipSync(text, { level: 0 });
  const paths = [
    file('first-of-three.log.gz', stored.subarray(0, -100_000)),
    file('second-of-three.log.gz', stored),
    file('third-of-three.log', text),
  ];
  const alone = await Promise.all(paths.map(async (path) => (await json([path])).document));
  const { code, document } = await json(paths);
  expect(code).toBe(1);
  expect(document.linesRead).toBe(alone.reduce((sum, { linesRead }) => sum + linesRead, 0));
  expect(document.rejected.filter(({ reason }) => /ends early/.test(reason))).toHaveLength(1);
});

test('a gzip file that ends early is read as far as it goes, and said', async () => {
  const whole = gzipSync(
    Array.from({ length: 4000 }, (_, at) => lineWith({ 4: `10.1.2.3:${at}` })).join('\n'),
  );
  const { document } = await json([file('cut.log.gz', whole.subarray(0, whole.length - 60))]);
  expect(document.loadBalancers[0]?.requests).toBeGreaterThan(1000);
  expect(document.rejected.map(({ reason }) => reason).join()).toMatch(/ends early/);
});

test('rejected lines show in the report with file, line and reason', async () => {
  const path = file('mixed.log', `${lineWith()}\nrubbish\n${lineWith({}, 9)}\n`);
  const { stdout } = await alb502(['logs', path]);
  expect(stdout).toContain('2 lines could not be read');
  expect(stdout.replace(/\s+/g, '')).toContain(`${path}:2`);
  expect(stdout.replace(/\s+/g, ' ')).toContain('ends after field 9');
});

describe('mistakes', () => {
  test.each([
    ['a file that is not there', ['/no/such.log'], /\/no\/such\.log: no such file/],
    ['an idle timeout that is none', ['-', '--idle-timeout', '0'], /1 to 4000/],
    ['a bucket that is none', ['s3://X'], /expected s3:\/\/BUCKET/],
    [
      'an endpoint that is no URL',
      ['s3://my-logs', '--endpoint-url', 'localhost:5000'],
      /is not a URL; give one/,
    ],
    ['a region that is none', ['s3://my-logs', '--region', 'Frankfurt'], /"Frankfurt" is not a region name/],
    [
      'seconds, as no other command takes them',
      ['-', '--since', '90s'],
      /minutes, hours or days from 1m to 400d/,
    ],
    ['no path', [], /missing required argument/],
  ])('%s is told in one line', async (_, args, message) => {
    const { code, stdout, stderr } = await alb502(['logs', ...args]);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/\bat .*:\d+:\d+/);
  });

  test('a file without a single access-log line cannot be read', async () => {
    const { code, stderr, document } = await json([file('prose.txt', 'to be\nor not\n')]);
    expect(code).toBe(2);
    expect(document.linesRejected).toBe(2);
    expect(stderr).toMatch(/no line is an ALB access-log line; .*prose\.txt:1/);
  });

  test('health checks alone are printed, but are no all-clear', async () => {
    const name =
      'health_check_log_123456789012_elasticloadbalancing_eu-central-1_app.shop.50dc6c495c0c9188_20260301T1205Z_203.0.113.21_4a2b.log';
    file(
      `checks/${name}`,
      'http 2026-03-01T12:00:30Z 0.019584011 10.0.0.7:8080 web PASS 200 -\n' +
        'http 2026-03-01T12:01:00Z 5.000123 10.0.0.7:8080 web FAIL - RequestTimedOut\n',
    );
    const checks = join(folder, 'checks');
    const { code, stderr, document } = await json([checks]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/only health checks are in it \(2 lines\), so nothing is known of 502s/);
    const seen = { checks: 2, failed: 1, targets: [{ target: '10.0.0.7:8080', node: '203.0.113.21' }] };
    expect(document).toMatchObject({
      ...{ linesRead: 2, linesRejected: 0, loadBalancers: [] },
      healthCheckLogs: [{ loadBalancer: 'app/shop/50dc6c495c0c9188', healthCheckLog: seen }],
    });
    const report = await alb502(['logs', checks]);
    expect(report.code).toBe(2);
    expect(oneLine(report.stdout)).toMatch(
      /^app\/shop\/50dc6c495c0c9188 Health checks: 1 of 2 failed 10\.0\.0\.7:8080 by node 203\.0\.113\.21: 1 of 2 failed \(RequestTimedOut 1/,
    );
    const other = await json([checks, '--load-balancer', 'nope']);
    expect([other.code, other.document.healthCheckLogs]).toEqual([2, []]);
    expect(other.stderr).toContain('none of the load balancer and time asked for');
  });

  test('a folder without logs says so', async () => {
    mkdirSync(join(folder, 'empty'), { recursive: true });
    const { code, stderr } = await alb502(['logs', join(folder, 'empty')]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/no access logs in this folder/);
  });
});

describe('a bucket', () => {
  let moto: Moto;
  beforeAll(async () => {
    moto = await startMoto();
    const s3 = new S3Client({ ...moto.client, forcePathStyle: true });
    await s3.send(
      new CreateBucketCommand({
        Bucket: 'my-logs',
        CreateBucketConfiguration: { LocationConstraint: 'eu-central-1' },
      }),
    );
    for (const { name, text } of files)
      await s3.send(new PutObjectCommand({ Bucket: 'my-logs', Key: `alb/${name}`, Body: gzipSync(text) }));
    s3.destroy();
  });
  afterAll(() => moto.stop());

  test('is read like a folder', async () => {
    const run = await alb502(['logs', 's3://my-logs/alb', '--json'], moto.environment);
    const document = documentSchema.parse(JSON.parse(run.stdout));
    expect(run.code).toBe(1);
    expect(document.loadBalancers[0]?.targetGroups[0]?.keepAlive?.seconds).toBeCloseTo(4, 1);
  });

  test('is read from the endpoint and the region of the options', async () => {
    const { AWS_ENDPOINT_URL: endpoint = '', AWS_REGION: region = '', ...environment } = moto.environment;
    const options = ['--endpoint-url', endpoint, '--region', region || 'eu-central-1', '--since', '400d'];
    const { code, stderr } = await alb502(['logs', 's3://my-logs/elsewhere', ...options], environment);
    expect(stderr).toMatch(/no access logs there/);
    expect(code).toBe(2);
  });

  test('is read below prefixes of vended delivery too, and within a time only what was written since', async () => {
    const s3 = new S3Client({ ...moto.client, forcePathStyle: true });
    const place =
      'vended/AWSLogs/account-id=123456789012/region=eu-central-1/year=2026/month=03/day=01/hour=12';
    const record = (line: string) => JSON.stringify({ elb: 'app/shop/50dc6c495c0c9188', message: line });
    const put = (key: string, text: string) =>
      s3.send(new PutObjectCommand({ Bucket: 'my-logs', Key: `${place}/${key}`, Body: text }));
    await put('one.json.gz', `${record(lineWith())}\n${record(failedLine())}`);
    await put('ELBAccessLogTestFile', 'Enable AccessLog for ELB: shop');
    s3.destroy();
    const { code, stdout } = await alb502(['logs', 's3://my-logs/vended', '--json'], moto.environment);
    expect(code).toBe(1);
    expect(documentSchema.parse(JSON.parse(stdout))).toMatchObject({
      rejected: [],
      loadBalancers: [{ requests: 2, elb502: 1 }],
    });
    const [year, month, day, hour] = new Date().toISOString().split(/[-T:]/);
    const now = `vended/AWSLogs/account-id=123456789012/year=${year}/month=${month}/day=${day}/hour=${hour}`;
    const writer = new S3Client({ ...moto.client, forcePathStyle: true });
    const Body = `${record(lineWith())}\n${record(failedLine())}`;
    await writer.send(new PutObjectCommand({ Bucket: 'my-logs', Key: `${now}/two.json`, Body }));
    writer.destroy();
    const since = await alb502(['logs', 's3://my-logs/vended', '--since', '1h'], moto.environment);
    expect([since.code, since.stderr]).toEqual([
      2,
      expect.stringMatching(/in the time asked for: the log holds 2 lines/),
    ]);
  });

  test('with nothing there is a mistake', async () => {
    const { code, stderr } = await alb502(['logs', 's3://my-logs/elsewhere'], moto.environment);
    expect(code).toBe(2);
    expect(stderr).toMatch(/no access logs there/);
  });

  test('that does not exist is a failure of AWS', async () => {
    const { code, stderr } = await alb502(['logs', 's3://no-such-bucket'], moto.environment);
    expect(code).toBe(3);
    expect(stderr).toMatch(/s3:ListBucket|does not exist/);
  });
});
