import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { clientsByRegion } from '../../lambda/observe/clients.ts';
import {
  readFailingLoadBalancers,
  readFailingLoadBalancersByName,
} from '../../lambda/observe/failing-load-balancers.reader.ts';
import { type FaultProxy, startFaultProxy } from '../aws-faults.ts';
import { type Moto, startMoto } from '../moto.ts';
import { type MotoFleet, motoFleet } from './moto-fleet.ts';

const region = 'eu-central-1';
const account = '123456789012';
const window = { start: '2026-11-20T10:00:00Z', end: '2026-11-20T10:15:00Z' };
const request = { ...window, region, account };
const start = new Date(window.start);
const at = (minute: number) => start.getTime() / 1000 + minute * 60;
const dimension = (index: number) => `app/lb${index}/${index.toString(16).padStart(16, '0')}`;

let moto: Moto;
let proxy: FaultProxy;
let fleet: MotoFleet;
beforeAll(async () => {
  moto = await startMoto(region);
  proxy = await startFaultProxy(moto.endpoint);
  fleet = await motoFleet(moto);
});
beforeEach(() => proxy.reset());
afterAll(async () => {
  await proxy?.stop();
  await moto?.stop();
});
const clients = () => clientsByRegion({ ...proxy.client, maxAttempts: 1 })(region);
const ask = () => readFailingLoadBalancers(clients().cloudWatch, request);

interface Group {
  readonly Label?: string;
  readonly Timestamps: readonly number[];
  readonly Values: readonly number[];
  readonly StatusCode: string;
}
const group = (Label: string, Values: readonly number[], StatusCode = 'Complete'): Group => ({
  Label,
  Timestamps: Values.map((_, minute) => at(minute)),
  Values,
  StatusCode,
});
const answerWith = (MetricDataResults: readonly Group[], over: object = {}) =>
  proxy.reset([
    {
      action: 'GetMetricData',
      fault: {
        answer: () => ({
          MetricDataResults: MetricDataResults.map((result) => ({ Id: 'failing', ...result })),
          ...over,
        }),
      },
    },
  ]);

describe('one query for all load balancers', () => {
  test('names those with 502s, the worst first, with count and first and last minute', async () => {
    answerWith([group(dimension(1), [0, 2, 0, 1]), group(dimension(2), [9]), group(dimension(3), [0, 0])]);
    expect(await ask()).toEqual({
      complete: true,
      because: null,
      failing: [
        {
          arn: `arn:aws:elasticloadbalancing:${region}:${account}:loadbalancer/${dimension(2)}`,
          dimension: dimension(2),
          count: 9,
          firstSeenAt: '2026-11-20T10:00:00.000Z',
          lastSeenAt: '2026-11-20T10:00:00.000Z',
        },
        {
          arn: `arn:aws:elasticloadbalancing:${region}:${account}:loadbalancer/${dimension(1)}`,
          dimension: dimension(1),
          count: 3,
          firstSeenAt: '2026-11-20T10:01:00.000Z',
          lastSeenAt: '2026-11-20T10:03:00.000Z',
        },
      ],
    });
    expect(proxy.calls.map(({ iamAction }) => iamAction)).toEqual(['cloudwatch:GetMetricData']);
  });

  test('one result without points means no load balancer failed', async () => {
    answerWith([group('failing', [])]);
    expect(await ask()).toEqual({ complete: true, because: null, failing: [] });
  });

  test('no result at all means that nobody knows', async () => {
    answerWith([]);
    expect(await ask()).toMatchObject({ complete: false, empty: true, failing: [] });
  });

  test('what lies behind the last page that was read is not known', async () => {
    answerWith([group(dimension(1), [1])], { NextToken: 'again' });
    const reading = await ask();
    expect(reading).toMatchObject({ complete: false, failing: [{ dimension: dimension(1) }] });
    expect(reading.because).toMatch(/did not end within 20 pages/);
  });

  test.each([
    ['is not grouped', [group('failing', [3])], /not grouped/],
    ['names something else', [group(dimension(1), [1]), group('Other', [1])], /group "Other"/],
    ['is partial', [group(dimension(1), [1], 'PartialData')], /PartialData/],
    ['failed inside', [group(dimension(1), [], 'InternalError')], /InternalError/],
    [
      'is as long as an answer can be',
      Array.from({ length: 500 }, (_, index) => group(dimension(index), [1])),
      /500 load balancers/,
    ],
  ])('an answer that %s is not complete, and says why', async (_, results, because) => {
    answerWith(results);
    const reading = await ask();
    expect(reading.complete).toBe(false);
    expect(reading.because).toMatch(because);
    const named = results.filter(({ Label, Values }) => Label?.startsWith('app/') && Values.length > 0);
    expect(reading.failing).toHaveLength(named.length);
  });

  test('a message of CloudWatch makes it incomplete', async () => {
    answerWith([group(dimension(1), [1])], {
      Messages: [{ Code: 'MaxMetricsExceeded', Value: 'too many metrics' }],
    });
    expect(await ask()).toMatchObject({ complete: false, because: 'CloudWatch says: too many metrics' });
  });

  test('an answer in pages is put together', async () => {
    proxy.reset([
      {
        action: 'GetMetricData',
        times: 1,
        fault: {
          answer: () => ({
            NextToken: 'more',
            MetricDataResults: [{ Id: 'failing', ...group(dimension(1), [1], 'PartialData') }],
          }),
        },
      },
      {
        action: 'GetMetricData',
        fault: { answer: () => ({ MetricDataResults: [{ Id: 'failing', ...group(dimension(1), [2]) }] }) },
      },
    ]);
    expect(await ask()).toMatchObject({ complete: true, failing: [{ dimension: dimension(1), count: 3 }] });
  });

  test.each(['denied', 'throttled', 'malformed', 'internal-error'] as const)(
    'a query that is %s has seen nothing, and says so',
    async (fault) => {
      proxy.reset([{ action: 'GetMetricData', fault }]);
      const reading = await ask();
      expect(reading).toMatchObject({ complete: false, failing: [] });
      expect(reading.because).toBeTruthy();
    },
  );

  test('without credentials it is an error', async () => {
    proxy.reset([{ action: 'GetMetricData', fault: 'invalid-token' }]);
    await expect(ask()).rejects.toMatchObject({ name: 'RemoteError' });
  });
});

