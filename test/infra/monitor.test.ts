import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { describe, expect, test } from 'vitest';
import { Alb502Monitor, type Alb502MonitorProps } from '../../lib/index.ts';
import { synthesizeForTest } from './synthesize.ts';

function monitorIn(props?: Alb502MonitorProps): { stack: Stack; monitor: Alb502Monitor } {
  const stack = new Stack(new App(), 'Platform');
  return { stack, monitor: new Alb502Monitor(stack, 'Alb502', props) };
}

describe('the construct in an app of its user', () => {
  test('needs no properties and adds no outputs to a stack that is not its own', () => {
    const template = Template.fromStack(monitorIn().stack);
    template.resourceCountIs('AWS::Lambda::Function', 3);
    expect(template.findOutputs('*')).toEqual({});
  });

  test('stands twice in one stack', () => {
    const { stack } = monitorIn();
    new Alb502Monitor(stack, 'Second');
    Template.fromStack(stack).resourceCountIs('AWS::CloudWatch::Dashboard', 2);
  });

  test('passes settings to the functions and refuses unknown ones by name', () => {
    Template.fromStack(monitorIn({ settings: { pendingMinutes: 7 } }).stack).hasResourceProperties(
      'AWS::Lambda::Function',
      {
        Environment: {
          Variables: Match.objectLike({ ALB502_SETTINGS: Match.stringLikeRegexp('"pendingMinutes":7') }),
        },
      },
    );
    expect(() => monitorIn({ settings: { pendingMinutes: -1 } })).toThrow(
      /Alb502Monitor "Alb502": settings.pendingMinutes is -1/,
    );
  });

  test('subscribes constructs and endpoints', () => {
    const { stack, monitor } = monitorIn({
      subscriptions: [
        { protocol: 'sms', endpoint: '+4915112345678', severities: ['critical'] },
        { protocol: 'lambda', endpoint: 'arn:aws:lambda:eu-central-1:123456789012:function:pager' },
      ],
    });
    monitor.addSubscription(new EmailSubscription('oncall@example.com'));
    const template = Template.fromStack(stack);
    template.hasResourceProperties('AWS::SNS::Subscription', {
      Protocol: 'sms',
      FilterPolicy: { severity: ['critical'] },
    });
    template.hasResourceProperties('AWS::SNS::Subscription', { Protocol: 'email' });
    template.hasResourceProperties('AWS::Lambda::Permission', {
      FunctionName: 'arn:aws:lambda:eu-central-1:123456789012:function:pager',
      Principal: 'sns.amazonaws.com',
    });
  });

  test('lets a grantee read the state and see the widget, no more', () => {
    const { stack, monitor } = monitorIn();
    const role = new Role(stack, 'Engineer', { assumedBy: new ServicePrincipal('ec2.amazonaws.com') });
    monitor.grantReadState(role);
    monitor.grantViewWidget(role);
    Template.fromStack(stack).hasResourceProperties('AWS::IAM::Policy', {
      Roles: [{ Ref: Match.stringLikeRegexp('^Engineer') }],
      PolicyDocument: {
        Statement: [
          Match.objectLike({ Action: ['dynamodb:GetItem', 'dynamodb:Query'] }),
          Match.objectLike({ Action: 'lambda:InvokeFunction' }),
        ],
      },
    });
  });

  test('reserves concurrency where it is asked to', () => {
    Template.fromStack(monitorIn({ screenReservedConcurrency: 1 }).stack).hasResourceProperties(
      'AWS::Lambda::Function',
      { ReservedConcurrentExecutions: 1 },
    );
  });

  test('offers its metrics for alarms of the user', () => {
    const { monitor } = monitorIn();
    for (const metric of [
      monitor.metricScreenSuccesses(),
      monitor.metricInvestigationErrors(),
      monitor.metricInvestigationAge(),
      monitor.metricDeadLetters(),
    ])
      expect(metric.toMetricConfig()).toBeTruthy();
  });
});

describe('the configured stack', () => {
  test('draws every watched region', () => {
    const { stack } = synthesizeForTest({ regions: ['eu-west-1', 'us-east-1'] });
    const [dashboard] = Object.values(Template.fromStack(stack).findResources('AWS::CloudWatch::Dashboard'));
    const body = JSON.stringify(dashboard?.['Properties'].DashboardBody);
    for (const region of ['eu-west-1', 'us-east-1']) expect(body).toContain(`\\"region\\":\\"${region}\\"`);
  });

  test('reads access logs only where their bucket is named', () => {
    const { stack } = synthesizeForTest({ accessLogBuckets: ['arn:aws:s3:::my-logs'] });
    Template.fromStack(stack).hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({ Action: 's3:ListBucket', Resource: 'arn:aws:s3:::my-logs' }),
          Match.objectLike({ Action: 's3:GetObject', Resource: 'arn:aws:s3:::my-logs/*' }),
        ]),
      },
    });
    const unconfigured = JSON.stringify(synthesizeForTest().template);
    expect(unconfigured).not.toMatch(/s3:GetObject|s3:ListBucket/);
  });

  test('follows retention, removal and self-monitoring, and takes a key of the user', () => {
    const keyArn = 'arn:aws:kms:eu-central-1:123456789012:key/6f8b7e5e-0000-4000-8000-000000000000';
    const { stack } = synthesizeForTest({
      logRetentionDays: 7,
      keepStateOnDelete: false,
      selfMonitoring: false,
      alertTopicKmsKeyArn: keyArn,
    });
    const template = Template.fromStack(stack);
    template.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 7 });
    template.hasResource('AWS::DynamoDB::Table', { DeletionPolicy: 'Delete' });
    template.resourceCountIs('AWS::CloudWatch::Alarm', 0);
    template.resourceCountIs('AWS::KMS::Key', 0);
    template.hasResourceProperties('AWS::SNS::Topic', { KmsMasterKeyId: keyArn });
  });
});
