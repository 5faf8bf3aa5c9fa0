import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { clientsByRegion } from '../../lambda/observe/clients.ts';
import { metricQueriesFor } from '../../lambda/observe/metric-query.ts';
import { alignedWindow, periodSecondsFor, readMetrics } from '../../lambda/observe/metrics.reader.ts';
import { type FaultProxy, startFaultProxy } from '../aws-faults.ts';
import { type Moto, startMoto } from '../moto.ts';

const region = 'eu-central-1';
const window = { start: '2026-11-20T10:00:00.000Z', end: '2026-11-20T10:30:00.000Z' };
const resource =
  'arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/shop/0123456789abcdef';
const second = (text: string) => Date.parse(text) / 1000;

const inputSchema = z.object({
  StartTime: z.number(),
  EndTime: z.number(),
  NextToken: z.string().optional(),
  MetricDataQueries: z.array(
    z.object({ Id: z.string(), MetricStat: z.object({ Metric: z.object({ MetricName: z.string() }) }) }),
  ),
});
type Input = z.infer<typeof inputSchema>;

let moto: Moto;
let proxy: FaultProxy;
beforeAll(async () => {
  moto = await startMoto(region);
  proxy = await startFaultProxy(moto.endpoint);
});
beforeEach(() => proxy.reset());
afterAll(async () => {
  await proxy?.stop();
  await moto?.stop();
});

const answerWith = (answer: (input: Input) => unknown) => {
  const inputs: Input[] = [];
  proxy.reset([
    {
      action: 'GetMetricData',
      fault: {
        answer: (raw) => {
          const input = inputSchema.parse(raw);
          inputs.push(input);
          return answer(input);
        },
      },
    },
  ]);
  return inputs;
};

const query = (name: string) => ({
  name,
  dimensions: { LoadBalancer: 'app/shop/0123456789abcdef' },
  statistic: 'Sum',
});
const read = (names: readonly string[], over = window) =>
  readMetrics(clientsByRegion({ ...proxy.client, maxAttempts: 1 })(region).cloudWatch, region, {
    queries: names.map(query),
    window: over,
    resource,
  });

describe('reading metrics', () => {
  test('1,201 series are three calls of at most 500, and every series comes back under its own name', async () => {
    const names = Array.from({ length: 1201 }, (_, index) => `Metric${index}`);
    const inputs = answerWith((input) => ({
      MetricDataResults: input.MetricDataQueries.map(({ Id, MetricStat }) => ({
        Id,
        Label: 'x',
        Timestamps: [second(window.start)],
        Values: [Number(MetricStat.Metric.MetricName.slice(6))],
        StatusCode: 'Complete',
      })),
    }));
    const { series, gaps } = await read(names);
    expect(gaps).toEqual([]);
    expect(inputs.map(({ MetricDataQueries }) => MetricDataQueries.length).toSorted()).toEqual([
      201, 500, 500,
    ]);
    expect(series.map(({ name, values }) => [name, values])).toEqual(
      names.map((name, index) => [name, [index]]),
    );
  });

  test('pages are put together; a series that is partial until the last page is whole', async () => {
    answerWith(({ NextToken }) =>
      NextToken === undefined
        ? {
            NextToken: 'more',
            MetricDataResults: [
              { Id: 'q0', Timestamps: [second(window.start) + 60], Values: [2], StatusCode: 'PartialData' },
            ],
          }
        : {
            MetricDataResults: [
              { Id: 'q0', Timestamps: [second(window.start)], Values: [1], StatusCode: 'Complete' },
            ],
          },
    );
    const { series, gaps } = await read(['RequestCount']);
    expect(gaps).toEqual([]);
    expect(series).toMatchObject([
      {
        timestamps: ['2026-11-20T10:00:00.000Z', '2026-11-20T10:01:00.000Z'],
        values: [1, 2],
        periodSeconds: 60,
      },
    ]);
  });

  test.each([
    ['PartialData', 'failed'],
    ['InternalError', 'failed'],
    ['Forbidden', 'denied'],
  ])('a series that ends as %s keeps its points and is a gap of kind %s', async (StatusCode, kind) => {
    answerWith(() => ({
      MetricDataResults: [
        { Id: 'q0', Timestamps: [second(window.start)], Values: [1], StatusCode },
        { Id: 'q1', Timestamps: [], Values: [], StatusCode: 'Complete' },
      ],
    }));
    const { series, gaps } = await read(['RequestCount', 'NewConnectionCount']);
    expect(series.map(({ name }) => name)).toEqual(['RequestCount']);
    expect(gaps).toMatchObject([{ subject: 'metrics', metrics: ['RequestCount'], kind, resource }]);
    expect(gaps[0]?.reason).toContain(StatusCode);
  });

  test('points come back oldest first however they were sent', async () => {
    const at = [3, 1, 2].map((minute) => second(window.start) + minute * 60);
    answerWith(() => ({
      MetricDataResults: [{ Id: 'q0', Timestamps: at, Values: [3, 1, 2], StatusCode: 'Complete' }],
    }));
    expect((await read(['RequestCount'])).series[0]?.values).toEqual([1, 2, 3]);
  });

  test('a batch that fails is one gap about all metrics, and the next batch is still read', async () => {
    proxy.reset([
      { action: 'GetMetricData', fault: 'denied', times: 1 },
      {
        action: 'GetMetricData',
        fault: {
          answer: () => ({
            MetricDataResults: [
              { Id: 'q0', Timestamps: [second(window.start)], Values: [1], StatusCode: 'Complete' },
            ],
          }),
        },
      },
    ]);
    const { series, gaps } = await read(Array.from({ length: 501 }, (_, index) => `Metric${index}`));
    expect(series.map(({ name }) => name)).toEqual(['Metric500']);
    expect(gaps).toMatchObject([
      { subject: 'metrics', metrics: [], kind: 'denied', action: 'cloudwatch:GetMetricData' },
    ]);
  });

  test('a token that never ends does not hold the reader', async () => {
    const whole = { Id: 'q0', Timestamps: [second(window.start)], Values: [1], StatusCode: 'Complete' };
    const inputs = answerWith(() => ({ NextToken: 'again', MetricDataResults: [whole] }));
    const { series, gaps } = await read(['RequestCount']);
    expect(inputs.length).toBeLessThanOrEqual(20);
    expect(series).toHaveLength(1);
    // What lies behind the last page that was read is not known.
    expect(gaps).toMatchObject([{ metrics: ['RequestCount'], kind: 'failed' }]);
    expect(gaps[0]?.reason).toMatch(/did not end within 20 pages/);
  });

  test('a series that the answer leaves out is not known, unlike one without points', async () => {
    answerWith(() => ({
      MetricDataResults: [{ Id: 'q0', Timestamps: [], Values: [], StatusCode: 'Complete' }],
    }));
    const { series, gaps } = await read(['RequestCount', 'HTTPCode_ELB_502_Count']);
    expect(series).toEqual([]);
    expect(gaps).toMatchObject([{ metrics: ['HTTPCode_ELB_502_Count'], kind: 'failed', resource }]);
    expect(gaps[0]?.reason).toMatch(/does not name it/);
  });

  test('an answer that names nothing is one gap about all metrics', async () => {
    answerWith(() => ({ MetricDataResults: [] }));
    const { series, gaps } = await read(['RequestCount', 'HTTPCode_ELB_502_Count']);
    expect(series).toEqual([]);
    expect(gaps).toMatchObject([{ subject: 'metrics', what: 'the metrics', metrics: [], kind: 'failed' }]);
    expect(gaps[0]?.reason).toMatch(/names none of the 2 series/);
  });

  test('a long window takes fewer series a call, so that the points of a call stay below the limit', async () => {
    const inputs = answerWith(() => ({ MetricDataResults: [] }));
    const names = Array.from({ length: 100 }, (_, index) => `Metric${index}`);
    await read(names, { start: '2026-11-19T00:00:00Z', end: '2026-11-21T00:00:00Z' });
    for (const { MetricDataQueries } of inputs)
      expect(MetricDataQueries.length * 2880).toBeLessThanOrEqual(100_800);
    expect(inputs.flatMap(({ MetricDataQueries }) => MetricDataQueries)).toHaveLength(100);
  });
});

