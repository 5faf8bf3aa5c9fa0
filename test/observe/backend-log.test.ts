import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import * as z from 'zod';
import type { EvidenceBundle } from '../../lambda/model/evidence.ts';
import { readBackendLogs } from '../../lambda/observe/backend-log.reader.ts';
import { backendLogEvidence, logGroupsOf } from '../../lambda/observe/backend-log-evidence.ts';
import { type FaultProxy, startFaultProxy } from '../aws-faults.ts';
import { bundleWith, type Edit, group, groupTag, loadBalancerTag } from '../diagnose/bundle.ts';
import { type Moto, startMoto } from '../moto.ts';

const MINUTE_MS = 60_000;
/** moto, like AWS, takes no events older than two weeks. */
const FAILED_MS = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS - 30 * MINUTE_MS;
const iso = (offsetMs: number): string => new Date(FAILED_MS + offsetMs).toISOString();

const failedAt =
  (...offsets: readonly number[]): Edit =>
  (bundle) => ({
    ...bundle,
    window: { start: iso(-3_600_000), end: iso(20 * MINUTE_MS) },
    metrics: [
      {
        name: 'HTTPCode_ELB_502_Count',
        dimensions: { LoadBalancer: bundle.loadBalancer.dimension },
        statistic: 'Sum',
        periodSeconds: 60,
        timestamps: offsets.map(iso),
        values: offsets.map(() => 2),
      },
    ],
  });

