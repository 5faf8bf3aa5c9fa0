import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { isLoadBalancerDimension, loadBalancerArnOf, parseLoadBalancerArn } from '../../lambda/model/arn.ts';
import { redactedUrl } from '../../lambda/model/redacted-url.ts';
import { clientsByRegion } from '../../lambda/observe/clients.ts';
import { readListeners, readServing } from '../../lambda/observe/listener.reader.ts';
import { listLoadBalancers } from '../../lambda/observe/load-balancer.reader.ts';
import {
  selectLoadBalancers,
  unknownLoadBalancerError,
} from '../../lambda/observe/load-balancer-selection.ts';
import { redactedTag } from '../../lambda/observe/redact.ts';
import { readTags } from '../../lambda/observe/tag.reader.ts';
import { readTargetGroups } from '../../lambda/observe/target-group.reader.ts';
import { type FaultProxy, startFaultProxy } from '../aws-faults.ts';
import { type Moto, startMoto } from '../moto.ts';
import { motoFleet } from './moto-fleet.ts';

const region = 'eu-central-1';
const arnOf = (name: string) =>
  `arn:aws:elasticloadbalancing:${region}:123456789012:loadbalancer/app/${name}/0123456789abcdef`;

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
const elb = () => clientsByRegion({ ...proxy.client, maxAttempts: 1 })(region).elb;

/** A query answer of two pages; `member` writes one item of page 1 or 2. */
const twoPages = (action: string, list: string, member: (page: 1 | 2) => string) => ({
  action,
  fault: {
    answer: (input: unknown) => {
      const second = typeof input === 'object' && input !== null && 'Marker' in input;
      const next = second ? '' : '<NextMarker>page-2</NextMarker>';
      return `<${action}Response xmlns="http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/"><${action}Result><${list}><member>${member(second ? 2 : 1)}</member></${list}>${next}</${action}Result><ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></${action}Response>`;
    },
  },
});

describe('listing load balancers', () => {
  test('gives application load balancers only, by name, and nothing where there are none', async () => {
    expect(await listLoadBalancers(elb(), region)).toEqual([]);
    const fleet = await motoFleet(moto);
    await fleet.loadBalancer({ name: 'shop' });
    await fleet.loadBalancer({ name: 'stream', type: 'network' });
    await fleet.loadBalancer({ name: 'admin' });
    const all = await listLoadBalancers(elb(), region);
    expect(all.map(({ name }) => name)).toEqual(['admin', 'shop']);
    expect(all[0]).toMatchObject({ dimension: expect.stringMatching(/^app\/admin\/[0-9a-f]+$/) });
  });

  test('reads every page of load balancers, listeners, rules and target groups', async () => {
    const groupArn = (page: number) => `arn:aws:elasticloadbalancing:${region}:1:targetgroup/g${page}/0`;
    proxy.reset([
      twoPages(
        'DescribeLoadBalancers',
        'LoadBalancers',
        (page) => `<LoadBalancerArn>${arnOf(`lb${page}`)}</LoadBalancerArn><Type>application</Type>`,
      ),
      twoPages('DescribeListeners', 'Listeners', (page) => `<ListenerArn>listener-${page}</ListenerArn>`),
      twoPages(
        'DescribeRules',
        'Rules',
        (page) =>
          `<Actions><member><Type>forward</Type><TargetGroupArn>${groupArn(page)}</TargetGroupArn></member></Actions>`,
      ),
      twoPages(
        'DescribeTargetGroups',
        'TargetGroups',
        (page) =>
          `<TargetGroupArn>${groupArn(page)}</TargetGroupArn><TargetGroupName>g${page}</TargetGroupName>`,
      ),
    ]);
    expect((await listLoadBalancers(elb(), region)).map(({ name }) => name)).toEqual(['lb1', 'lb2']);
    const listeners = await readListeners(elb(), region, arnOf('lb1'));
    if (listeners.state === 'unknown') throw new Error(listeners.gap.reason);
    expect(listeners.value.map(({ arn }) => arn)).toEqual(['listener-1', 'listener-2']);
    const groups = await readTargetGroups(elb(), region, arnOf('lb1'));
    if (groups.state === 'unknown') throw new Error(groups.gap.reason);
    expect(groups.value.map(({ name }) => name)).toEqual(['g1', 'g2']);
    const arns = groups.value.map(({ arn }) => arn);
    const serving = await readServing(elb(), region, listeners.value, arns);
    expect([...serving.servingArns].sort()).toEqual(arns);
  });

  test('a failed look at one listener leaves the groups that only it may serve unknown, not idle', async () => {
    const listeners = ['a', 'b'].map((name) => ({
      arn: `listener-${name}`,
      port: 443,
      protocol: 'HTTPS',
      sslPolicy: null,
      targetGroupArns: [],
    }));
    proxy.reset([
      { action: 'DescribeRules', fault: 'internal-error', times: 1 },
      twoPages(
        'DescribeRules',
        'Rules',
        () =>
          '<Actions><member><Type>forward</Type><TargetGroupArn>found</TargetGroupArn></member></Actions>',
      ),
    ]);
    const serving = await readServing(elb(), region, listeners, ['found', 'elsewhere']);
    expect([...serving.servingArns]).toEqual(['found']);
    expect(serving.complete).toBe(false);
    expect(serving.gaps).toMatchObject([{ subject: 'listeners', resource: 'listener-a' }]);
  });

  test('tags are read 20 a call, and a batch that fails leaves the others', async () => {
    const fleet = await motoFleet(moto);
    const arns: string[] = [];
    for (let index = 0; index < 45; index++)
      arns.push(await fleet.targetGroup({ name: `tagged-${index}`, tags: { index: String(index) } }));
    const { tags, gaps } = await readTags(elb(), region, arns);
    expect(gaps).toEqual([]);
    expect(proxy.calls).toHaveLength(3);
    expect(arns.map((arn) => tags.get(arn))).toEqual(arns.map((_, index) => ({ index: String(index) })));
    proxy.reset([{ action: 'DescribeTags', fault: 'denied', times: 1 }]);
    const partly = await readTags(elb(), region, arns);
    expect(partly.tags.size).toBe(25);
    expect(partly.gaps).toMatchObject([{ subject: 'tags', kind: 'denied', resource: arns[0] }]);
  });
});