describe('the window', () => {
  const instant = fc.integer({ min: Date.UTC(2025, 0, 1), max: Date.UTC(2027, 0, 1) });
  test('grows to whole minutes, by less than a minute on each side', () => {
    fc.assert(
      fc.property(instant, fc.integer({ min: 1, max: 10 * 86_400_000 }), (start, length) => {
        const given = { start: new Date(start).toISOString(), end: new Date(start + length).toISOString() };
        const aligned = alignedWindow(given);
        const [from, to] = [Date.parse(aligned.start), Date.parse(aligned.end)];
        expect([from % 60_000, to % 60_000]).toEqual([0, 0]);
        expect(start - from).toBeGreaterThanOrEqual(0);
        expect(start - from).toBeLessThan(60_000);
        expect(to - start - length).toBeGreaterThanOrEqual(0);
        expect(to - start - length).toBeLessThan(60_000);
        expect(alignedWindow(aligned)).toEqual(aligned);
      }),
    );
  });

  test.each([
    [3, 60],
    [48, 60],
    [72, 300],
    [24 * 30, 3600],
  ])('of %i hours has points every %i seconds', (hours, seconds) => {
    const start = Date.UTC(2026, 0, 1);
    const end = new Date(start + hours * 3_600_000).toISOString();
    expect(periodSecondsFor({ start: new Date(start).toISOString(), end })).toBe(seconds);
  });
});

test('every series is asked for once, and per load balancer only where it is published so', () => {
  const group = (name: string, targetType: string) => ({
    arn: `arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/${name}/0123456789abcdef`,
    name,
    targetType,
    protocol: null,
    protocolVersion: null,
    port: null,
    healthCheck: {
      enabled: true,
      protocol: null,
      port: null,
      path: null,
      intervalSeconds: null,
      timeoutSeconds: null,
      healthyThresholdCount: null,
      unhealthyThresholdCount: null,
      matcher: null,
    },
  });
  const queries = metricQueriesFor(
    { dimension: 'app/shop/0123456789abcdef', availabilityZones: ['eu-central-1a', 'eu-central-1b'] },
    [group('web', 'ip'), group('resize', 'lambda')],
  );
  const keys = queries.map((query) => JSON.stringify(query));
  expect(new Set(keys).size).toBe(keys.length);
  const sets = (name: string) =>
    new Set(
      queries
        .filter((query) => query.name === name)
        .map(({ dimensions }) => Object.keys(dimensions).join('+')),
    );
  expect(sets('HTTPCode_ELB_502_Count')).toEqual(new Set(['LoadBalancer', 'AvailabilityZone+LoadBalancer']));
  expect(sets('HealthyHostCount')).toEqual(new Set(['LoadBalancer+TargetGroup']));
  expect(sets('LambdaInternalError')).toEqual(new Set(['LoadBalancer+TargetGroup', 'TargetGroup']));
});
