import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { EvidenceBundle } from '../../lambda/model/evidence.ts';
import { accessLogEvidence } from '../../lambda/observe/access-log-evidence.ts';
import { stretchesToRead } from '../../lambda/observe/access-log-group.ts';
import { WRITERS } from '../access-log/format-writers.ts';
import { failedLine, lineWith } from '../access-log/lines.ts';
import { type FaultProxy, startFaultProxy } from '../aws-faults.ts';
import { bundleWith, LOAD_BALANCER_ARN, loadBalancerAttribute } from '../diagnose/bundle.ts';
import { type Moto, startMoto } from '../moto.ts';
import { setUpDelivery, writeEvents } from './log-deliveries.ts';

const MINUTE_MS = 60_000;
/** moto, like AWS, takes no events older than two weeks. */
const FAILED_MS = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS - 30 * MINUTE_MS;
const iso = (offsetMs: number): string => new Date(FAILED_MS + offsetMs).toISOString();
const REGION = 'eu-central-1';

const arnOf = (name: string): string => LOAD_BALANCER_ARN.replace('/shop/', `/${name}/`);

/** A bundle of a load balancer of this name, with 502s in one minute. */
const failing = (name: string): EvidenceBundle =>
  bundleWith((bundle) => ({
    ...bundle,
    region: REGION,
    window: { start: iso(-60 * MINUTE_MS), end: iso(20 * MINUTE_MS) },
    loadBalancer: {
      ...bundle.loadBalancer,
      arn: arnOf(name),
      name,
      dimension: `app/${name}/50dc6c495c0c9188`,
    },
    metrics: [
      {
        name: 'HTTPCode_ELB_502_Count',
        dimensions: { LoadBalancer: `app/${name}/50dc6c495c0c9188` },
        statistic: 'Sum',
        periodSeconds: 60,
        timestamps: [iso(0)],
        values: [1],
      },
    ],
  }));

/** Lines of a load balancer: one that was answered before, and one that failed. */
const linesOf = (name: string): readonly string[] => {
  const at = (offsetMs: number) => ({
    2: iso(offsetMs).replace('Z', '000Z'),
    3: `app/${name}/50dc6c495c0c9188`,
    22: iso(offsetMs).replace('Z', '000Z'),
  });
  return [lineWith(at(5_000), 34), failedLine(at(10_000), 34)];
};

const json = (lines: readonly string[]): readonly string[] =>
  (WRITERS['JSON with the names of vended delivery']?.(lines) ?? '').trim().split('\n');

let moto: Moto;
let proxy: FaultProxy;
let s3: S3Client;

const read = (bundle: EvidenceBundle, maxBytes = 1e8) =>
  accessLogEvidence({ maxBytes, maxMs: 60_000 }, { ...proxy.client, maxAttempts: 1 })(bundle);

const group = (name: string): string =>
  `arn:aws:logs:${REGION}:123456789012:log-group:/aws/vendedlogs/${name}`;

beforeAll(async () => {
  moto = await startMoto();
  proxy = await startFaultProxy(moto.endpoint);
  s3 = new S3Client({ ...moto.client, forcePathStyle: true });
  const CreateBucketConfiguration = { LocationConstraint: REGION } as const;
  await s3.send(new CreateBucketCommand({ Bucket: 'delivered', CreateBucketConfiguration }));
});
beforeEach(() => proxy.reset());
afterAll(async () => {
  s3?.destroy();
  await proxy?.stop();
  await moto?.stop();
});

const folderOf = (ms: number, names: readonly string[]): string => {
  const [year, month, day, hour] = new Date(ms).toISOString().split(/[-T:]/);
  return [year, month, day, hour]
    .map((part, at) => (names.length > 0 ? `${names[at]}=${part}` : part))
    .join('/');
};

