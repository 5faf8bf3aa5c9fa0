import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { withDeclaredAttributes } from '../../lambda/diagnose/changes/declared-attributes.ts';
import { configurationOf, driftAgainstBaseline } from '../../lambda/diagnose/changes/drift.ts';
import { isExpectedChanger } from '../../lambda/diagnose/changes/expected-changer.ts';
import { diagnose } from '../../lambda/diagnose/diagnose.ts';
import { idleTimeoutRaised } from '../../lambda/diagnose/observations/idle-timeout-raised.ts';
import { toolOf } from '../../lambda/diagnose/remedies/change-tool.ts';
import type { Baseline, EvidenceBundle } from '../../lambda/model/evidence.ts';
import {
  at,
  baseline,
  bundleWith,
  change,
  during,
  type Edit,
  everyNth,
  failures,
  from,
  gap,
  groupArn,
  idleTimeout,
  LOAD_BALANCER_ARN,
  loadBalancerAttribute,
  MINUTES,
} from './bundle.ts';

const IDLE = 'idle_timeout.timeout_seconds';
const DEPLOYER = 'arn:aws:sts::123456789012:assumed-role/deploy/run-17';

describe('the tool of a change', () => {
  test.each([
    [
      'APN/1.0 HashiCorp/1.0 Terraform/1.9.8 (+https://www.terraform.io) terraform-provider-aws/5.31.0 (+https://registry.terraform.io/providers/hashicorp/aws) aws-sdk-go-v2/1.24.0 os/linux',
      'Terraform 1.9.8',
    ],
    ['APN/1.0 OpenTofu/1.0 OpenTofu/1.8.1 aws-sdk-go-v2/1.30', 'OpenTofu 1.0'],
    [
      'aws-cli/2.31.4 md/awscrt#0.27.6 ua/2.1 os/linux md/prompt#off md/command#elbv2.modify-load-balancer-attributes',
      'AWS CLI 2.31.4',
    ],
    ['aws-cli/2.31.4 exec-env/CloudShell os/linux', 'AWS CLI in CloudShell 2.31.4'],
    ['Boto3/1.40.1 md/Botocore#1.40.1 ua/2.1 os/linux', 'AWS SDK for Python 1.40.1'],
    ['aws-sdk-js/3.900.0 ua/2.1 os/linux lang/js md/nodejs#22.1.0', 'AWS SDK for JavaScript 3.900.0'],
    ['aws-sdk-go-v2/1.24.0 os/linux lang/go#1.22', 'AWS SDK for Go 1.24.0'],
    ['elbv2.k8s.aws/v2.8.1 aws-sdk-go/1.50.0 (go1.22; linux; amd64)', 'AWS Load Balancer Controller 2.8.1'],
    ['eksctl/0.190.0 aws-sdk-go-v2/1.30', 'eksctl 0.190.0'],
    ['cloudformation.amazonaws.com', 'CloudFormation'],
    ['autoscaling.amazonaws.com', 'Auto Scaling'],
    ['ecs.amazonaws.com', 'ECS'],
    ['newservice.amazonaws.com', 'AWS newservice'],
    ['console.ec2.amazonaws.com', 'AWS console'],
    ['signin.amazonaws.com', 'AWS console'],
    ['Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36', 'AWS console'],
    ['AWS Internal', 'AWS console'],
    ['terraform-provider-aws/5.31.0', 'Terraform'],
    ['pulumi-aws/6.1.2 x', 'Pulumi 6.1.2'],
    ['upjet-provider-aws/1.20.0', 'Crossplane 1.20.0'],
    ['crossplane x', 'Crossplane'],
    ['aws-controllers-k8s/ecs', 'AWS Controllers for Kubernetes'],
    ['Ansible/2.17.1 x', 'Ansible 2.17.1'],
    ['aws-cdk/2.160.0 x', 'AWS CDK 2.160.0'],
    ['AWSPowerShell.Common/4.1.700 x', 'AWS Tools for PowerShell 4.1.700'],
    ['EC2Console/1', 'AWS console'],
    ['Botocore/1.35.10 x', 'AWS SDK for Python 1.35.10'],
    ['aws-sdk-java/2.29.1 x', 'AWS SDK for Java 2.29.1'],
    ['aws-sdk-nodejs/2.1691.0 x', 'AWS SDK for JavaScript 2.1691.0'],
    ['aws-sdk-dotnet-coreclr/3.7.401 x', 'AWS SDK for .NET 3.7.401'],
    ['aws-sdk-ruby3/3.210.0 x', 'AWS SDK for Ruby 3.210.0'],
    ['aws-sdk-php/3.325.0 x', 'AWS SDK for PHP 3.325.0'],
    ['aws-sdk-rust/1.3.3 x', 'AWS SDK for Rust 1.3.3'],
    ['aws-sdk-cpp/1.11.400 x', 'AWS SDK for C++ 1.11.400'],
    ['aws-sdk-cpp/next', 'AWS SDK for C++'],
    ['codedeploy.amazonaws.com', 'CodeDeploy'],
    ['eks.amazonaws.com', 'EKS'],
    ['elasticbeanstalk.amazonaws.com', 'Elastic Beanstalk'],
    ['x ecs.amazonaws.com', 'x'],
    ['ecs.amazonaws.com.evil.example', 'ecs.amazonaws.com.evil.example'],
    ['y'.repeat(70), 'y'.repeat(60)],
    ['our-own-tool/1.2 with words', 'our-own-tool/1.2'],
    ['', null],
  ])('%s is %s', (userAgent, tool) => expect(toolOf({ userAgent, principal: null })).toBe(tool));

  test('CloudFormation in the role of the CDK is the CDK', () => {
    const principal =
      'arn:aws:sts::123456789012:assumed-role/cdk-hnb659fds-cfn-exec-role-123456789012-eu-central-1/AWSCloudFormation';
    expect(toolOf({ userAgent: 'cloudformation.amazonaws.com', principal })).toBe('CloudFormation (AWS CDK)');
  });

  test('is short and on one line, whatever a client calls itself', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 2000 }), (userAgent) => {
        const tool = toolOf({ userAgent, principal: null });
        expect(tool?.length ?? 0).toBeLessThanOrEqual(600);
        expect(tool ?? '').not.toMatch(/[\r\n]/);
      }),
    );
  });
});

