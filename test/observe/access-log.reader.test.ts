import { gzipSync } from 'node:zlib';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BEGIN_SECONDS, LOAD_BALANCER } from '../../lab/worlds/access-log/line.ts';
import { simulate } from '../../lab/worlds/access-log/simulate.ts';
import { filesOf } from '../../lab/worlds/access-log/write.ts';
import { type AccessLogRequest, readAccessLog } from '../../lambda/observe/access-log.reader.ts';
import { listLogObjects } from '../../lambda/observe/access-log-keys.ts';
import { type Moto, startMoto } from '../moto.ts';

let moto: Moto;
let s3: S3Client;

const simulated = simulate({
  seed: 3,
  durationSeconds: 14_400,
  nodes: 2,
  idleTimeoutSeconds: 60,
  traffic: [{ kind: 'poisson', rate: 0.8 }],
  groups: [
    {
      name: 'web',
      targets: 2,
      share: 1,
      keepAliveSeconds: [4],
      roundTripSeconds: 0.015,
      pool: 'lifo',
      serviceSeconds: 0.02,
    },
  ],
});
const files = filesOf(simulated);
const iso = (seconds: number): string => new Date((BEGIN_SECONDS + seconds) * 1000).toISOString();

const request = (changes: Partial<AccessLogRequest> = {}): AccessLogRequest => ({
  s3,
  bucket: 'logs',
  prefix: 'alb',
  account: '123456789012',
  region: 'eu-central-1',
  loadBalancerDimension: LOAD_BALANCER,
  start: iso(0),
  end: iso(14_400),
  failureMinutes: [],
  maxBytes: 1e9,
  isOver: () => false,
  ...changes,
});

beforeAll(async () => {
  moto = await startMoto();
  s3 = new S3Client({ ...moto.client, forcePathStyle: true });
  const CreateBucketConfiguration = { LocationConstraint: 'eu-central-1' } as const;
  await s3.send(new CreateBucketCommand({ Bucket: 'logs', CreateBucketConfiguration }));
  const put = (Key: string, text: string) =>
    s3.send(new PutObjectCommand({ Bucket: 'logs', Key, Body: gzipSync(text) }));
  for (const { name, text } of files) {
    await put(`alb/${name}`, text);
    await put(`alb/${name.replace('app.shop.', 'app.other.')}`, 'never read\n');
  }
});
afterAll(async () => {
  s3.destroy();
  await moto.stop();
});

test('reads the log of one load balancer and gives its summary', async () => {
  const { summary, gaps } = await readAccessLog(request());
  expect(gaps).toEqual([]);
  expect(summary).toMatchObject({ requests: simulated.exchanges.length, linesRejected: 0, leftOut: [] });
  expect(summary?.targetGroups[0]?.keepAlive?.seconds).toBeCloseTo(4, 1);
});

test('lists only the objects of the load balancer and the window', async () => {
  const all = await listLogObjects(s3, {
    bucket: 'logs',
    prefix: 'alb',
    loadBalancer: 'shop',
    startSeconds: BEGIN_SECONDS,
    endSeconds: BEGIN_SECONDS + 14_400,
  });
  expect(all).toHaveLength(files.length);
  const hour = { startSeconds: BEGIN_SECONDS + 3600, endSeconds: BEGIN_SECONDS + 7200 };
  const some = await listLogObjects(s3, {
    bucket: 'logs',
    prefix: 'alb',
    loadBalancer: LOAD_BALANCER,
    ...hour,
  });
  expect(some.length).toBeLessThan(files.length / 2);
  expect(some.every(({ key }) => key.includes('app.shop.'))).toBe(true);
});

test('reads lines of the window only', async () => {
  const { summary } = await readAccessLog(request({ start: iso(3600), end: iso(7200) }));
  const inside = simulated.exchanges.filter(({ end }) => end >= 3600 && end < 7200).length;
  expect(summary?.requests).toBe(inside);
});

test('within a number of bytes it reads the objects around the failures and says what it left out', async () => {
  const failure = simulated.exchanges.find(({ cause }) => cause !== null);
  if (!failure) throw new Error('the scenario has failures');
  const { summary } = await readAccessLog(
    request({ maxBytes: 40_000, failureMinutes: [iso(Math.floor(failure.end / 60) * 60)] }),
  );
  expect(summary?.elb502).toBeGreaterThan(0);
  expect(summary?.requests).toBeLessThan(simulated.exchanges.length / 2);
  expect(summary?.leftOut).toEqual([expect.stringMatching(/of \d+ objects .* beyond the bytes allowed/)]);
});

test('stops when the time is up and says so', async () => {
  let asked = 0;
  const { summary } = await readAccessLog(request({ isOver: () => ++asked >= 5 }));
  expect(summary?.requests).toBeGreaterThan(0);
  expect(summary?.leftOut).toEqual([expect.stringMatching(/objects .* time was up/)]);
});

test('a window without objects is a gap, not an empty log', async () => {
  const { summary, gaps } = await readAccessLog(
    request({ loadBalancerDimension: 'app/quiet/1111111111111111' }),
  );
  expect(summary).toBeNull();
  expect(gaps).toEqual([expect.objectContaining({ subject: 'access-log', kind: 'not-found' })]);
});

test('a bucket that is not there is a gap with the permission it takes', async () => {
  const { summary, gaps } = await readAccessLog(request({ bucket: 'no-such-bucket' }));
  expect(summary).toBeNull();
  expect(gaps).toEqual([expect.objectContaining({ subject: 'access-log', action: 's3:ListBucket' })]);
});
