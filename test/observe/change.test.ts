import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { cloudTrailClient, readRegionChanges } from '../../lambda/observe/change.reader.ts';
import { changesFromTrailEvent, changesOf } from '../../lambda/observe/trail-event.ts';
import { type FaultProxy, startFaultProxy } from '../aws-faults.ts';
import { type Moto, startMoto } from '../moto.ts';

const region = 'eu-central-1';
const base = `arn:aws:elasticloadbalancing:${region}:123456789012:`;
const loadBalancer = `${base}loadbalancer/app/shop/0123456789abcdef`;
const targetGroup = `${base}targetgroup/web/0123456789abcdef`;
const window = { start: '2026-11-20T04:00:00Z', end: '2026-11-20T10:30:00Z' };

const event = (over: object = {}) => ({
  eventVersion: '1.08',
  eventTime: '2026-11-20T09:41:12Z',
  eventSource: 'elasticloadbalancing.amazonaws.com',
  eventName: 'ModifyLoadBalancerAttributes',
  apiVersion: '2015-12-01',
  awsRegion: region,
  sourceIPAddress: '203.0.113.7',
  userAgent: 'aws-cli/2.31',
  userIdentity: {
    type: 'AssumedRole',
    principalId: 'AROA:kim',
    arn: 'arn:aws:sts::123456789012:assumed-role/admin/kim',
  },
  requestParameters: {
    loadBalancerArn: loadBalancer,
    attributes: [{ key: 'idle_timeout.timeout_seconds', value: '300' }],
  },
  ...over,
});

describe('a CloudTrail event', () => {
  test('of a changed attribute says who set what', () => {
    expect(changesFromTrailEvent(event())).toEqual([
      {
        at: '2026-11-20T09:41:12.000Z',
        eventName: 'ModifyLoadBalancerAttributes',
        resourceArn: loadBalancer,
        principal: 'arn:aws:sts::123456789012:assumed-role/admin/kim',
        sourceIpAddress: '203.0.113.7',
        userAgent: 'aws-cli/2.31',
        from: null,
        to: { 'idle_timeout.timeout_seconds': '300' },
      },
    ]);
  });

  test.each([
    [
      'targets',
      { targetGroupArn: targetGroup, targets: [{ id: '10.0.0.7', port: 8080 }, { id: 'i-1' }] },
      { targets: '10.0.0.7:8080 i-1' },
    ],
    [
      'a health check',
      { targetGroupArn: targetGroup, healthCheckPath: '/up', healthyThresholdCount: 3 },
      { healthCheckPath: '/up', healthyThresholdCount: '3' },
    ],
    ['what has no plain value', { listenerArn: 'l', defaultActions: [{ type: 'forward' }] }, null],
    [
      'a rule that forwards to one group',
      { ruleArn: 'r', actions: [{ type: 'forward', targetGroupArn: targetGroup }] },
      { forward: `${targetGroup}=1` },
    ],
    [
      'weights, behind a login',
      {
        listenerArn: 'l',
        defaultActions: [
          { type: 'authenticate-oidc', order: 1, authenticateOidcConfig: { clientSecret: 'HIDDEN' } },
          {
            type: 'forward',
            order: 2,
            forwardConfig: {
              targetGroups: [
                { targetGroupArn: targetGroup, weight: 90 },
                { targetGroupArn: `${targetGroup}b`, weight: 10 },
                { targetGroupArn: `${targetGroup}c` },
              ],
              targetGroupStickinessConfig: { enabled: false },
            },
          },
        ],
      },
      { forward: `${targetGroup}=90 ${targetGroup}b=10 ${targetGroup}c=1` },
    ],
    [
      'a rule that answers by itself',
      { ruleArn: 'r', actions: [{ type: 'fixed-response', fixedResponseConfig: { statusCode: '503' } }] },
      null,
    ],
  ])('about %s keeps what was asked for', (_, requestParameters, to) => {
    expect(changesFromTrailEvent(event({ requestParameters }))).toMatchObject([{ to }]);
  });

  test('of a new target group is about that group', () => {
    const made = event({
      eventName: 'CreateTargetGroup',
      requestParameters: { name: 'web', protocol: 'HTTP', protocolVersion: 'HTTP2', port: 80 },
      responseElements: { targetGroups: [{ targetGroupArn: targetGroup }] },
    });
    expect(changesFromTrailEvent(made)).toMatchObject([
      { resourceArn: targetGroup, to: { protocol: 'HTTP', protocolVersion: 'HTTP2' } },
    ]);
  });

  test.each([
    [
      'of a classic load balancer',
      { apiVersion: '2012-06-01', requestParameters: { loadBalancerName: 'old' } },
    ],
    ['of a call that failed', { errorCode: 'AccessDenied', responseElements: null }],
    ['of a read', { eventName: 'DescribeLoadBalancers', readOnly: true }],
    ['of another service', { eventSource: 'ec2.amazonaws.com' }],
    ['without a resource', { requestParameters: null }],
    ['with a malformed time', { eventTime: 'yesterday' }],
  ])('%s is no change', (_, over) => expect(changesFromTrailEvent(event(over))).toEqual([]));

  test.each([null, undefined, 7, 'text', [], {}])('%j is no change', (value) =>
    expect(changesFromTrailEvent(value)).toEqual([]),
  );
});