describe('an access log that is delivered through CloudWatch Logs', () => {
  test('is read out of its log group: JSON by name, plain by the fields that the delivery chose', async () => {
    for (const [name, messages, recordFields] of [
      ['as-json', json(linesOf('as-json')), undefined],
      ['as-plain', linesOf('as-plain'), undefined],
      [
        'chosen',
        linesOf('chosen').map((line) => {
          const fields = line.split(' ');
          return [
            fields[8],
            fields[1],
            fields[2],
            fields[9],
            fields[4],
            fields[5],
            fields[6],
            fields[7],
          ].join(' ');
        }),
        [
          'elb_status_code',
          'time',
          'elb',
          'target_status_code',
          'target_port',
          'request_processing_time',
          'target_processing_time',
          'response_processing_time',
        ],
      ],
    ] as const) {
      await writeEvents(
        moto,
        `/aws/vendedlogs/${name}`,
        messages.map((message, at) => [FAILED_MS + 5_000 * (at + 1), message]),
      );
      await setUpDelivery(moto, {
        name,
        loadBalancerArn: arnOf(name),
        to: `${group(name)}:*`,
        outputFormat: name === 'as-json' ? 'json' : 'plain',
        ...(recordFields === undefined ? {} : { recordFields: [...recordFields] }),
      });
      const { summary, gaps } = await read(failing(name));
      expect(summary, name).toMatchObject({ requests: 2, elb502: 1, linesRejected: 0, leftOut: [] });
      const absent = recordFields === undefined ? [] : ['request_creation_time in the access log'];
      expect(
        gaps.map(({ what }) => what),
        name,
      ).toEqual(absent);
    }
  });

  test.each([
    ['in Hive partitions', ['year', 'month', 'day', 'hour']],
    ['in plain folders', []],
  ])('is read out of its bucket, %s, and no folder of another time is looked into', async (how, names) => {
    const name = names.length > 0 ? 'hive' : 'folders';
    const root = `${name}/AWSLogs/${names.length > 0 ? 'account-id=' : ''}123456789012/elasticloadbalancing`;
    const put = (ms: number, text: string) =>
      s3.send(
        new PutObjectCommand({
          Bucket: 'delivered',
          Key: `${root}/${folderOf(ms, names)}/${name}-${ms}.json`,
          Body: text,
        }),
      );
    await put(FAILED_MS, json(linesOf(name)).join('\n'));
    await put(FAILED_MS - 40 * 86_400_000, 'never read');
    await setUpDelivery(moto, { name, loadBalancerArn: arnOf(name), to: `arn:aws:s3:::delivered/${name}` });
    const { summary, gaps } = await read(failing(name));
    expect(gaps, how).toEqual([]);
    expect(summary).toMatchObject({ requests: 2, elb502: 1, linesRejected: 0 });
    const listed = proxy.calls.flatMap(
      ({ path }) => new URL(path, 'http://s3').searchParams.get('prefix') ?? [],
    );
    const old = folderOf(FAILED_MS - 40 * 86_400_000, names)
      .split('/')
      .slice(0, 2)
      .join('/');
    const current = folderOf(FAILED_MS, names).split('/').slice(0, 2).join('/');
    expect(old).not.toBe(current);
    expect(listed.some((prefix) => prefix.includes(current))).toBe(true);
    expect(listed.filter((prefix) => prefix.includes(old))).toEqual([]);
  });

  test('whose records do not name the load balancer is that of the only one that writes there, and a gap where others do', async () => {
    const unnamed = (name: string) =>
      json(linesOf(name)).map((record) => record.replace(/"elb":"[^"]*",/, ''));
    await writeEvents(
      moto,
      '/aws/vendedlogs/alone',
      unnamed('alone').map((message, at) => [FAILED_MS + 5_000 * (at + 1), message]),
    );
    await setUpDelivery(moto, { name: 'alone', loadBalancerArn: arnOf('alone'), to: group('alone') });
    const alone = await read(failing('alone'));
    expect(alone.gaps).toEqual([]);
    expect(alone.summary).toMatchObject({
      loadBalancer: 'app/alone/50dc6c495c0c9188',
      requests: 2,
      elb502: 1,
    });
    await setUpDelivery(moto, {
      name: 'beside',
      loadBalancerArn: arnOf('beside'),
      to: `${group('alone')}:*`,
    });
    const shared = await read(failing('alone'));
    expect(shared.summary).toBeNull();
    expect(shared.gaps).toMatchObject([
      {
        kind: 'failed',
        reason: expect.stringMatching(/do not say whose they are.*have the delivery write elb/),
      },
    ]);
  });

  test('in Parquet is not read by a function, which says what reads it', async () => {
    const place = `parquet/AWSLogs/${folderOf(FAILED_MS, [])}`;
    await s3.send(
      new PutObjectCommand({ Bucket: 'delivered', Key: `${place}/a.parquet`, Body: 'PAR1 and more' }),
    );
    await setUpDelivery(moto, {
      name: 'parquet',
      loadBalancerArn: arnOf('parquet'),
      to: 'arn:aws:s3:::delivered/parquet',
      outputFormat: 'parquet',
    });
    const { summary, gaps } = await read(failing('parquet'));
    expect(summary).toBeNull();
    expect(gaps[0]).toMatchObject({
      kind: 'failed',
      reason: expect.stringMatching(/Parquet.*alb502 logs.*alb502 scan/),
    });
  });

  test('to Firehose cannot be read, and the gap says where it is', async () => {
    const stream = `arn:aws:firehose:${REGION}:123456789012:deliverystream/alb`;
    await setUpDelivery(moto, { name: 'hose', loadBalancerArn: arnOf('hose'), to: stream });
    const { summary, gaps } = await read(failing('hose'));
    expect(summary).toBeNull();
    expect(gaps).toMatchObject([
      { kind: 'failed', resource: stream, reason: expect.stringContaining('Firehose') },
    ]);
  });

  test('that is a connection log is no access log', async () => {
    await setUpDelivery(moto, {
      name: 'connections',
      loadBalancerArn: arnOf('connections'),
      logType: 'ALB_CONNECTION_LOGS',
      to: group('connections'),
    });
    const { gaps } = await read(failing('connections'));
    expect(gaps).toMatchObject([{ kind: 'switched-off', reason: expect.stringContaining('no delivery') }]);
  });

  test.each(['DescribeDeliverySources', 'DescribeDeliveries', 'DescribeDeliveryDestinations'])(
    'is not known where %s is denied',
    async (action) => {
      proxy.reset([{ action, fault: 'denied' }]);
      const { summary, gaps } = await read(failing('as-json'));
      expect(summary).toBeNull();
      expect(gaps).toMatchObject([
        { kind: 'switched-off', reason: expect.stringContaining('not known') },
        { kind: 'denied', action: `logs:${action}` },
      ]);
    },
  );

  test('that may not be read leaves the gap that says what to allow', async () => {
    proxy.reset([{ action: 'FilterLogEvents', fault: 'denied' }]);
    const { gaps } = await read(failing('as-json'));
    expect(gaps).toMatchObject([
      { kind: 'denied', action: 'logs:FilterLogEvents', resource: group('as-json') },
    ]);
  });

  test('without an event around the 502s is a gap, not an empty log', async () => {
    await writeEvents(moto, '/aws/vendedlogs/quiet', []);
    await setUpDelivery(moto, { name: 'quiet', loadBalancerArn: arnOf('quiet'), to: group('quiet') });
    const { summary, gaps } = await read(failing('quiet'));
    expect(summary).toBeNull();
    expect(gaps).toMatchObject([{ kind: 'not-found' }]);
  });

  test('is read no further than the bytes allowed, and says up to when', async () => {
    const lines = json(linesOf('long'));
    await writeEvents(
      moto,
      '/aws/vendedlogs/long',
      Array.from({ length: 20 }, (_, at) => [FAILED_MS + at * 1000, lines[at % 2] ?? '']),
    );
    await setUpDelivery(moto, { name: 'long', loadBalancerArn: arnOf('long'), to: group('long') });
    const { summary } = await read(failing('long'), 1000);
    expect(summary?.leftOut).toEqual([
      expect.stringMatching(/^what was logged after .*, beyond the bytes allowed$/),
    ]);
  });

  test('does not matter where the attributes point to a bucket, nor is it asked for where they name both logs', async () => {
    const bundle = failing('as-json');
    const edited = loadBalancerAttribute(
      'access_logs.s3.enabled',
      'true',
    )(loadBalancerAttribute('access_logs.s3.bucket', 'no-such-bucket')(bundle));
    const { gaps } = await read(edited);
    expect(gaps).toMatchObject([{ subject: 'access-log', resource: 'arn:aws:s3:::no-such-bucket' }]);
    proxy.reset();
    await read(
      loadBalancerAttribute(
        'health_check_logs.s3.enabled',
        'true',
      )(loadBalancerAttribute('health_check_logs.s3.bucket', 'no-such-bucket')(edited)),
    );
    expect(proxy.calls.length).toBeGreaterThan(0);
    expect(proxy.calls.map(({ action }) => action)).not.toContain('DescribeDeliverySources');
  });
});

describe('the stretches of a log group', () => {
  const window = { start: '2026-11-28T12:00:00.000Z', end: '2026-11-28T13:00:00.000Z' };

  test('are what is around failing minutes, within the window, joined where they meet', () => {
    const failureMinutes = [
      '2026-11-28T12:40:00.000Z',
      '2026-11-28T12:02:00.000Z',
      '2026-11-28T12:08:00.000Z',
    ];
    expect(
      stretchesToRead({ ...window, failureMinutes }).map(({ fromMs, toMs }) => [
        new Date(fromMs).toISOString().slice(11, 16),
        new Date(toMs).toISOString().slice(11, 16),
      ]),
    ).toEqual([
      ['12:00', '12:10'],
      ['12:35', '12:42'],
    ]);
  });

  test('are the whole window where nobody knows when it failed', () => {
    expect(stretchesToRead({ ...window, failureMinutes: [] })).toHaveLength(1);
  });
});