describe('asking by name', () => {
  let shop: string;
  beforeAll(async () => {
    shop = await fleet.loadBalancer({ name: 'shop' });
    const quiet = await fleet.loadBalancer({ name: 'quiet' });
    const of = (arn: string) => ({ LoadBalancer: arn.slice(arn.indexOf('/') + 1) });
    await fleet.metric('HTTPCode_ELB_502_Count', of(shop), start, [null, 2, null, 1]);
    await fleet.metric('HTTPCode_ELB_502_Count', of(quiet), start, [0]);
  });

  test('an endpoint that cannot group is found out, and asking by name gives the answer', async () => {
    expect(await ask()).toMatchObject({ complete: false });
    const { elb, cloudWatch } = clients();
    expect(await readFailingLoadBalancersByName(cloudWatch, elb, request)).toEqual({
      complete: true,
      because: null,
      failing: [
        {
          arn: shop,
          dimension: shop.slice(shop.indexOf('/') + 1),
          count: 3,
          firstSeenAt: '2026-11-20T10:01:00.000Z',
          lastSeenAt: '2026-11-20T10:03:00.000Z',
        },
      ],
    });
  });

  test('1,001 known load balancers are three calls and no listing', async () => {
    const asked = z.object({ MetricDataQueries: z.array(z.object({ Id: z.string() })) });
    const answer = (input: unknown) => ({
      MetricDataResults: asked
        .parse(input)
        .MetricDataQueries.map(({ Id }) => ({ Id, Timestamps: [], Values: [], StatusCode: 'Complete' })),
    });
    proxy.reset([{ action: 'GetMetricData', fault: { answer } }]);
    const known = Array.from({ length: 1001 }, (_, index) => ({ dimension: dimension(index) }));
    const { elb, cloudWatch } = clients();
    const reading = await readFailingLoadBalancersByName(cloudWatch, elb, request, known);
    expect(reading).toEqual({ complete: true, because: null, failing: [] });
    expect(proxy.calls.map(({ action }) => action)).toEqual(Array(3).fill('GetMetricData'));
  });

  test('a load balancer that the answer leaves out is not one without 502s', async () => {
    answerWith([]);
    const { elb, cloudWatch } = clients();
    const known = [{ dimension: dimension(1) }];
    expect(await readFailingLoadBalancersByName(cloudWatch, elb, request, known)).toMatchObject({
      complete: false,
      failing: [],
    });
  });

  test('a batch that is denied makes it incomplete; a listing that is denied is an error', async () => {
    const { elb, cloudWatch } = clients();
    proxy.reset([{ action: 'GetMetricData', fault: 'denied' }]);
    expect(await readFailingLoadBalancersByName(cloudWatch, elb, request)).toMatchObject({
      complete: false,
      failing: [],
    });
    proxy.reset([{ action: 'DescribeLoadBalancers', fault: 'denied' }]);
    await expect(readFailingLoadBalancersByName(cloudWatch, elb, request)).rejects.toMatchObject({
      name: 'RemoteError',
    });
  });
});