describe('an expected changer', () => {
  test.each([
    [DEPLOYER, 'arn:aws:iam::123456789012:role/deploy', true],
    [DEPLOYER, 'arn:aws:iam::123456789012:role/ci/deploy', true],
    [DEPLOYER, 'arn:aws:iam::*:role/deploy', true],
    [DEPLOYER, 'arn:aws:sts::123456789012:assumed-role/deploy/*', true],
    [DEPLOYER, 'arn:aws:sts::*:assumed-role/dep*/run-*', true],
    [DEPLOYER, 'arn:aws:iam::999999999999:role/deploy', false],
    [DEPLOYER, 'arn:aws:iam::123456789012:role/deployer', false],
    [DEPLOYER, 'arn:aws:iam::123456789012:role/dep', false],
    [DEPLOYER, '*', true],
    [DEPLOYER, '', false],
    ['arn:aws:iam::123456789012:user/kim', 'arn:aws:iam::123456789012:user/k.m', false],
    ['arn:aws:iam::123456789012:user/kim', 'arn:aws:iam::123456789012:user/kim', true],
    ['aba', 'ab*ba', false],
    ['abba', 'ab*ba', true],
    [`x${DEPLOYER}`, 'arn:aws:iam::123456789012:role/deploy', false],
    ['arn:aws:sts::1:assumed-role/x/y', 'x:arn:aws:iam::1:role/x', false],
    [null, '*', false],
  ])('%s against %s: %s', (principal, pattern, expected) =>
    expect(isExpectedChanger(principal, [pattern])).toBe(expected),
  );

  test('matches as a glob does', () => {
    const text = fc.stringMatching(/^[ab:/]{0,12}$/);
    const pattern = fc.stringMatching(/^[ab*]{0,8}$/);
    fc.assert(
      fc.property(text, pattern, (principal, glob) => {
        const expression = new RegExp(`^${glob.replaceAll('*', '.*')}$`);
        expect(isExpectedChanger(principal, [glob])).toBe(expression.test(principal));
      }),
    );
  });
});

