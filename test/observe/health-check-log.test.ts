import { gzipSync } from 'node:zlib';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { EvidenceBundle } from '../../lambda/model/evidence.ts';
import { accessLogEvidence } from '../../lambda/observe/access-log-evidence.ts';
import { type FaultProxy, startFaultProxy } from '../aws-faults.ts';
import { bundleWith, LOAD_BALANCER_ARN } from '../diagnose/bundle.ts';
import { type Moto, startMoto } from '../moto.ts';
import { setUpDelivery, writeEvents } from './log-deliveries.ts';

const MINUTE_MS = 60_000;
/** moto, like AWS, takes no events older than two weeks. */
const FAILED_MS = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS - 30 * MINUTE_MS;
const iso = (offsetMs: number): string => new Date(FAILED_MS + offsetMs).toISOString();
const REGION = 'eu-central-1';
const ACCOUNT = '123456789012';
const BUCKET = 'health-checks';
const TARGET = '10.0.0.7:8080';

const arnOf = (name: string): string => LOAD_BALANCER_ARN.replace('/shop/', `/${name}/`);
const dimensionOf = (name: string): string => `app/${name}/50dc6c495c0c9188`;

/** A load balancer with 502s in one minute, and with these attributes. */
const failing = (name: string, attributes: Readonly<Record<string, string>> = {}): EvidenceBundle =>
  bundleWith((bundle) => ({
    ...bundle,
    region: REGION,
    account: ACCOUNT,
    window: { start: iso(-60 * MINUTE_MS), end: iso(20 * MINUTE_MS) },
    loadBalancer: {
      ...bundle.loadBalancer,
      ...{ arn: arnOf(name), name, dimension: dimensionOf(name) },
      attributes: { ...bundle.loadBalancer.attributes, ...attributes },
    },
  }));

const attributesOf = (bucket: string, prefix: string) => ({
  'health_check_logs.s3.enabled': 'true',
  'health_check_logs.s3.bucket': bucket,
  'health_check_logs.s3.prefix': prefix,
});

/** One check that passed before the 502s, and two that failed as they came. */
const PLAIN = [
  `http ${iso(-30_000)} 0.019584011 ${TARGET} web PASS 200 -`,
  `http ${iso(0)} 5.000123 ${TARGET} web FAIL - RequestTimedOut`,
  `http ${iso(30_000)} 5.000123 ${TARGET} web FAIL - RequestTimedOut`,
];
const jsonOf = (name: string): string[] =>
  PLAIN.map((line) => {
    const [type, time, latency, target_addr, target_group_id, status, status_code, reason_code] =
      line.split(' ');
    return JSON.stringify({
      ...{ type, time, latency, target_addr, target_group_id, status, status_code, reason_code },
      elb: dimensionOf(name),
      ip_address: '203.0.113.21',
    });
  });

const SEEN = {
  checks: 3,
  failed: 2,
  targets: [{ target: TARGET, node: '203.0.113.21', failed: 2, reasons: { RequestTimedOut: 2 } }],
};

let moto: Moto;
let proxy: FaultProxy;
let s3: S3Client;

const put = (Key: string, text: string) =>
  s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: gzipSync(text) }));

const read = (bundle: EvidenceBundle) =>
  accessLogEvidence({ maxBytes: 1e8, maxMs: 60_000 }, { ...proxy.client, maxAttempts: 1 })(bundle);

/** The key that a load balancer gives a log of the five minutes that hold the 502s. */
function keyOf(prefix: string, name: string, kind: string): string {
  const end = new Date((Math.floor(FAILED_MS / (5 * MINUTE_MS)) + 1) * 5 * MINUTE_MS).toISOString();
  const stamp = end.slice(0, 16).replaceAll(/[-:]/g, '');
  const folder = `${prefix}/AWSLogs/${ACCOUNT}/elasticloadbalancing/${REGION}/${end.slice(0, 10).replaceAll('-', '/')}`;
  return `${folder}/${kind}${ACCOUNT}_elasticloadbalancing_${REGION}_app.${name}.50dc6c495c0c9188_${stamp}Z_203.0.113.21_4a2b.log.gz`;
}

beforeAll(async () => {
  moto = await startMoto();
  proxy = await startFaultProxy(moto.endpoint);
  s3 = new S3Client({ ...moto.client, forcePathStyle: true });
  const CreateBucketConfiguration = { LocationConstraint: REGION } as const;
  await s3.send(new CreateBucketCommand({ Bucket: BUCKET, CreateBucketConfiguration }));
});
beforeEach(() => proxy.reset());
afterAll(async () => {
  s3?.destroy();
  await proxy?.stop();
  await moto?.stop();
});

