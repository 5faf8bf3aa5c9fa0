import { describe, expect, test } from 'vitest';
import { listLoadBalancers } from '../../lambda/observe/load-balancer.reader.ts';
import { observe } from '../../lambda/observe/observe.ts';
import { forwardTo, notFound } from './moto-fleet.ts';
import { dimensionOf, groupDimensionOf, observedAws, region, requestFor, start } from './observed-aws.ts';

const aws = observedAws();

describe('what an observation costs', () => {
  test.each([1, 2, 3, 5])('at most 6 calls and 3 for each of %i target groups', async (count) => {
    const arn = await aws().fleet.loadBalancer({ name: `budget-${count}` });
    const groups: string[] = [];
    for (let index = 0; index < count; index++)
      groups.push(await aws().fleet.targetGroup({ name: `budget-${count}-${index}`, targets: ['10.0.0.9'] }));
    const [first, ...others] = groups;
    if (!first) throw new Error('no group');
    await aws().fleet.listener(arn, 80, notFound);
    const listener = await aws().fleet.listener(arn, 8443, forwardTo(first));
    for (const [index, group] of others.entries())
      await aws().fleet.rule(listener, index + 1, forwardTo(group));
    aws().proxy.reset();
    const bundle = await aws().bundleOf(requestFor(arn));
    expect(bundle.gaps).toEqual([]);
    expect(bundle.targetGroups.every(({ serving }) => serving)).toBe(true);
    expect(aws().proxy.calls.length).toBeLessThanOrEqual(6 + 3 * count);
    expect(aws().proxy.calls.length).toBe(6 + 2 * count + (count > 1 ? 1 : 0));
  });

  test('a load balancer that a listing described saves a call', async () => {
    const all = await listLoadBalancers(aws().clients().elb, region);
    const listed = all.find(({ name }) => name === 'budget-1');
    if (!listed) throw new Error('not listed');
    aws().proxy.reset();
    await aws().bundleOf(requestFor(listed));
    expect(aws().proxy.calls.map(({ action }) => action)).not.toContain('DescribeLoadBalancers');
  });
});

describe('load balancers at the edge', () => {
  test('one that forwards nowhere has no target groups, and that is no gap', async () => {
    const arn = await aws().fleet.loadBalancer({ name: 'redirects' });
    await aws().fleet.listener(arn, 80, notFound);
    const bundle = await aws().bundleOf(requestFor(arn));
    expect(bundle.targetGroups).toEqual([]);
    expect(bundle.gaps).toEqual([]);
  });

  test('a Lambda group has no protocol and is asked for its own metrics in both dimension sets', async () => {
    const arn = await aws().fleet.loadBalancer({ name: 'functions' });
    const group = await aws().fleet.lambdaTargetGroup('resize');
    await aws().fleet.listener(arn, 80, forwardTo(group));
    const alone = { TargetGroup: groupDimensionOf(group) };
    await aws().fleet.metric('LambdaInternalError', alone, start, [4]);
    await aws().fleet.metric('LambdaUserError', { LoadBalancer: dimensionOf(arn), ...alone }, start, [3]);
    const bundle = await aws().bundleOf(requestFor(arn));
    expect(bundle.targetGroups).toMatchObject([{ targetType: 'lambda', protocol: null, port: null }]);
    expect(bundle.metrics.map(({ name, dimensions, values }) => [name, dimensions, values])).toEqual([
      ['LambdaUserError', { ...alone, LoadBalancer: dimensionOf(arn) }, [3]],
      ['LambdaInternalError', alone, [4]],
    ]);
  });

  test('attributes are kept as they come: an idle timeout that is not given is not invented', async () => {
    const arn = await aws().fleet.loadBalancer({ name: 'untouched' });
    const { loadBalancer } = await aws().bundleOf(requestFor(arn));
    expect(loadBalancer.attributes).not.toHaveProperty('idle_timeout.timeout_seconds');
    expect(Object.keys(loadBalancer.attributes).length).toBeGreaterThan(0);
  });

  test('response times without percentiles are kept, and the percentiles are a gap', async () => {
    const arn = await aws().fleet.loadBalancer({ name: 'slow' });
    const group = await aws().fleet.targetGroup({ name: 'slow' });
    await aws().fleet.listener(arn, 80, forwardTo(group));
    const both = { LoadBalancer: dimensionOf(arn), TargetGroup: groupDimensionOf(group) };
    await aws().fleet.metric('TargetResponseTime', both, start, [0.5]);
    const { metrics, gaps } = await aws().bundleOf(requestFor(arn));
    expect(metrics.map(({ statistic }) => statistic)).toEqual(['Average', 'Maximum']);
    expect(gaps).toMatchObject([{ subject: 'metrics', metrics: ['TargetResponseTime'], kind: 'failed' }]);
  });

  test('one that was deleted is gone, whether given by ARN or described', async () => {
    const arn =
      'arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/gone/0123456789abcdef';
    aws().proxy.reset([
      { action: 'DescribeLoadBalancers', fault: 'not-found' },
      { action: 'DescribeLoadBalancerAttributes', fault: 'not-found' },
    ]);
    expect(await observe(requestFor(arn), aws().clients())).toEqual({ state: 'gone', loadBalancerArn: arn });
    const described = {
      arn,
      name: 'gone',
      dimension: 'app/gone/0123456789abcdef',
      scheme: null,
      state: null,
      createdAt: null,
      availabilityZones: [],
    };
    expect(await observe(requestFor(described), aws().clients())).toEqual({
      state: 'gone',
      loadBalancerArn: arn,
    });
  });

  test.each([
    ['not-an-arn', 'is not the ARN of a load balancer'],
    [
      'arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/net/n/0123456789abcdef',
      'is a network load balancer',
    ],
  ])('refuses %s as input', async (arn, message) => {
    await expect(observe(requestFor(arn), aws().clients())).rejects.toMatchObject({
      name: 'InputError',
      message: expect.stringContaining(message),
    });
  });
});
