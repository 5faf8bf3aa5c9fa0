import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type EvidenceBundle, evidenceBundleSchema } from '../../lambda/model/evidence.ts';
import { clientsByRegion } from '../../lambda/observe/clients.ts';
import { listLoadBalancers } from '../../lambda/observe/load-balancer.reader.ts';
import { type ObserveRequest, observe } from '../../lambda/observe/observe.ts';
import { type FaultProxy, startFaultProxy } from '../aws-faults.ts';
import { type Moto, startMoto } from '../moto.ts';
import { forwardTo, type MotoFleet, motoFleet, notFound } from './moto-fleet.ts';

const region = 'eu-central-1';
const start = new Date('2026-11-20T10:00:00Z');
const window = { start: '2026-11-20T10:00:00Z', end: '2026-11-20T10:30:00Z' };

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

const clients = () => clientsByRegion({ ...proxy.client, maxAttempts: 2 })(region);

const requestFor = (
  loadBalancer: ObserveRequest['loadBalancer'],
  over: Partial<ObserveRequest> = {},
): ObserveRequest => ({
  region,
  account: '123456789012',
  loadBalancer,
  window,
  baseline: null,
  declaredKeepAlives: [],
  storedKeepAliveFacts: [],
  changes: { changes: [], gaps: [] },
  ...over,
});

async function bundleOf(request: ObserveRequest): Promise<EvidenceBundle> {
  const observation = await observe(request, clients());
  if (observation.state === 'gone') throw new Error('gone');
  return evidenceBundleSchema.parse(observation.bundle);
}

const dimensionOf = (arn: string) => arn.slice(arn.indexOf('loadbalancer/') + 'loadbalancer/'.length);
const groupDimensionOf = (arn: string) => arn.slice(arn.lastIndexOf(':') + 1);