describe('picking load balancers', () => {
  const all = ['shop', 'shop-api', 'admin'].map((name) => ({
    arn: arnOf(name),
    name,
    dimension: `app/${name}/0123456789abcdef`,
    scheme: null,
    state: null,
    createdAt: null,
    availabilityZones: [],
  }));

  test.each(['shop', arnOf('shop'), 'app/shop/0123456789abcdef'])('%s is found', (wanted) => {
    const { found, unknown } = selectLoadBalancers(all, [wanted, wanted]);
    expect(found.map(({ name }) => name)).toEqual(['shop']);
    expect(unknown).toEqual([]);
  });

  test.each([
    ['shp', ['shop']],
    ['SHOP', ['shop', 'shop-api']],
    ['api', ['shop-api']],
    ['admim', ['admin']],
    ['billing', []],
    [arnOf('shop').replace('0123456789abcdef', 'ffff'), ['shop', 'shop-api']],
  ])('%s is unknown, near are %j', (wanted, near) => {
    expect(selectLoadBalancers(all, [wanted]).unknown).toEqual([{ wanted, near }]);
  });

  test('the error names what was asked for, where, and what comes near', () => {
    const error = unknownLoadBalancerError({ wanted: 'shp', near: ['shop'] }, ['eu-central-1', 'eu-west-1']);
    expect(error.name).toBe('InputError');
    expect(error.message).toBe(
      'no application load balancer "shp" in eu-central-1, eu-west-1; did you mean shop?',
    );
    expect(unknownLoadBalancerError({ wanted: 'x', near: [] }, [region]).message).toContain('--region');
  });

  test('an ARN of another kind is an input error', () => {
    expect(() => selectLoadBalancers(all, [arnOf('n').replace('/app/', '/net/')])).toThrow(
      /network load balancer/,
    );
    expect(() => selectLoadBalancers(all, ['arn:aws:s3:::bucket'])).toThrow(/not the ARN of a load balancer/);
  });
});

describe('ARNs', () => {
  test.each([
    ['eu-central-1', 'aws'],
    ['cn-north-1', 'aws-cn'],
    ['us-gov-west-1', 'aws-us-gov'],
  ])('in %s begin with arn:%s and lead back to the dimension', (of, partition) => {
    const arn = loadBalancerArnOf(of, '123456789012', 'app/shop/0123456789abcdef');
    expect(arn.startsWith(`arn:${partition}:elasticloadbalancing:${of}:`)).toBe(true);
    expect(parseLoadBalancerArn(arn)).toMatchObject({
      partition,
      region: of,
      name: 'shop',
      dimension: 'app/shop/0123456789abcdef',
    });
  });

  test.each(['trouble', 'net/n/0123', 'app/shop', 'app/shop/0123/4', '', 'Other'])(
    '%j is no load balancer dimension',
    (text) => expect(isLoadBalancerDimension(text)).toBe(false),
  );
});

describe('what may leave the account', () => {
  test('no path or URL keeps a query string or password', () => {
    fc.assert(
      fc.property(fc.webUrl({ withQueryParameters: true, withFragments: true }), (url) => {
        expect(redactedUrl(url)).not.toMatch(/[?#]/);
      }),
    );
    expect(redactedUrl('https://me:pw@example.com/a?b=c')).toBe('https://example.com/a');
  });

  test.each(['API_TOKEN', 'dbPassword', 'client-secret', 'apiKey', 'passwd', 'AccessKey', 'private_key'])(
    'the value of the tag %s is masked',
    (key) => expect(redactedTag(key, 'value')).toBe('***'),
  );

  test.each([
    ['team', 'checkout'],
    ['alb502:keep-alive-seconds', '75'],
    ['alb502:runbook', 'https://wiki.example/page?pageId=7'],
  ])('the tag %s stays as it is', (key, value) => expect(redactedTag(key, value)).toBe(value));
});