describe('reading the logs of targets', () => {
  let moto: Moto;
  let proxy: FaultProxy;

  beforeAll(async () => {
    moto = await startMoto();
    proxy = await startFaultProxy(moto.endpoint);
    const logs = new CloudWatchLogsClient(moto.client);
    const write = async (logGroupName: string, lines: ReadonlyArray<readonly [number, string]>) => {
      const stream = { logGroupName, logStreamName: 'web/1' };
      await logs.send(new CreateLogGroupCommand({ logGroupName }));
      await logs.send(new CreateLogStreamCommand(stream));
      const logEvents = lines.map(([offset, message]) => ({ timestamp: FAILED_MS + offset, message }));
      if (logEvents.length > 0) await logs.send(new PutLogEventsCommand({ ...stream, logEvents }));
    };
    await write('/app/shop', [
      [-20 * MINUTE_MS, 'Out of memory: Killed process 1 (java)'],
      [-5_000, 'Received SIGTERM, draining'],
      [10_000, 'GET /pay?token=s3cr3t took 12 s'],
      [20_000, '[CRITICAL] WORKER TIMEOUT (pid:13) for GET /pay?token=s3cr3t'],
      [10 * MINUTE_MS, 'panic: late'],
    ]);
    await write(
      '/app/noisy',
      Array.from({ length: 900 }, (_, index) => [index * 50, `write EPIPE ${index}`] as const),
    );
    await write('/app/third', []);
    await write('/app/fourth', []);
  });
  beforeEach(() => proxy.reset());
  afterAll(async () => {
    await proxy?.stop();
    await moto?.stop();
  });

  const read = (bundle: EvidenceBundle) =>
    backendLogEvidence(
      { maxMs: 30_000 },
      { ...proxy.client, maxAttempts: 1 },
    )({
      ...bundle,
      region: moto.client.region,
    });
  const tagged = (name: string) => groupTag('web', 'alb502:log-group', name);

  test('gives the known lines around failing minutes, redacted, and no other', async () => {
    const { matches, gaps } = await read(bundleWith(failedAt(0), tagged('/app/shop')));
    expect(gaps).toEqual([]);
    expect(matches).toEqual([
      { at: iso(-5_000), logGroup: '/app/shop', pattern: 'shutdown', line: 'Received SIGTERM, draining' },
      {
        at: iso(20_000),
        logGroup: '/app/shop',
        pattern: 'worker timeout',
        line: '[CRITICAL] WORKER TIMEOUT (pid:13) for GET /pay?***',
      },
    ]);
  });

  test('asks only for the stretches around failing minutes', async () => {
    await read(bundleWith(failedAt(0, 10 * MINUTE_MS), tagged('/app/shop')));
    const asked = proxy.calls.map(({ input }) =>
      z.object({ startTime: z.number(), endTime: z.number(), filterPattern: z.string() }).parse(input()),
    );
    expect(asked.map(({ startTime, endTime }) => endTime - startTime)).toEqual([120_000, 120_000]);
    expect(asked[0]?.filterPattern).toContain('?"WORKER TIMEOUT"');
  });

  test('keeps a few lines of a flood, and says that it left lines out', async () => {
    const { matches, gaps } = await read(bundleWith(failedAt(0), tagged('/app/noisy')));
    expect(matches.length).toBeGreaterThan(0);
    expect(matches.length).toBeLessThanOrEqual(60);
    expect(gaps).toMatchObject([{ subject: 'backend-log', kind: 'failed' }]);
    expect(gaps[0]?.reason).toContain('left out');
    expect(proxy.calls.length).toBeLessThanOrEqual(4);
  });

  test.each([
    ['denied', 'denied'],
    ['throttled', 'throttled'],
    ['malformed', 'failed'],
    ['internal-error', 'failed'],
  ] as const)('that are %s leaves a gap which names the log group', async (fault, kind) => {
    proxy.reset([{ action: 'FilterLogEvents', fault }]);
    const { matches, gaps } = await read(bundleWith(failedAt(0), tagged('/app/shop')));
    expect(matches).toEqual([]);
    expect(gaps).toMatchObject([
      {
        subject: 'backend-log',
        action: 'logs:FilterLogEvents',
        kind,
        resource: `arn:aws:logs:${moto.client.region}:123456789012:log-group:/app/shop`,
      },
    ]);
  });

  test('that do not exist leaves a gap, and the other group is still read', async () => {
    const bundle = bundleWith(
      failedAt(0),
      tagged('/app/none'),
      loadBalancerTag('alb502:log-group', '/app/shop'),
    );
    const { matches, gaps } = await read(bundle);
    expect(matches).toHaveLength(2);
    expect(gaps).toMatchObject([{ kind: 'not-found', what: 'the log of the targets in /app/none' }]);
  });

  test('reads three groups at most, those that serve first, and names the rest', async () => {
    const named = (name: string, serving: boolean) =>
      group(name, { serving, tags: { 'alb502:log-group': `/app/${name}` } });
    const bundle = bundleWith(
      failedAt(0),
      named('idle', false),
      named('shop', true),
      named('third', true),
      named('fourth', true),
    );
    expect(logGroupsOf(bundle)).toEqual(['/app/shop', '/app/third', '/app/fourth', '/app/idle']);
    const { gaps } = await read(bundle);
    expect(gaps).toMatchObject([
      { what: 'the log of the targets in /app/idle', reason: expect.stringContaining('only 3') },
    ]);
  });

  test('asks nothing without a tag, without a 502, or with a tag that names no log group', async () => {
    for (const bundle of [
      bundleWith(failedAt(0)),
      bundleWith(tagged('/app/shop')),
      bundleWith(failedAt(0), tagged('no group!')),
    ])
      expect(await read(bundle)).toEqual({ matches: [], gaps: [] });
    expect(proxy.calls).toEqual([]);
  });

  test('takes the ARN of a log group for its name', () => {
    const arn = 'arn:aws:logs:eu-central-1:123456789012:log-group:/app/shop:*';
    expect(logGroupsOf(bundleWith(tagged(arn)))).toEqual(['/app/shop']);
  });

  test('stops when the time is up, and says so', async () => {
    const { gaps } = await readBackendLogs({
      logs: new CloudWatchLogsClient({ ...moto.client, ...proxy.client }),
      region: moto.client.region,
      account: '123456789012',
      logGroups: ['/app/shop'],
      windows: [{ fromMs: FAILED_MS, toMs: FAILED_MS + MINUTE_MS }],
      isOver: () => true,
    });
    expect(proxy.calls).toEqual([]);
    expect(gaps).toMatchObject([{ subject: 'backend-log', kind: 'failed' }]);
  });
});
