import { App, Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import {
  ApplicationLoadBalancer,
  ApplicationTargetGroup,
  TargetType,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { expect, test } from 'vitest';
import { asCommands, CDK_PROPERTIES, isSetting } from './settings.ts';

const ROUTING = 'target_group_health.unhealthy_state_routing.minimum_healthy_targets';

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
  const has = ([kind, Key]: readonly [keyof typeof ATTRIBUTES, string], Value: string): void => {
    const [type, property] = ATTRIBUTES[kind];
    const resources = Object.values(template.findResources(type));
    expect(resources.flatMap((one) => one['Properties'][property])).toContainEqual({ Key, Value });
  };
  has(CDK_PROPERTIES.idleTimeout, '66');
  has(CDK_PROPERTIES.deregistrationDelay, '66');
  has(CDK_PROPERTIES.multiValueHeadersEnabled, 'true');
  has(['load-balancer', 'routing.http.desync_mitigation_mode'], 'strictest');
  has(['target-group', 'slow_start.duration_seconds'], '30');
});

test.each([
  ['idleTimeout: Duration.seconds(60),', ['Key=idle_timeout.timeout_seconds,Value=60']],
  ['multiValueHeadersEnabled: true,', ['Key=lambda.multi_value_headers.enabled,Value=true']],
  ['loadBalancer.setAttribute("a.b", "c");', ['Key=a.b,Value=c']],
  ['- { Key: a.b, Value: "60" }', ['Key=a.b,Value=60', 'Key=a.b,Value=60']],
  ['alb.ingress.kubernetes.io/target-group-attributes: a.b=1', ['Key=a.b,Value=1']],
  ['service.beta.kubernetes.io/aws-load-balancer-attributes: a.b=1', ['Key=a.b,Value=1']],
  ['    minimum_healthy_targets_count = 1', [`Key=${ROUTING}.count,Value=1`]],
  ['protocol = "HTTP"', ['HTTP']],
  ['protocol: ApplicationProtocol.HTTPS,', ['HTTPS']],
  ['"stopTimeout": 120', ['[{"name":"web","stopTimeout":120}]']],
  ['lifecycle: { preStop: { sleep: { seconds: 25 } } }', []],
])('%s sets what AWS can be asked for', (line, last) => {
  expect(isSetting(line)).toBe(true);
  expect(asCommands(line).map((words) => words.at(-1))).toEqual(last);
});

test.each([
  'set idleTimeout to 60',
  'idleTimeout: 60 s',
  'idleTimeouts: Duration.seconds(60),',
  'alb.ingress.kubernetes.io/load-balancer-attribute: a.b=1',
  'alb.ingress.kubernetes.io/load-balancer-attributes: a.b=1 (keep the others)',
  'idle_timeout_seconds = 60',
])('%s is no line of any owner', (line) => {
  expect(isSetting(line)).toBe(false);
});
