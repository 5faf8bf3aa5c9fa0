import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readFailureCounts, stepSecondsOf } from '../../lambda/observe/failure-counts.reader.ts';
import { startFaultProxy } from '../aws-faults.ts';
import { type Moto, startMoto } from '../moto.ts';
import { type MotoFleet, motoFleet } from './moto-fleet.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const NOW = Date.parse('2026-11-23T12:00:00Z');
const ARN = 'arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/';

describe('the length of a step', () => {
  test.each([
    ['an hour', HOUR_MS, 0, 300],
    ['half an hour', HOUR_MS / 2, 0, 60],
    ['three hours', 3 * HOUR_MS, 0, 300],
    ['a day', DAY_MS, 0, 1800],
    ['a week', 7 * DAY_MS, 0, 21_600],
    ['an hour of three weeks ago, which is kept in five minutes', HOUR_MS, 21 * DAY_MS, 300],
    ['an hour of three months ago, which is kept in hours', HOUR_MS, 90 * DAY_MS, 3600],
    ['a year', 365 * DAY_MS, 0, 8 * 86_400],
  ])('of %s fits the picture and what CloudWatch keeps', (_, length, agoMs, seconds) => {
    const range = { start: NOW - agoMs - length, end: NOW - agoMs };
    expect(stepSecondsOf(range, NOW)).toBe(seconds);
    expect(length / 1000 / seconds).toBeLessThanOrEqual(48);
  });
});

describe('the 502s of load balancers over a range', () => {
  let moto: Moto;
  let fleet: MotoFleet;
  beforeAll(async () => {
    moto = await startMoto();
    fleet = await motoFleet(moto);
  });
  afterAll(() => moto?.stop());

  test('come step by step for each, and 0 where nothing was published', async () => {
    const start = new Date(Math.floor(Date.now() / 60_000) * 60_000 - 20 * 60_000);
    const metric = 'HTTPCode_ELB_502_Count';
    await fleet.metric(metric, { LoadBalancer: 'app/shop/1' }, start, [2, null, 3, null, 1]);
    await fleet.metric(metric, { LoadBalancer: 'app/other/2' }, start, [null, 7]);
    const range = { start: start.getTime(), end: start.getTime() + 6 * 60_000 };
    const arns = ['app/shop/1', 'app/other/2', 'app/quiet/3'].map((name) => `${ARN}${name}`);
    const counts = await readFailureCounts(new CloudWatchClient(moto.client), arns, range, Date.now());
    expect([...counts]).toEqual([
      [arns[0], [2, 0, 3, 0, 1, 0]],
      [arns[1], [0, 7, 0, 0, 0, 0]],
      [arns[2], [0, 0, 0, 0, 0, 0]],
    ]);
  });

  test('are left out where the answer leaves them out or does not end with them', async () => {
    const proxy = await startFaultProxy('http://127.0.0.1:9');
    const answer = () => ({
      MetricDataResults: [
        { Id: 'm0', Timestamps: [], Values: [], StatusCode: 'Complete' },
        { Id: 'm1', Timestamps: [], Values: [], StatusCode: 'PartialData' },
      ],
    });
    proxy.reset([{ action: 'GetMetricData', fault: { answer } }]);
    const range = { start: NOW - 2 * 60_000, end: NOW };
    const arns = ['app/shop/1', 'app/partial/2', 'app/missing/3'].map((name) => `${ARN}${name}`);
    const counts = await readFailureCounts(
      new CloudWatchClient({ ...proxy.client, region: 'eu-central-1' }),
      arns,
      range,
      NOW,
    );
    await proxy.stop();
    expect([...counts]).toEqual([[arns[0], [0, 0]]]);
  });
});
