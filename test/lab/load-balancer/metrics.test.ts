import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MetricRecorder } from '../../../lab/load-balancer/metric-recorder.ts';
import { closedPort, OK, rawTarget } from '../raw-target.ts';
import { standIn } from '../stand-in.ts';

const MINUTE_MS = 60_000;
const START = Date.parse('2026-01-31T12:00:00Z');
const EVER = { start: 0, end: Number.MAX_SAFE_INTEGER };
const DIMENSIONS = { LoadBalancer: 'app/shop/50dc6c495c0c9188' };

test('a minute in which nothing was recorded has no point', () => {
  const recorder = new MetricRecorder();
  for (const [minute, value] of [
    [0, 1],
    [0, 1],
    [3, 1],
  ] as const)
    recorder.record('RequestCount', [DIMENSIONS], { at: START + minute * MINUTE_MS + 17, value });
  const metric = { name: 'RequestCount', dimensions: DIMENSIONS, statistic: 'Sum' } as const;
  expect(recorder.series(metric, EVER)).toEqual({
    name: 'RequestCount',
    dimensions: DIMENSIONS,
    statistic: 'Sum',
    periodSeconds: 60,
    timestamps: ['2026-01-31T12:00:00.000Z', '2026-01-31T12:03:00.000Z'],
    values: [2, 1],
  });
});

test('a metric that never had a value does not exist', () => {
  const metric = { name: 'HTTPCode_ELB_502_Count', dimensions: DIMENSIONS, statistic: 'Sum' } as const;
  expect(new MetricRecorder().series(metric, EVER)).toBeNull();
  expect(new MetricRecorder().list()).toEqual([]);
});

test('only a dimension set that was published is found, whatever the order of its dimensions', () => {
  const recorder = new MetricRecorder();
  recorder.record('RequestCount', [{ LoadBalancer: 'a', TargetGroup: 'b' }], { at: START, value: 1 });
  const found = (dimensions: Record<string, string>) =>
    recorder.series({ name: 'RequestCount', dimensions, statistic: 'Sum' }, EVER) !== null;
  expect(found({ TargetGroup: 'b', LoadBalancer: 'a' })).toBe(true);
  expect(found({ LoadBalancer: 'a' })).toBe(false);
});

test('the window takes whole minutes, its end excluded', () => {
  const recorder = new MetricRecorder();
  for (const minute of [0, 1, 2])
    recorder.record('RequestCount', [DIMENSIONS], { at: START + minute * MINUTE_MS, value: 1 });
  const metric = { name: 'RequestCount', dimensions: DIMENSIONS, statistic: 'Sum' } as const;
  const window = { start: START + MINUTE_MS, end: START + 2 * MINUTE_MS };
  expect(recorder.series(metric, window)?.timestamps).toEqual(['2026-01-31T12:01:00.000Z']);
});

test('statistics of a minute agree with one another', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 1, maxLength: 50 }), (values) => {
      const recorder = new MetricRecorder();
      for (const value of values) recorder.record('m', [DIMENSIONS], { at: START, value });
      const of = (statistic: 'Sum' | 'Average' | 'Minimum' | 'Maximum' | 'SampleCount' | 'p50' | 'p100') =>
        recorder.series({ name: 'm', dimensions: DIMENSIONS, statistic }, EVER)?.values[0] ?? Number.NaN;
      expect(of('SampleCount')).toBe(values.length);
      expect(of('Average') * values.length).toBeCloseTo(of('Sum'));
      expect(of('Minimum')).toBe(Math.min(...values));
      expect(of('p100')).toBe(of('Maximum'));
      expect(of('p50')).toBeGreaterThanOrEqual(of('Minimum'));
    }),
  );
});

describe('what is published, and with which dimensions', () => {
  const setsOf = (listed: readonly { name: string; dimensions: object }[], name: string) =>
    listed
      .filter((metric) => metric.name === name)
      .map(({ dimensions }) => Object.keys(dimensions).toSorted().join('+'))
      .toSorted();

  test('a 502 of the load balancer never carries a target group; a target’s own answer does', async () => {
    const target = await rawTarget((socket, _, head) =>
      head.includes('/broken') ? socket.resetAndDestroy() : socket.write(OK),
    );
    const { get, loadBalancer } = await standIn([target.port]);
    await get('/');
    await get('/broken');
    const listed = loadBalancer.metrics.list();
    const perBalancer = ['AvailabilityZone+LoadBalancer', 'LoadBalancer'];
    const perGroup = [
      'AvailabilityZone+LoadBalancer',
      'AvailabilityZone+LoadBalancer+TargetGroup',
      'LoadBalancer',
      'LoadBalancer+TargetGroup',
    ];
    expect(setsOf(listed, 'HTTPCode_ELB_502_Count')).toEqual(perBalancer);
    expect(setsOf(listed, 'HTTPCode_ELB_5XX_Count')).toEqual(perBalancer);
    expect(setsOf(listed, 'HTTPCode_Target_2XX_Count')).toEqual(perGroup);
    expect(setsOf(listed, 'RequestCount')).toEqual(perGroup);
    expect(setsOf(listed, 'TargetResponseTime')).toEqual(perGroup);
    expect(setsOf(listed, 'TargetConnectionErrorCount')).toEqual([]);
    expect(setsOf(listed, 'HealthyHostCount')).toEqual([
      'AvailabilityZone+LoadBalancer+TargetGroup',
      'LoadBalancer+TargetGroup',
    ]);
  });

  test('health checks count hosts, and are no requests', async () => {
    const { loadBalancer } = await standIn([await closedPort()]);
    await loadBalancer.checkHealth();
    await loadBalancer.checkHealth();
    const listed = loadBalancer.metrics.list();
    expect(setsOf(listed, 'UnHealthyHostCount')).toHaveLength(2);
    expect(setsOf(listed, 'RequestCount')).toEqual([]);
    expect(setsOf(listed, 'TargetConnectionErrorCount')).toEqual([]);
    expect(loadBalancer.logLines).toEqual([]);
  });
});