const raised = (minute: number, patch: object = {}): Edit =>
  change(minute, 'ModifyLoadBalancerAttributes', LOAD_BALANCER_ARN, {
    to: { [IDLE]: '300' },
    sourceIpAddress: '203.0.113.7',
    userAgent: 'APN/1.0 HashiCorp/1.0 Terraform/1.9.8 terraform-provider-aws/5.31.0',
    ...patch,
  });
const was60 = baseline({ [LOAD_BALANCER_ARN]: { [IDLE]: '60', 'access_logs.s3.enabled': 'false' } });
const sinceMinute = (minute: number): Edit => failures(during(minute, MINUTES, 1));

describe('a drift', () => {
  test('names who, when, from where, with what, and that 502s began after it', () => {
    const bundle = bundleWith(idleTimeout(300), was60, raised(96), sinceMinute(97));
    const [drift] = driftAgainstBaseline(bundle);
    expect(drift).toMatchObject({
      key: IDLE,
      baseline: '60',
      current: '300',
      changedAt: at(96),
      changedBy: 'arn:aws:iam::123456789012:user/sam',
      changedFrom: '203.0.113.7',
      changedWith: 'Terraform 1.9.8',
      expected: false,
    });
    expect(drift?.onset).toMatch(
      /^502s began after it: 0 in 96 minutes before, 83 in 84 minutes after \(chance of luck: .* if they came at a steady rate, 1 in \d+ if something else set them off; the rise began /,
    );
  });

  test('without 502s says nothing of them', () => {
    const [drift] = driftAgainstBaseline(bundleWith(idleTimeout(300), was60, raised(96)));
    expect(drift?.onset).toBeNull();
  });

  test.each([
    ['the trail is denied', gap('changes', { reason: 'not allowed' }), 'could not be read (not allowed)'],
    ['no event names it', (bundle: EvidenceBundle) => bundle, 'has no event of it'],
  ])('is shown without a culprit where %s', (_, edit, because) => {
    const [drift] = driftAgainstBaseline(bundleWith(idleTimeout(300), was60, edit));
    expect(drift).toMatchObject({ baseline: '60', current: '300', changedAt: null, changedBy: null });
    expect(drift?.unknownBecause).toContain(because);
  });

  test('of a health check finds its culprit, though the trail spells the key differently', () => {
    const arn = groupArn('web');
    const before = { ...configurationOf(bundleWith())[arn], HealthCheckPath: '/old' };
    const bundle = bundleWith(
      baseline({ [arn]: before }),
      change(20, 'ModifyTargetGroup', arn, { to: { healthCheckPath: '/health' } }),
    );
    expect(driftAgainstBaseline(bundle)).toMatchObject([{ key: 'HealthCheckPath', changedAt: at(20) }]);
  });

  test('in an attribute nobody knows yet is told like any other', () => {
    const bundle = bundleWith(
      loadBalancerAttribute('routing.http9.enabled', 'true'),
      baseline({ [LOAD_BALANCER_ARN]: { [IDLE]: '60', 'access_logs.s3.enabled': 'false' } }),
      change(20, 'ModifyLoadBalancerAttributes', LOAD_BALANCER_ARN, {
        to: { 'routing.http9.enabled': 'true' },
      }),
    );
    expect(driftAgainstBaseline(bundle)).toMatchObject([
      { key: 'routing.http9.enabled', baseline: null, current: 'true', changedAt: at(20) },
    ]);
  });

  test('by an expected changer is marked so', () => {
    const bundle = bundleWith(idleTimeout(300), was60, raised(96, { principal: DEPLOYER }));
    const expectedChangers = ['arn:aws:iam::123456789012:role/deploy'];
    const { drift } = diagnose(bundle, { critical502Ratio: 0.01, expectedChangers });
    expect(drift).toMatchObject([{ expected: true }]);
  });
});

describe('a declared attribute', () => {
  const declared = (resource: string, value: string) => [{ resource, key: IDLE, value }];

  test.each([LOAD_BALANCER_ARN, 'shop', '*'])('of %s goes before the learned one', (resource) => {
    const bundle = withDeclaredAttributes(bundleWith(idleTimeout(60), was60), declared(resource, '30'));
    expect(driftAgainstBaseline(bundle)).toMatchObject([{ key: IDLE, baseline: '30', current: '60' }]);
  });

  test('counts before anything was learned, and nothing else is drift then', () => {
    const bundle = withDeclaredAttributes(bundleWith(idleTimeout(60)), declared('shop', '30'));
    expect(driftAgainstBaseline(bundle)).toMatchObject([{ key: IDLE, baseline: '30', current: '60' }]);
  });

  test('of another resource changes nothing', () => {
    const bundle = bundleWith(idleTimeout(60), was60);
    expect(withDeclaredAttributes(bundle, declared('other', '30'))).toBe(bundle);
  });

  test('that is as declared is no drift, whatever was learned', () => {
    const bundle = withDeclaredAttributes(bundleWith(idleTimeout(300), was60), declared('*', '300'));
    expect(driftAgainstBaseline(bundle)).toEqual([]);
    const stored: Baseline | null = bundleWith(was60).baseline;
    expect(stored?.resources[LOAD_BALANCER_ARN]?.[IDLE]).toBe('60');
  });
});

describe('the observation that a change began the 502s', () => {
  const strengthOf = (bundle: EvidenceBundle) => idleTimeoutRaised.read(bundle)[0]?.strength ?? null;

  test('is the stronger, the less luck can explain it', () => {
    const sure = strengthOf(bundleWith(idleTimeout(300), was60, raised(96), sinceMinute(97)));
    const unsure = strengthOf(bundleWith(idleTimeout(300), was60, raised(30), failures(from(120, [1]))));
    expect(sure).toBeGreaterThan(0.9);
    expect(unsure).toBeLessThan(0.75);
    expect(unsure).toBeGreaterThanOrEqual(0.5);
  });

  test('is not made where 502s came before the change as they did after', () => {
    const finding = idleTimeoutRaised.read(
      bundleWith(idleTimeout(300), raised(96), failures(everyNth(6, 1))),
    );
    expect(finding).toEqual([]);
  });

  test('is made where 502s were there before and rose with it', () => {
    const rose = failures(
      Array.from({ length: MINUTES }, (_, minute) => (minute < 96 ? (minute % 24 === 0 ? 1 : null) : 3)),
    );
    const [finding] = idleTimeoutRaised.read(bundleWith(idleTimeout(300), raised(96), rose));
    expect(finding?.fact).toContain('502s rose after it: 4 in 96 minutes before');
    expect(finding?.strength).toBeGreaterThan(0.9);
  });

  test('is weaker where many changes were made, for one of them fits by chance', () => {
    const many = Array.from({ length: 12 }, (_, index) => raised(8 * index));
    const alone = strengthOf(bundleWith(idleTimeout(300), raised(88), sinceMinute(100)));
    const among = strengthOf(bundleWith(idleTimeout(300), ...many, sinceMinute(100)));
    expect(among).toBeLessThan(alone ?? 0);
  });

  test('is careful with a change before everything that is in view', () => {
    const [finding] = idleTimeoutRaised.read(bundleWith(idleTimeout(300), raised(-60), sinceMinute(20)));
    expect(finding).toMatchObject({ strength: 0.5 });
    expect(finding?.fact).toContain('before the first 502 that is in view');
  });
});
