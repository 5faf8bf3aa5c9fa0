import { describe, expect, test } from 'vitest';
import {
  accountOfArn,
  functionNameOf,
  isElbArn,
  isLoadBalancerArn,
  isTargetGroupArn,
  loadBalancerArnOf,
  loadBalancerArnWithin,
  loadBalancerDimensionOf,
  parseLoadBalancerArn,
  regionOfArn,
  targetGroupDimensionOf,
} from '../../lambda/model/arn.ts';

const OF = 'arn:aws:elasticloadbalancing:eu-central-1:123456789012';
const SHOP = `${OF}:loadbalancer/app/shop/50dc6c495c0c9188`;
const WEB = `${OF}:targetgroup/web/73e2d6bc24d8a067`;

test('the parts of an ARN, empty where it is none', () => {
  expect([regionOfArn(SHOP), accountOfArn(SHOP)]).toEqual(['eu-central-1', '123456789012']);
  expect([regionOfArn('shop'), accountOfArn('')]).toEqual(['', '']);
  expect(functionNameOf('arn:aws:lambda:eu-central-1:123456789012:function:orders:live')).toBe('orders');
  expect(functionNameOf('FUNCTION')).toBe('FUNCTION');
});

test('a dimension and an ARN lead to each other', () => {
  expect(loadBalancerDimensionOf(SHOP)).toBe('app/shop/50dc6c495c0c9188');
  expect(parseLoadBalancerArn(SHOP).dimension).toBe(loadBalancerDimensionOf(SHOP));
  expect(loadBalancerArnOf('eu-central-1', '123456789012', loadBalancerDimensionOf(SHOP))).toBe(SHOP);
  expect(targetGroupDimensionOf(WEB)).toBe('targetgroup/web/73e2d6bc24d8a067');
});

describe('what an ARN is of', () => {
  test.each([
    [SHOP, true],
    [SHOP.replace('aws:', 'aws-us-gov:'), true],
    [SHOP.replace('/app/', '/net/'), false],
    [SHOP.replace('123456789012', '1'), false],
    [SHOP.replace('shop', "shop';touch x"), false],
    [`${SHOP}/x`, false],
    [`x${SHOP}`, false],
    [WEB, false],
    ['', false],
  ])('%s is of an application load balancer: %s', (arn, expected) => {
    expect(isLoadBalancerArn(arn)).toBe(expected);
  });

  test('of a target group, of the service', () => {
    expect([isTargetGroupArn(WEB), isTargetGroupArn(SHOP)]).toEqual([true, false]);
    expect([isElbArn(WEB), isElbArn('arn:aws:s3:::logs')]).toEqual([true, false]);
  });

  test.each([
    [SHOP, SHOP],
    [`${OF}:listener/app/shop/50dc6c495c0c9188/f2f7dc8efc522ab2`, SHOP],
    [`${OF}:listener-rule/app/shop/50dc6c495c0c9188/f2f7dc8efc522ab2/9683b2d02a6cabee`, SHOP],
    [`${OF}:listener/net/shop/50dc6c495c0c9188/f2f7dc8efc522ab2`, null],
    [WEB, null],
  ])('%s lies within %s', (arn, within) => {
    expect(loadBalancerArnWithin(arn)).toBe(within);
  });
});