describe('a health check log', () => {
  test('is read out of the bucket that the attributes name, and no other log there', async () => {
    await put(keyOf('checks', 'shop', 'health_check_log_'), `${PLAIN.join('\n')}\n`);
    await put(keyOf('checks', 'other', 'health_check_log_'), 'of another load balancer\n');
    await put(keyOf('checks', 'shop', ''), 'an access log\n');
    const { summary, healthCheckLog, gaps } = await read(failing('shop', attributesOf(BUCKET, 'checks')));
    expect(healthCheckLog).toMatchObject(SEEN);
    expect(summary).toBeNull();
    expect(gaps).toMatchObject([{ kind: 'switched-off' }]);
    const objects = proxy.calls.filter(({ path }) => path.includes('x-id=GetObject'));
    expect(objects.map(({ path }) => path)).toEqual([expect.stringContaining('health_check_log_')]);
  });

  test('is read where a delivery writes it: a log group, and a bucket', async () => {
    const group = '/aws/vendedlogs/checks';
    const lines = jsonOf('in-group');
    await writeEvents(
      moto,
      group,
      lines.map((line, at) => [FAILED_MS + (at - 1) * 30_000, line]),
    );
    const day = iso(0).slice(0, 13).replaceAll(/[-T]/g, '/');
    const root = `delivered/AWSLogs/${ACCOUNT}/elasticloadbalancing`;
    await put(`${root}/${day}/checks.json.gz`, jsonOf('in-bucket').join('\n'));
    for (const [name, to] of [
      ['in-group', `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:${group}`],
      ['in-bucket', `arn:aws:s3:::${BUCKET}/delivered`],
    ] as const) {
      await setUpDelivery(moto, {
        ...{ name, to, loadBalancerArn: arnOf(name) },
        logType: 'ALB_HEALTH_CHECK_LOGS',
      });
      const { summary, healthCheckLog, gaps } = await read(failing(name));
      expect(healthCheckLog, name).toMatchObject(SEEN);
      expect(summary, name).toBeNull();
      expect(
        gaps.map(({ kind }) => kind),
        name,
      ).toEqual(['switched-off']);
    }
  });

  test('is found where it is delivered, with chosen fields, though the attributes name the access log', async () => {
    const group = '/aws/vendedlogs/chosen-checks';
    await writeEvents(
      moto,
      group,
      PLAIN.map((line, at) => {
        const [type, time, latency, target, group, status, code, reason] = line.split(' ');
        const chosen = [status, reason, '203.0.113.21', target, time, latency, code, type, group];
        return [FAILED_MS + (at - 1) * 30_000, chosen.join('\t')];
      }),
    );
    await setUpDelivery(moto, {
      name: 'chosen-checks',
      loadBalancerArn: arnOf('chosen-checks'),
      logType: 'ALB_HEALTH_CHECK_LOGS',
      to: `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:${group}`,
      outputFormat: 'plain',
      recordFields: [
        ...['status', 'reason_code', 'ip_address', 'target_addr', 'time'],
        ...['latency', 'status_code', 'type', 'target_group_id'],
      ],
    });
    const attributes = { 'access_logs.s3.enabled': 'true', 'access_logs.s3.bucket': BUCKET };
    const { healthCheckLog, gaps } = await read(failing('chosen-checks', attributes));
    expect(healthCheckLog).toMatchObject(SEEN);
    expect(gaps).toMatchObject([{ what: 'access log', kind: 'not-found' }]);
    // Who may not ask for deliveries misses nothing that was said to be there.
    proxy.reset([{ action: 'DescribeDeliverySources', fault: 'denied' }]);
    const denied = await read(failing('chosen-checks', attributes));
    expect(denied.gaps).toMatchObject([{ what: 'access log', kind: 'not-found' }]);
  });

  test('that is not there is missed by nobody; one that may not be read is a gap of its own', async () => {
    const silent = await read(failing('silent', attributesOf(BUCKET, 'nothing')));
    expect(silent.healthCheckLog).toBeNull();
    expect(silent.gaps).toMatchObject([{ what: 'access log', kind: 'switched-off' }]);
    // To the proxy each GET of S3 is this, also that of a list.
    proxy.reset([{ action: 'GetObject', fault: 'denied' }]);
    const { healthCheckLog, gaps } = await read(failing('shop', attributesOf(BUCKET, 'checks')));
    expect(healthCheckLog).toBeNull();
    expect(gaps).toMatchObject([
      { what: 'access log', kind: 'switched-off' },
      { what: 'health check log', kind: 'denied', action: 's3:ListBucket' },
    ]);
  });
});
