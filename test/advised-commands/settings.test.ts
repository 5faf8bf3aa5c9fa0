import { App, Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import {
  ApplicationLoadBalancer,
  ApplicationTargetGroup,
  TargetType,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { expect, test } from 'vitest';
import { CDK_PROPERTIES, isSettingOfOwner, settingOf } from './settings.ts';

const ATTRIBUTES = {
  'load-balancer': ['AWS::ElasticLoadBalancingV2::LoadBalancer', 'LoadBalancerAttributes'],
  'target-group': ['AWS::ElasticLoadBalancingV2::TargetGroup', 'TargetGroupAttributes'],
} as const;

test('a property of the CDK becomes the attribute that it is told to become', () => {
  const stack = new Stack(new App(), 'Shop');
  const vpc = Vpc.fromVpcAttributes(stack, 'Vpc', {
    vpcId: 'vpc-0123456789abcdef0',
    availabilityZones: ['eu-central-1a', 'eu-central-1b'],
    privateSubnetIds: ['subnet-0123456789abcdef0', 'subnet-0123456789abcdef1'],
  });
  const balancer = new ApplicationLoadBalancer(stack, 'Balancer', { vpc, idleTimeout: Duration.seconds(66) });
  const web = new ApplicationTargetGroup(stack, 'Web', {
    vpc,
    port: 80,
    targetType: TargetType.IP,
    deregistrationDelay: Duration.seconds(66),
  });
  new ApplicationTargetGroup(stack, 'Function', {
    targetType: TargetType.LAMBDA,
    multiValueHeadersEnabled: true,
  });
  balancer.setAttribute('routing.http.desync_mitigation_mode', 'strictest');
  web.setAttribute('slow_start.duration_seconds', '30');
  const template = Template.fromStack(stack);
  const has = (of: keyof typeof ATTRIBUTES, Key: string, Value: string): void => {
    const [type, property] = ATTRIBUTES[of];
    const resources = Object.values(template.findResources(type));
    expect(resources.flatMap((one) => one['Properties'][property])).toContainEqual({ Key, Value });
  };
  has(CDK_PROPERTIES.idleTimeout.of, CDK_PROPERTIES.idleTimeout.key, '66');
  has(CDK_PROPERTIES.deregistrationDelay.of, CDK_PROPERTIES.deregistrationDelay.key, '66');
  has(CDK_PROPERTIES.multiValueHeadersEnabled.of, CDK_PROPERTIES.multiValueHeadersEnabled.key, 'true');
  has('load-balancer', 'routing.http.desync_mitigation_mode', 'strictest');
  has('target-group', 'slow_start.duration_seconds', '30');
});

test.each([
  ['idleTimeout: Duration.seconds(60),', 'load-balancer', 'idle_timeout.timeout_seconds', '60'],
  ['multiValueHeadersEnabled: true,', 'target-group', 'lambda.multi_value_headers.enabled', 'true'],
  ['loadBalancer.setAttribute("a.b", "c");', 'load-balancer', 'a.b', 'c'],
  ['- { Key: idle_timeout.timeout_seconds, Value: "60" }', 'either', 'idle_timeout.timeout_seconds', '60'],
  ['alb.ingress.kubernetes.io/target-group-attributes: a.b=1', 'target-group', 'a.b', '1'],
  ['service.beta.kubernetes.io/aws-load-balancer-attributes: a.b=1', 'load-balancer', 'a.b', '1'],
  ['idle_timeout = 60', 'load-balancer', 'idle_timeout.timeout_seconds', '60'],
])('%s sets an attribute', (line, of, key, value) => {
  expect(settingOf(line)).toEqual({ of, key, value });
});

test.each([
  'set idleTimeout to 60',
  'idleTimeout: 60 s',
  'idleTimeouts: Duration.seconds(60),',
  'alb.ingress.kubernetes.io/load-balancer-attribute: a.b=1',
  'alb.ingress.kubernetes.io/load-balancer-attributes: a.b=1 (keep the others)',
  'idle_timeout_seconds = 60',
])('%s is no line of any owner', (line) => {
  expect(isSettingOfOwner(line)).toBe(false);
});
