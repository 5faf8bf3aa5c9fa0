import { readFileSync } from 'node:fs';
import { App, type Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { InputError, OWN_METRICS } from '../../lambda/env.ts';
import { watchChat } from '../../lib/chat-health.ts';
import { OrganisationHub } from '../../lib/organisation-hub.ts';
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
    const subscriptions = [
      {
        protocol: 'pagerduty' as const,
        secretArn: 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:pager-AbCdEf',
      },
    ];
    const monitor = synthesizeForTest({ probe: PROBE, subscriptions }).stack;
    const hub = new OrganisationHub(new App(), 'Hub', {
      ...{ organizationId: 'o-a1b2c3d4e5', hubAccount: '111122223333', homeRegion: 'eu-central-1' },
      ...{ organizationalUnitIds: [], artifactBucket: 'artifacts' },
    });
    const alarms = [...new Set([monitor, chatStack(), hub].flatMap(alarmsOf))];
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

const alarmSchema = z.looseObject({
  Period: z.number(),
  EvaluationPeriods: z.number(),
  DatapointsToAlarm: z.number().optional(),
  OKActions: z.array(z.unknown()).optional(),
});

/**
 * Messages of an alarm on failed deliveries over ten days, where a subscriber never takes any: one alert fails at the
 * start, and so does each message of the alarm itself, some time after it was published.
 */
function messagesOf(alarm: z.infer<typeof alarmSchema>, failsAfterMinutes: number): number {
  const { Period, EvaluationPeriods, DatapointsToAlarm = EvaluationPeriods, OKActions = [] } = alarm;
  const period = Period / 60;
  const failures = [0];
  let inAlarm = false;
  let messages = 0;
  for (let now = 0; now < 10 * 24 * 60; now += 1) {
    const periods = new Set(
      failures
        .filter((at) => at <= now && at > now - period * EvaluationPeriods)
        .map((at) => Math.floor((now - at) / period)),
    );
    const breaching = periods.size >= DatapointsToAlarm;
    if (breaching === inAlarm) continue;
    inAlarm = breaching;
    if (!inAlarm && OKActions.length === 0) continue;
    messages += 1;
    failures.push(now + failsAfterMinutes);
  }
  return messages;
}

// SNS retries an https endpoint for a minute, mail and SMS for six hours; a refusal fails at once.
test.each([0, 1, 4, 20, 60, 359])(
  'one broken subscriber is told of once, if its messages fail after %d minutes',
  (delay) => {
    const alarms = Object.values(
      Template.fromStack(synthesizeForTest().stack).findResources('AWS::CloudWatch::Alarm'),
    );
    const failing = alarms.find(({ Properties }) => Properties.MetricName === 'NumberOfNotificationsFailed');
    const alarm = alarmSchema.parse(failing?.['Properties']);
    expect(messagesOf(alarm, delay)).toBe(1);
    // As it was: its end was told too, and it was over after five minutes.
    const before = { ...alarm, EvaluationPeriods: 1, DatapointsToAlarm: 1, OKActions: [{}] };
    expect(messagesOf(before, delay)).toBeGreaterThan(10);
  },
);

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
        detail: { alarmName: ['alb502-ChatUndelivered-eu-central-1'], state: { value: ['ALARM'] } },
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
    // By a role: a statement for the service could name no account.
    template.hasResourceProperties('AWS::Events::Rule', {
      Targets: [Match.objectLike({ Arn: { Ref: topic }, RoleArn: Match.anyValue() })],
    });
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: [
          Match.objectLike({ Action: 'sns:Publish', Resource: { Ref: topic } }),
          Match.objectLike({ Action: ['kms:Decrypt', 'kms:GenerateDataKey'] }),
        ],
      },
    });
    for (const type of ['AWS::SNS::TopicPolicy', 'AWS::KMS::Key'])
      expect(JSON.stringify(template.findResources(type))).not.toContain('events.amazonaws.com');
  });

  test('leaves nothing unexplained to the AWS Solutions rules', () => {
    const monitor = synthesizeForTest({ chatConfigurations: CHAT, probe: PROBE }).stack;
    for (const stack of [monitor, chatStack()])
      expect(new AwsSolutionsChecks().validateScope(stack).violations).toEqual([]);
  });
});
