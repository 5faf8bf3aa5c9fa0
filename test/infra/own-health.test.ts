import { readFileSync } from 'node:fs';
import { App, type Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, test } from 'vitest';
import { InputError, OWN_METRICS } from '../../lambda/env.ts';
import { watchChat } from '../../lib/chat-health.ts';
import { synthesizeForTest } from './synthesize.ts';

const HOME = { region: 'eu-central-1', account: '123456789012' };
const PROBE = { subnetIds: ['subnet-0123456789abcdef0'], securityGroupIds: ['sg-01234567'] };
const CHAT = ['oncall'];

const wanted = (chatConfigurations: readonly string[]) => ({
  chatConfigurations: [...chatConfigurations],
  regionStacks: 'bootstrap' as const,
});

const alarmsOf = (stack: Stack | null): string[] =>
  (stack?.node.findAll() ?? []).flatMap((construct) =>
    construct instanceof Alarm ? [construct.node.id] : [],
  );

function chatStack(configurations: readonly string[] = CHAT, home: typeof HOME = HOME): Stack {
  const stack = watchChat(new App(), wanted(configurations), home);
  if (stack === null) throw new Error('no stack');
  return stack;
}

describe('alarms about the monitor itself', () => {
  test('have a section each in the runbook, and every section is of an alarm', () => {
    const alarms = [...alarmsOf(synthesizeForTest({ probe: PROBE }).stack), ...alarmsOf(chatStack())];
    const sections = readFileSync('docs/runbook.md', 'utf8').matchAll(/^## (\w+)$/gm);
    expect([...sections].map(([, name]) => name).sort()).toEqual([...alarms].sort());
  });

  test('tell of alerts that wait, by the metric that the screening writes', () => {
    const template = Template.fromStack(synthesizeForTest().stack);
    const [table] = Object.keys(template.findResources('AWS::DynamoDB::Table'));
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      Namespace: OWN_METRICS.namespace,
      MetricName: OWN_METRICS.oldestUndelivered,
      Dimensions: [
        { Name: 'Monitor', Value: { Ref: table } },
        { Name: 'service', Value: 'alb502-screen' },
      ],
      Statistic: 'Maximum',
      Threshold: 600,
      TreatMissingData: 'ignore',
    });
    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: {
        Variables: Match.objectLike({
          POWERTOOLS_SERVICE_NAME: 'alb502-screen',
          POWERTOOLS_METRICS_DISABLED: Match.absent(),
        }),
      },
    });
  });

  test('watch the probe where there is one', () => {
    expect(alarmsOf(synthesizeForTest().stack)).not.toContain('ProbeErrors');
    expect(alarmsOf(synthesizeForTest({ probe: PROBE }).stack)).toContain('ProbeErrors');
  });

  test('cost no metric where they are switched off', () => {
    const { stack } = synthesizeForTest({ selfMonitoring: false });
    Template.fromStack(stack).hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: Match.objectLike({ POWERTOOLS_METRICS_DISABLED: 'true' }) },
    });
  });

  test('are drawn on the dashboard with the metrics that the functions write', () => {
    const template = Template.fromStack(synthesizeForTest().stack);
    const body = JSON.stringify(template.findResources('AWS::CloudWatch::Dashboard'));
    for (const name of [OWN_METRICS.oldestUndelivered, OWN_METRICS.openAlerts, OWN_METRICS.failedReads])
      expect(body).toContain(`\\"alb502\\",\\"${name}\\"`);
  });
});

describe('the watch over chat channels', () => {
  test('is none unless channels are named, and wants to know where the monitor is', () => {
    expect(watchChat(new App(), wanted([]), HOME)).toBeNull();
    expect(() => watchChat(new App(), wanted(CHAT), { region: undefined, account: undefined })).toThrow(
      InputError,
    );
    const template = JSON.stringify(synthesizeForTest().template);
    expect(template).not.toContain('CloudWatch Alarm State Change');
  });

  test('is an alarm where the metrics are, whose changes go to the bus of the own region', () => {
    const stack = chatStack(['oncall', 'shop']);
    expect(stack.region).toBe('us-east-1');
    const template = Template.fromStack(stack);
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmName: 'alb502-ChatUndelivered-eu-central-1',
      TreatMissingData: 'notBreaching',
      Metrics: Match.arrayWith([
        Match.objectLike({
          MetricStat: Match.objectLike({
            Metric: {
              Namespace: 'AWS/Chatbot',
              MetricName: 'UnsupportedEvents',
              Dimensions: [{ Name: 'ConfigurationName', Value: 'shop' }],
            },
          }),
        }),
      ]),
    });
    template.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: {
        source: ['aws.cloudwatch'],
        detail: { alarmName: ['alb502-ChatUndelivered-eu-central-1'], state: { value: ['ALARM', 'OK'] } },
      },
    });
    expect(JSON.stringify(template.toJSON())).toContain(':events:eu-central-1:');
  });

  test('forwards nothing where the monitor is in that region: its bus has the event', () => {
    const template = Template.fromStack(chatStack(CHAT, { ...HOME, region: 'us-east-1' }));
    template.resourceCountIs('AWS::CloudWatch::Alarm', 1);
    template.resourceCountIs('AWS::Events::Rule', 0);
  });

  test('reaches the topic by a rule, without any function', () => {
    const template = Template.fromStack(synthesizeForTest({ chatConfigurations: CHAT }).stack);
    const [topic] = Object.keys(template.findResources('AWS::SNS::Topic'));
    template.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: {
        detail: { alarmName: [{ 'Fn::Join': ['', ['alb502-ChatUndelivered-', { Ref: 'AWS::Region' }]] }] },
      },
      Targets: [Match.objectLike({ Arn: { Ref: topic } })],
    });
    const events = { Principal: { Service: 'events.amazonaws.com' } };
    template.hasResourceProperties('AWS::SNS::TopicPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([Match.objectLike({ ...events, Action: 'sns:Publish' })]),
      },
    });
    template.hasResourceProperties('AWS::KMS::Key', {
      KeyPolicy: { Statement: Match.arrayWith([Match.objectLike(events)]) },
    });
  });

  test('leaves nothing unexplained to the AWS Solutions rules', () => {
    const monitor = synthesizeForTest({ chatConfigurations: CHAT, probe: PROBE }).stack;
    for (const stack of [monitor, chatStack()])
      expect(new AwsSolutionsChecks().validateScope(stack).violations).toEqual([]);
  });
});
