import { Match, Template } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, test } from 'vitest';
import { InputError } from '../../lambda/model/failure.ts';
import { parseConfiguration } from '../../lib/configuration.ts';
import { synthesizeForTest } from './synthesize.ts';

const PROBE = {
  subnetIds: ['subnet-0123456789abcdef0', 'subnet-0123456789abcdef1'],
  securityGroupIds: ['sg-01234567'],
};

describe('with the probe switched on, the template', () => {
  test('has a function in the subnets and security groups that were named, and its name as an output', () => {
    const { stack, template } = synthesizeForTest({ probe: PROBE });
    Template.fromStack(stack).hasResourceProperties('AWS::Lambda::Function', {
      Description: Match.stringLikeRegexp('measures'),
      Timeout: 900,
      VpcConfig: { SubnetIds: PROBE.subnetIds, SecurityGroupIds: PROBE.securityGroupIds },
      Environment: { Variables: { ALB502_TABLE_NAME: Match.anyValue(), ALB502_QUEUE_URL: Match.absent() } },
    });
    expect(Object.keys(template.Outputs)).toContain('ProbeFunctionName');
  });

  test('runs it every hour and does not repeat a run that failed', () => {
    const template = Template.fromStack(synthesizeForTest({ probe: PROBE }).stack);
    template.hasResourceProperties('AWS::Events::Rule', { ScheduleExpression: 'rate(1 hour)' });
    template.hasResourceProperties('AWS::Lambda::EventInvokeConfig', { MaximumRetryAttempts: 0 });
  });

  test('lets it read load balancers and instances, read incidents and put facts, and nothing else of its own', () => {
    const template = Template.fromStack(synthesizeForTest({ probe: PROBE }).stack);
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: [
          Match.objectLike({ Action: ['logs:CreateLogStream', 'logs:PutLogEvents'] }),
          Match.objectLike({ Action: Match.arrayWith(['ec2:DescribeInstances']), Resource: '*' }),
          Match.objectLike({ Action: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query'] }),
          Match.objectLike({ Action: Match.arrayWith(['ec2:CreateNetworkInterface']) }),
        ],
      },
    });
  });

  test('leaves the AWS Solutions rules nothing unexplained', () => {
    const report = new AwsSolutionsChecks().validateScope(synthesizeForTest({ probe: PROBE }).stack);
    expect(report.violations.map(({ ruleName }) => ruleName)).toEqual([]);
  });
});

test('without it, nothing of it is deployed', () => {
  const { template } = synthesizeForTest();
  expect(JSON.stringify(template)).not.toMatch(/VpcConfig|ProbeFunctionName/);
});

test.each([
  [{ probe: {} }, 'probe.subnetIds'],
  [{ probe: { ...PROBE, subnetIds: [] } }, 'probe.subnetIds'],
  [{ probe: { ...PROBE, subnetIds: ['vpc-1'] } }, 'probe.subnetIds.0'],
  [{ probe: { ...PROBE, securityGroupIds: ['sg-UPPER'] } }, 'probe.securityGroupIds.0'],
  [{ probe: { ...PROBE, vpc: 'vpc-1' } }, 'probe.vpc'],
])('%j is refused by name', (configuration, named) => {
  expect(() => parseConfiguration(configuration, 'test')).toThrow(InputError);
  expect(() => parseConfiguration(configuration, 'test')).toThrow(named);
});
