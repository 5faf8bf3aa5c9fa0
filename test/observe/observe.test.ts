import { beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { observe } from '../../lambda/observe/observe.ts';
import { forwardTo } from './moto-fleet.ts';
import { dimensionOf, groupDimensionOf, observedAws, requestFor, start } from './observed-aws.ts';

const aws = observedAws();

describe('the evidence on a load balancer', () => {
  let shop: string;
  let web: string;
  let api: string;
  let canary: string;

  beforeAll(async () => {
    shop = await aws().fleet.loadBalancer({
      name: 'shop',
      idleTimeoutSeconds: 120,
      tags: {
        team: 'checkout',
        'deploy-token': 'tok-123',
        docs: 'https://me:pw@wiki.example/alb',
      },
    });
    web = await aws().fleet.targetGroup({
      name: 'web',
      targets: ['10.0.0.7', '10.0.0.8'],
      healthCheckPath: '/health?key=abc',
      tags: { 'alb502:keep-alive-seconds': '75', DB_PASSWORD: 'hunter2' },
    });
    api = await aws().fleet.targetGroup({ name: 'api', protocol: 'HTTPS', targets: ['10.0.1.7'] });
    canary = await aws().fleet.targetGroup({ name: 'canary' });
    const listener = await aws().fleet.listener(shop, 80, forwardTo(web));
    await aws().fleet.rule(listener, 10, forwardTo([api, 10], [canary, 0]));
    const both = { LoadBalancer: dimensionOf(shop), TargetGroup: groupDimensionOf(web) };
    await aws().fleet.metric('HTTPCode_ELB_502_Count', { LoadBalancer: dimensionOf(shop) }, start, [
      1,
      null,
      2,
    ]);
    await aws().fleet.metric(
      'HTTPCode_ELB_502_Count',
      { AvailabilityZone: 'eu-central-1a', LoadBalancer: dimensionOf(shop) },
      start,
      [1],
    );
    await aws().fleet.metric(
      'HTTPCode_ELB_502_Count',
      { LoadBalancer: 'app/other/0123456789abcdef' },
      start,
      [9],
    );
    await aws().fleet.metric('RequestCount', both, start, [100, 200]);
    await aws().fleet.metric('HealthyHostCount', both, start, [2, 1]);
  });

  test('holds configuration, tags, health, serving groups and series, and fits the schema', async () => {
    const bundle = await aws().bundleOf(requestFor(shop));
    expect(bundle.gaps).toEqual([]);
    expect(bundle.window).toEqual({ start: '2026-11-20T10:00:00.000Z', end: '2026-11-20T10:30:00.000Z' });
    expect(bundle.loadBalancer).toMatchObject({
      arn: shop,
      name: 'shop',
      dimension: dimensionOf(shop),
      availabilityZones: ['eu-central-1a', 'eu-central-1b'],
    });
    expect(bundle.loadBalancer.attributes['idle_timeout.timeout_seconds']).toBe('120');
    expect(bundle.targetGroups.map(({ name, serving }) => [name, serving])).toEqual([
      ['api', true],
      ['canary', false],
      ['web', true],
    ]);
    const group = bundle.targetGroups.find(({ name }) => name === 'web');
    expect(group).toMatchObject({ targetType: 'ip', protocol: 'HTTP', protocolVersion: 'HTTP1', port: 8080 });
    expect(group?.targets.map(({ id, port, state }) => [id, port, state])).toEqual([
      ['10.0.0.7', 8080, 'healthy'],
      ['10.0.0.8', 8080, 'healthy'],
    ]);
    expect(group?.attributes['deregistration_delay.timeout_seconds']).toBe('300');
    expect(new Set(bundle.loadBalancer.listeners.flatMap((listener) => listener.targetGroupArns))).toEqual(
      new Set([web, api]),
    );
  });

  test('holds only series with data, of this load balancer, oldest first', async () => {
    const { metrics } = await aws().bundleOf(requestFor(shop));
    const summary = metrics.map(({ name, statistic, dimensions, values, timestamps }) => ({
      name,
      statistic,
      dimensions: Object.keys(dimensions).sort(),
      values,
      first: timestamps[0],
    }));
    const first = '2026-11-20T10:00:00.000Z';
    const both = ['LoadBalancer', 'TargetGroup'];
    expect(summary).toEqual([
      {
        name: 'HTTPCode_ELB_502_Count',
        statistic: 'Sum',
        dimensions: ['LoadBalancer'],
        values: [1, 2],
        first,
      },
      {
        name: 'HTTPCode_ELB_502_Count',
        statistic: 'Sum',
        dimensions: ['AvailabilityZone', 'LoadBalancer'],
        values: [1],
        first,
      },
      { name: 'RequestCount', statistic: 'Sum', dimensions: both, values: [100, 200], first },
      { name: 'HealthyHostCount', statistic: 'Minimum', dimensions: both, values: [2, 1], first },
      { name: 'HealthyHostCount', statistic: 'Maximum', dimensions: both, values: [2, 1], first },
    ]);
    expect(metrics[0]?.timestamps).toEqual([first, '2026-11-20T10:02:00.000Z']);
  });

  test('holds no secret of a tag and no query string', async () => {
    const bundle = await aws().bundleOf(requestFor(shop));
    expect(bundle.loadBalancer.tags).toEqual({
      team: 'checkout',
      'deploy-token': '***',
      docs: 'https://wiki.example/alb',
    });
    const group = bundle.targetGroups.find(({ name }) => name === 'web');
    expect(group?.healthCheck.path).toBe('/health');
    expect(group?.tags).toEqual({ 'alb502:keep-alive-seconds': '75', DB_PASSWORD: '***' });
    expect(JSON.stringify(bundle)).not.toMatch(/tok-123|hunter2|key=abc|session=/);
  });

  test('carries keep-alives declared for a group by name or ARN, and those that were measured before', async () => {
    const measured = {
      targetGroupArn: web,
      target: '10.0.0.7:8080',
      seconds: 5,
      lowSeconds: null,
      highSeconds: null,
      source: 'probe' as const,
      at: null,
      detail: 'measured',
    };
    const { keepAliveFacts } = await aws().bundleOf(
      requestFor(shop, {
        declaredKeepAlives: [
          { targetGroup: 'web', seconds: 75 },
          { targetGroup: api, seconds: 30 },
          { targetGroup: 'elsewhere', seconds: 1 },
        ],
        storedKeepAliveFacts: [measured],
      }),
    );
    expect(keepAliveFacts).toHaveLength(3);
    expect(keepAliveFacts).toContainEqual(
      expect.objectContaining({
        targetGroupArn: web,
        seconds: 75,
        source: 'tag',
        detail: 'declared in the configuration',
      }),
    );
    expect(keepAliveFacts).toContainEqual(expect.objectContaining({ targetGroupArn: api, seconds: 30 }));
    expect(keepAliveFacts).toContainEqual(measured);
  });

  test('keeps the changes that concern it, and says so where changes were not asked for', async () => {
    const change = (resourceArn: string) => ({
      at: '2026-11-20T09:00:00.000Z',
      eventName: 'ModifyLoadBalancerAttributes',
      resourceArn,
      principal: null,
      sourceIpAddress: null,
      userAgent: null,
      from: null,
      to: null,
    });
    const rule = shop.replace(':loadbalancer/', ':listener-rule/').concat('/0123/4567');
    const changes = [change(shop), change(web), change(rule), change(shop.replace('/shop/', '/shop2/'))];
    const bundle = await aws().bundleOf(requestFor(shop, { changes: { changes, gaps: [] } }));
    expect(bundle.changes.map(({ resourceArn }) => resourceArn)).toEqual([shop, web, rule]);
    const without = await aws().bundleOf(requestFor(shop, { changes: null }));
    expect(without.gaps).toMatchObject([{ subject: 'changes', kind: 'switched-off' }]);
  });

  test.each([
    ['DescribeLoadBalancers', 'load-balancer', 'elasticloadbalancing:DescribeLoadBalancers', 1],
    [
      'DescribeLoadBalancerAttributes',
      'attributes',
      'elasticloadbalancing:DescribeLoadBalancerAttributes',
      1,
    ],
    ['DescribeListeners', 'listeners', 'elasticloadbalancing:DescribeListeners', 1],
    ['DescribeRules', 'listeners', 'elasticloadbalancing:DescribeRules', 1],
    ['DescribeTargetGroups', 'target-groups', 'elasticloadbalancing:DescribeTargetGroups', 1],
    ['DescribeTargetGroupAttributes', 'attributes', 'elasticloadbalancing:DescribeTargetGroupAttributes', 3],
    ['DescribeTargetHealth', 'target-health', 'elasticloadbalancing:DescribeTargetHealth', 3],
    ['DescribeTags', 'tags', 'elasticloadbalancing:DescribeTags', 1],
    ['GetMetricData', 'metrics', 'cloudwatch:GetMetricData', 1],
  ])(
    'a denied %s is a gap that names it, and the rest is read',
    async (action, subject, iamAction, count) => {
      aws().proxy.reset([{ action, fault: 'denied' }]);
      const bundle = await aws().bundleOf(requestFor(shop));
      expect(bundle.gaps).toHaveLength(count);
      for (const gap of bundle.gaps) {
        expect(gap).toMatchObject({ subject, action: iamAction, kind: 'denied' });
        expect(gap.reason).toContain(`not allowed to call ${iamAction}`);
        expect(gap.resource).toMatch(/^arn:/);
      }
      expect(bundle.loadBalancer).toMatchObject({ arn: shop, name: 'shop', dimension: dimensionOf(shop) });
      const known = Object.keys(bundle.loadBalancer.attributes).length + bundle.metrics.length;
      expect(known).toBeGreaterThan(0);
    },
  );

  test('groups are neither serving nor idle where rules could not be read', async () => {
    aws().proxy.reset([{ action: 'DescribeRules', fault: 'denied' }]);
    const { targetGroups } = await aws().bundleOf(requestFor(shop));
    expect(targetGroups.map(({ name, serving }) => [name, serving])).toEqual([
      ['api', null],
      ['canary', null],
      ['web', true],
    ]);
  });

  test('a throttled call is tried again, and a gap only where AWS keeps throttling', async () => {
    aws().proxy.reset([{ action: 'GetMetricData', fault: 'throttled', times: 1 }]);
    expect((await aws().bundleOf(requestFor(shop))).gaps).toEqual([]);
    aws().proxy.reset([{ action: 'GetMetricData', fault: 'throttled' }]);
    const { gaps, metrics } = await aws().bundleOf(requestFor(shop));
    expect(metrics).toEqual([]);
    expect(gaps).toMatchObject([{ subject: 'metrics', metrics: [], kind: 'throttled' }]);
  });

  test.each(['internal-error', 'dropped', 'malformed'] as const)(
    'an answer that is %s is a failed read, not an empty one',
    async (fault) => {
      aws().proxy.reset([{ action: 'DescribeTargetHealth', fault }]);
      const { gaps } = await aws().bundleOf(requestFor(shop));
      expect(gaps).toHaveLength(3);
      for (const gap of gaps) {
        expect(gap).toMatchObject({ subject: 'target-health', kind: 'failed' });
        expect(gap.reason).not.toContain('\n');
      }
    },
  );

  test('a series that CloudWatch could not complete keeps its points and is a gap', async () => {
    const partial = (output: unknown) => {
      const answer = z.object({ MetricDataResults: z.array(z.looseObject({})) }).parse(output);
      const [first, ...others] = answer.MetricDataResults;
      return { MetricDataResults: [{ ...first, StatusCode: 'PartialData' }, ...others] };
    };
    aws().proxy.reset([{ action: 'GetMetricData', fault: { rewrite: partial } }]);
    const { gaps, metrics } = await aws().bundleOf(requestFor(shop));
    expect(metrics[0]).toMatchObject({ name: 'HTTPCode_ELB_502_Count', values: [1, 2] });
    expect(gaps).toMatchObject([{ subject: 'metrics', metrics: ['HTTPCode_ELB_502_Count'], resource: shop }]);
  });

  test('credentials that expire half way end the observation with what to do', async () => {
    aws().proxy.reset([{ action: 'DescribeTags', fault: 'expired-token' }]);
    await expect(observe(requestFor(shop), aws().clients())).rejects.toMatchObject({
      name: 'RemoteError',
      message: expect.stringContaining('have expired'),
    });
  });

  test('an endpoint that is down is one line with its address', async () => {
    const down = aws().clients({ endpoint: 'http://127.0.0.1:9', maxAttempts: 1 });
    await expect(observe(requestFor(shop), down)).rejects.toMatchObject({
      name: 'RemoteError',
      message: expect.stringMatching(/^cannot reach 127\.0\.0\.1:9 \(ECONNREFUSED\)/),
    });
  });
});