describe('the evidence on a load balancer', () => {
  let shop: string;
  let web: string;
  let api: string;
  let canary: string;

  beforeAll(async () => {
    shop = await fleet.loadBalancer({
      name: 'shop',
      idleTimeoutSeconds: 120,
      tags: {
        team: 'checkout',
        'deploy-token': 'tok-123',
        docs: 'https://me:pw@wiki.example/alb?session=abc',
      },
    });
    web = await fleet.targetGroup({
      name: 'web',
      targets: ['10.0.0.7', '10.0.0.8'],
      healthCheckPath: '/health?key=abc',
      tags: { 'alb502:keep-alive-seconds': '75', DB_PASSWORD: 'hunter2' },
    });
    api = await fleet.targetGroup({ name: 'api', protocol: 'HTTPS', targets: ['10.0.1.7'] });
    canary = await fleet.targetGroup({ name: 'canary' });
    const listener = await fleet.listener(shop, 80, forwardTo(web));
    await fleet.rule(listener, 10, forwardTo([api, 10], [canary, 0]));
    const both = { LoadBalancer: dimensionOf(shop), TargetGroup: groupDimensionOf(web) };
    await fleet.metric('HTTPCode_ELB_502_Count', { LoadBalancer: dimensionOf(shop) }, start, [1, null, 2]);
    await fleet.metric(
      'HTTPCode_ELB_502_Count',
      { AvailabilityZone: 'eu-central-1a', LoadBalancer: dimensionOf(shop) },
      start,
      [1],
    );
    await fleet.metric('HTTPCode_ELB_502_Count', { LoadBalancer: 'app/other/0123456789abcdef' }, start, [9]);
    await fleet.metric('RequestCount', both, start, [100, 200]);
    await fleet.metric('HealthyHostCount', both, start, [2, 1]);
  });

  test('holds configuration, tags, health, serving groups and series, and fits the schema', async () => {
    const bundle = await bundleOf(requestFor(shop));
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
    const { metrics } = await bundleOf(requestFor(shop));
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
    const bundle = await bundleOf(requestFor(shop));
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
    const { keepAliveFacts } = await bundleOf(
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
    const bundle = await bundleOf(requestFor(shop, { changes: { changes, gaps: [] } }));
    expect(bundle.changes.map(({ resourceArn }) => resourceArn)).toEqual([shop, web, rule]);
    const without = await bundleOf(requestFor(shop, { changes: null }));
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
      proxy.reset([{ action, fault: 'denied' }]);
      const bundle = await bundleOf(requestFor(shop));
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
    proxy.reset([{ action: 'DescribeRules', fault: 'denied' }]);
    const { targetGroups } = await bundleOf(requestFor(shop));
    expect(targetGroups.map(({ name, serving }) => [name, serving])).toEqual([
      ['api', null],
      ['canary', null],
      ['web', true],
    ]);
  });

  test('a throttled call is tried again, and a gap only where AWS keeps throttling', async () => {
    proxy.reset([{ action: 'GetMetricData', fault: 'throttled', times: 1 }]);
    expect((await bundleOf(requestFor(shop))).gaps).toEqual([]);
    proxy.reset([{ action: 'GetMetricData', fault: 'throttled' }]);
    const { gaps, metrics } = await bundleOf(requestFor(shop));
    expect(metrics).toEqual([]);
    expect(gaps).toMatchObject([{ subject: 'metrics', metrics: [], kind: 'throttled' }]);
  });

  test.each(['internal-error', 'dropped', 'malformed'] as const)(
    'an answer that is %s is a failed read, not an empty one',
    async (fault) => {
      proxy.reset([{ action: 'DescribeTargetHealth', fault }]);
      const { gaps } = await bundleOf(requestFor(shop));
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
    proxy.reset([{ action: 'GetMetricData', fault: { rewrite: partial } }]);
    const { gaps, metrics } = await bundleOf(requestFor(shop));
    expect(metrics[0]).toMatchObject({ name: 'HTTPCode_ELB_502_Count', values: [1, 2] });
    expect(gaps).toMatchObject([{ subject: 'metrics', metrics: ['HTTPCode_ELB_502_Count'], resource: shop }]);
  });

  test('credentials that expire half way end the observation with what to do', async () => {
    proxy.reset([{ action: 'DescribeTags', fault: 'expired-token' }]);
    await expect(observe(requestFor(shop), clients())).rejects.toMatchObject({
      name: 'RemoteError',
      message: expect.stringContaining('have expired'),
    });
  });

  test('an endpoint that is down is one line with its address', async () => {
    const down = clientsByRegion({ ...proxy.client, endpoint: 'http://127.0.0.1:9', maxAttempts: 1 })(region);
    await expect(observe(requestFor(shop), down)).rejects.toMatchObject({
      name: 'RemoteError',
      message: expect.stringMatching(/^cannot reach 127\.0\.0\.1:9 \(ECONNREFUSED\)/),
    });
  });
});

describe('what an observation costs', () => {
  test.each([1, 2, 3, 5])('at most 6 calls and 3 for each of %i target groups', async (count) => {
    const arn = await fleet.loadBalancer({ name: `budget-${count}` });
    const groups: string[] = [];
    for (let index = 0; index < count; index++)
      groups.push(await fleet.targetGroup({ name: `budget-${count}-${index}`, targets: ['10.0.0.9'] }));
    const [first, ...others] = groups;
    if (!first) throw new Error('no group');
    await fleet.listener(arn, 80, notFound);
    const listener = await fleet.listener(arn, 8443, forwardTo(first));
    for (const [index, group] of others.entries()) await fleet.rule(listener, index + 1, forwardTo(group));
    proxy.reset();
    const bundle = await bundleOf(requestFor(arn));
    expect(bundle.gaps).toEqual([]);
    expect(bundle.targetGroups.every(({ serving }) => serving)).toBe(true);
    expect(proxy.calls.length).toBeLessThanOrEqual(6 + 3 * count);
    expect(proxy.calls.length).toBe(6 + 2 * count + (count > 1 ? 1 : 0));
  });

  test('a load balancer that a listing described saves a call', async () => {
    const all = await listLoadBalancers(clients().elb, region);
    const listed = all.find(({ name }) => name === 'budget-1');
    if (!listed) throw new Error('not listed');
    proxy.reset();
    await bundleOf(requestFor(listed));
    expect(proxy.calls.map(({ action }) => action)).not.toContain('DescribeLoadBalancers');
  });
});

describe('load balancers at the edge', () => {
  test('one that forwards nowhere has no target groups, and that is no gap', async () => {
    const arn = await fleet.loadBalancer({ name: 'redirects' });
    await fleet.listener(arn, 80, notFound);
    const bundle = await bundleOf(requestFor(arn));
    expect(bundle.targetGroups).toEqual([]);
    expect(bundle.gaps).toEqual([]);
  });

  test('a Lambda group has no protocol and is asked for its own metrics in both dimension sets', async () => {
    const arn = await fleet.loadBalancer({ name: 'functions' });
    const group = await fleet.lambdaTargetGroup('resize');
    await fleet.listener(arn, 80, forwardTo(group));
    const alone = { TargetGroup: groupDimensionOf(group) };
    await fleet.metric('LambdaInternalError', alone, start, [4]);
    await fleet.metric('LambdaUserError', { LoadBalancer: dimensionOf(arn), ...alone }, start, [3]);
    const bundle = await bundleOf(requestFor(arn));
    expect(bundle.targetGroups).toMatchObject([{ targetType: 'lambda', protocol: null, port: null }]);
    expect(bundle.metrics.map(({ name, dimensions, values }) => [name, dimensions, values])).toEqual([
      ['LambdaUserError', { ...alone, LoadBalancer: dimensionOf(arn) }, [3]],
      ['LambdaInternalError', alone, [4]],
    ]);
  });

  test('attributes are kept as they come: an idle timeout that is not given is not invented', async () => {
    const arn = await fleet.loadBalancer({ name: 'untouched' });
    const { loadBalancer } = await bundleOf(requestFor(arn));
    expect(loadBalancer.attributes).not.toHaveProperty('idle_timeout.timeout_seconds');
    expect(Object.keys(loadBalancer.attributes).length).toBeGreaterThan(0);
  });

  test('response times without percentiles are kept, and the percentiles are a gap', async () => {
    const arn = await fleet.loadBalancer({ name: 'slow' });
    const group = await fleet.targetGroup({ name: 'slow' });
    await fleet.listener(arn, 80, forwardTo(group));
    const both = { LoadBalancer: dimensionOf(arn), TargetGroup: groupDimensionOf(group) };
    await fleet.metric('TargetResponseTime', both, start, [0.5]);
    const { metrics, gaps } = await bundleOf(requestFor(arn));
    expect(metrics.map(({ statistic }) => statistic)).toEqual(['Average', 'Maximum']);
    expect(gaps).toMatchObject([{ subject: 'metrics', metrics: ['TargetResponseTime'], kind: 'failed' }]);
  });

  test('one that was deleted is gone, whether given by ARN or described', async () => {
    const arn =
      'arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/gone/0123456789abcdef';
    proxy.reset([
      { action: 'DescribeLoadBalancers', fault: 'not-found' },
      { action: 'DescribeLoadBalancerAttributes', fault: 'not-found' },
    ]);
    expect(await observe(requestFor(arn), clients())).toEqual({ state: 'gone', loadBalancerArn: arn });
    const described = {
      arn,
      name: 'gone',
      dimension: 'app/gone/0123456789abcdef',
      scheme: null,
      state: null,
      createdAt: null,
      availabilityZones: [],
    };
    expect(await observe(requestFor(described), clients())).toEqual({ state: 'gone', loadBalancerArn: arn });
  });

  test.each([
    ['not-an-arn', 'is not the ARN of a load balancer'],
    [
      'arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/net/n/0123456789abcdef',
      'is a network load balancer',
    ],
  ])('refuses %s as input', async (arn, message) => {
    await expect(observe(requestFor(arn), clients())).rejects.toMatchObject({
      name: 'InputError',
      message: expect.stringContaining(message),
    });
  });
});
