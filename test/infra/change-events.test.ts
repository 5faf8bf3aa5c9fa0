import { describe, expect, test } from 'vitest';
import { screenChange } from '../../lambda/screen/screen-change.ts';
import { parseScreenEvent } from '../../lambda/screen/screen-event.ts';
import { CHANGE_EVENT_NAMES } from '../../lib/triggers.ts';

const BASE = 'arn:aws:elasticloadbalancing:us-west-2:123456789012:';
const SHOP = `${BASE}loadbalancer/app/shop/8360a9e7ecd1c7d2`;
const LISTENER = `${BASE}listener/app/shop/8360a9e7ecd1c7d2/0467ef3c8400ae65`;
const RULE = `${BASE}listener-rule/app/shop/8360a9e7ecd1c7d2/0467ef3c8400ae65/9683b2d02a6cabee`;
const GROUP = `${BASE}targetgroup/web/73e2d6bc24d8a067`;

/**
 * What CloudTrail records of each call: the names of its parameters in camel case, as in
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_Operations.html and the example entries of
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudtrail-logs.html
 */
const RECORDED: Readonly<
  Record<
    (typeof CHANGE_EVENT_NAMES)[number],
    { readonly requestParameters: object; readonly responseElements?: object }
  >
> = {
  AddTags: { requestParameters: { resourceArns: [SHOP], tags: [{ key: 'alb502:ignore', value: 'true' }] } },
  CreateLoadBalancer: {
    requestParameters: { subnets: ['subnet-8360a9e7', 'subnet-b7d581c0'], name: 'shop', type: 'application' },
    responseElements: {
      loadBalancers: [{ type: 'application', loadBalancerName: 'shop', loadBalancerArn: SHOP }],
    },
  },
  CreateRule: { requestParameters: { listenerArn: LISTENER, priority: 10, conditions: [], actions: [] } },
  DeleteLoadBalancer: { requestParameters: { loadBalancerArn: SHOP } },
  DeleteRule: { requestParameters: { ruleArn: RULE } },
  ModifyListener: { requestParameters: { listenerArn: LISTENER, defaultActions: [] } },
  ModifyListenerAttributes: { requestParameters: { listenerArn: LISTENER, attributes: [] } },
  ModifyLoadBalancerAttributes: { requestParameters: { loadBalancerArn: SHOP, attributes: [] } },
  ModifyRule: { requestParameters: { ruleArn: RULE, actions: [] } },
  ModifyTargetGroup: { requestParameters: { targetGroupArn: GROUP, healthCheckPath: '/up' } },
  ModifyTargetGroupAttributes: { requestParameters: { targetGroupArn: GROUP, attributes: [] } },
  RemoveTags: { requestParameters: { resourceArns: [SHOP], tagKeys: ['alb502:ignore'] } },
  SetRulePriorities: { requestParameters: { rulePriorities: [{ ruleArn: RULE, priority: 5 }] } },
  SetSecurityGroups: { requestParameters: { loadBalancerArn: SHOP, securityGroups: ['sg-01234567'] } },
  SetSubnets: { requestParameters: { loadBalancerArn: SHOP, subnets: ['subnet-8360a9e7'] } },
};

const eventOf = (eventName: string, recorded: object) => ({
  source: 'aws.elasticloadbalancing',
  'detail-type': 'AWS API Call via CloudTrail',
  region: 'us-west-2',
  detail: {
    eventTime: '2026-11-20T09:41:12Z',
    eventSource: 'elasticloadbalancing.amazonaws.com',
    apiVersion: '2015-12-01',
    eventName,
    ...recorded,
  },
});

async function lookedAt(event: unknown): Promise<readonly string[]> {
  const trigger = parseScreenEvent(event);
  if (trigger.kind !== 'change') return [];
  const asked = await Promise.all(
    trigger.changes.map((change) =>
      screenChange(change, {
        now: () => '2026-11-20T09:42:00.000Z',
        loadBalancersOf: async (arn) => (arn === GROUP ? [SHOP] : []),
        enqueue: async () => {},
      }),
    ),
  );
  return asked.flat().map(({ loadBalancerArn }) => loadBalancerArn);
}

describe('every call that is subscribed to', () => {
  test.each(CHANGE_EVENT_NAMES)('%s leads to a look at the load balancer', async (name) => {
    expect(await lookedAt(eventOf(name, RECORDED[name]))).toEqual([SHOP]);
  });

  test('tags of several resources lead to a look at each, and say only what the tags of alb502 are', async () => {
    const other = SHOP.replace('shop', 'api');
    const tags = [
      { key: 'alb502:pending-minutes', value: '5' },
      { key: 'password', value: 's3cr3t' },
    ];
    const event = eventOf('AddTags', { requestParameters: { resourceArns: [SHOP, GROUP, other], tags } });
    expect(await lookedAt(event)).toEqual([SHOP, SHOP, other]);
    const trigger = parseScreenEvent(event);
    expect(JSON.stringify(trigger)).not.toContain('s3cr3t');
    expect(trigger).toMatchObject({ changes: [{ to: { 'alb502:pending-minutes': '5' } }, {}, {}] });
  });

  test('a load balancer that is none of ours leads to none', async () => {
    const network = `${BASE}loadbalancer/net/tcp/8360a9e7ecd1c7d2`;
    expect(await lookedAt(eventOf('AddTags', { requestParameters: { resourceArns: [network] } }))).toEqual(
      [],
    );
  });
});