test('changes of a load balancer are those of it, its listeners, its rules and its groups, oldest first', () => {
  const change = (resourceArn: string, minute: number) => ({
    at: `2026-11-20T09:0${minute}:00.000Z`,
    eventName: 'ModifyRule',
    resourceArn,
    principal: null,
    sourceIpAddress: null,
    userAgent: null,
    from: null,
    to: null,
  });
  const own = [
    change(targetGroup, 1),
    change(`${base}listener-rule/app/shop/0123456789abcdef/1/2`, 2),
    change(`${base}listener/app/shop/0123456789abcdef/1`, 3),
    change(loadBalancer, 4),
  ];
  const others = [
    change(`${base}listener/app/shop/fedcba9876543210/1`, 0),
    change(`${base}loadbalancer/app/shop2/0123456789abcdef`, 0),
    change(`${base}targetgroup/api/0123456789abcdef`, 0),
  ];
  const all = [...others, ...own].reverse();
  expect(
    changesOf(all, { arn: loadBalancer, dimension: 'app/shop/0123456789abcdef' }, [targetGroup]),
  ).toEqual(own);
});

describe('reading the trail', () => {
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
  const read = () =>
    readRegionChanges(cloudTrailClient(region, { ...proxy.client, maxAttempts: 2 }), region, window, {
      pauseMs: 0,
    });
  const nameOf = (input: unknown) => /"AttributeValue":"(\w+)"/.exec(JSON.stringify(input))?.[1];
  const events = (...items: readonly unknown[]) =>
    items.map((item) => ({ CloudTrailEvent: JSON.stringify(item) }));

  test('asks for each kind of change once and keeps those that are changes', async () => {
    proxy.reset([
      {
        action: 'LookupEvents',
        fault: {
          answer: (input) =>
            nameOf(input) === 'ModifyLoadBalancerAttributes'
              ? {
                  Events: [
                    ...events(event(), event({ errorCode: 'AccessDenied' })),
                    { CloudTrailEvent: '{' },
                    {},
                  ],
                }
              : { Events: [] },
        },
      },
    ]);
    const { changes, gaps } = await read();
    expect(gaps).toEqual([]);
    expect(changes).toMatchObject([{ eventName: 'ModifyLoadBalancerAttributes', resourceArn: loadBalancer }]);
    expect(proxy.calls.every(({ iamAction }) => iamAction === 'cloudtrail:LookupEvents')).toBe(true);
    expect(proxy.calls.length).toBeLessThanOrEqual(11);
  });

  test('reads a few pages of a busy kind, then says what it left out and goes on with the next', async () => {
    const asked: (string | undefined)[] = [];
    proxy.reset([
      {
        action: 'LookupEvents',
        fault: {
          answer: (input) => {
            asked.push(nameOf(input));
            return nameOf(input) === 'RegisterTargets' ? { Events: [], NextToken: 'more' } : { Events: [] };
          },
        },
      },
    ]);
    const { gaps } = await read();
    expect(gaps).toMatchObject([{ subject: 'changes', what: 'the older RegisterTargets events' }]);
    expect(asked.filter((name) => name === 'RegisterTargets')).toHaveLength(4);
    expect(asked.at(-1)).not.toBe('RegisterTargets');
  });

  test('a denied trail is one call and one gap', async () => {
    proxy.reset([{ action: 'LookupEvents', fault: 'denied' }]);
    expect(await read()).toMatchObject({
      changes: [],
      gaps: [{ subject: 'changes', kind: 'denied', action: 'cloudtrail:LookupEvents' }],
    });
    expect(proxy.calls).toHaveLength(1);
  });

  test('an endpoint without a trail is a gap, not an absence of changes', async () => {
    const { changes, gaps } = await read();
    expect(changes).toEqual([]);
    expect(gaps).toMatchObject([{ subject: 'changes', action: 'cloudtrail:LookupEvents' }]);
  });
});
