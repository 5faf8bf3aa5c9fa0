import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { ENV } from '../../lambda/env.ts';
import type { ConfigurationInput } from '../../lib/configuration.ts';
import { OUTPUT_NAMES } from './moto-stack.ts';
import { type Synthesized, synthesizeForTest, synthesizeInto } from './synthesize.ts';

const statementSchema = z.object({
  Effect: z.string(),
  Action: z.union([z.string().transform((action) => [action]), z.array(z.string())]),
  Resource: z.unknown(),
});
const policySchema = z.object({ PolicyDocument: z.object({ Statement: z.array(statementSchema) }) });
const functionSchema = z.object({
  Description: z.string(),
  Environment: z.object({ Variables: z.record(z.string(), z.unknown()) }),
});

/** Actions that AWS defines no resource type for, or for which only `*` is possible. */
const UNSCOPED_ACTIONS = [
  /^iam:ListAccountAliases$/,
  /^logs:Describe(DeliverySources|Deliveries|DeliveryDestinations)$/,
  /^elasticloadbalancing:Describe\w+$/,
  /^cloudwatch:GetMetricData$/,
  /^cloudtrail:(LookupEvents|DescribeTrails)$/,
  // Lists of the account: AWS's service authorization reference has no resource for them.
  /^logs:Describe(DeliverySources|Deliveries|DeliveryDestinations)$/,
  /^ecs:(ListClusters|ListServices|DescribeTaskDefinition)$/,
  // A listing by service names no container instance, and is authorized on `*`: https://github.com/cdklabs/construct-hub/pull/1207
  /^ecs:ListTasks$/,
  /^autoscaling:Describe(AutoScalingInstances|ScalingActivities|InstanceRefreshes)$/,
];

const RUNTIME_VARIABLES = ['NODE_OPTIONS', 'POWERTOOLS_SERVICE_NAME'];

describe('the template', () => {
  let synthesized: Synthesized;
  let template: Template;
  const folder = mkdtempSync(join(tmpdir(), 'alb502-template-'));
  beforeAll(() => {
    synthesized = synthesizeInto(folder);
    template = Template.fromStack(synthesized.stack);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const ofType = (type: string) => Object.values(template.findResources(type));
  const statements = () =>
    ofType('AWS::IAM::Policy').flatMap(
      ({ Properties }) => policySchema.parse(Properties).PolicyDocument.Statement,
    );

  test('is the same, asset by asset, when it is synthesized again', () => {
    const again = synthesizeForTest();
    expect(again.template).toEqual(synthesized.template);
    const keys = (assets: Synthesized['assets']) => assets.map(({ objectKey }) => objectKey);
    expect(keys(again.assets)).toEqual(keys(synthesized.assets));
    expect(keys(again.assets).filter((key) => key.endsWith('.zip'))).toHaveLength(3);
  });

  test('has exactly the promised outputs', () => {
    expect(Object.keys(template.toJSON()['Outputs'])).toEqual([...OUTPUT_NAMES]);
  });

  test('screens every minute and on changes to load balancers that succeeded', () => {
    template.hasResourceProperties('AWS::Events::Rule', { ScheduleExpression: 'rate(1 minute)' });
    template.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: {
        source: ['aws.elasticloadbalancing'],
        'detail-type': ['AWS API Call via CloudTrail'],
        detail: {
          eventSource: ['elasticloadbalancing.amazonaws.com'],
          apiVersion: ['2015-12-01'],
          eventName: Match.arrayWith([
            'AddTags',
            'ModifyLoadBalancerAttributes',
            'ModifyTargetGroupAttributes',
          ]),
          errorCode: [{ exists: false }],
        },
      },
    });
  });

  test('is not woken by targets that come and go', () => {
    expect(JSON.stringify(template.findResources('AWS::Events::Rule'))).not.toMatch(
      /RegisterTargets|DeregisterTargets/,
    );
  });

  test('gives every function exactly the variables that it reads', () => {
    const own = (properties: unknown) =>
      Object.keys(functionSchema.parse(properties).Environment.Variables)
        .filter((name) => !RUNTIME_VARIABLES.includes(name))
        .sort();
    const described = ofType('AWS::Lambda::Function').map(({ Properties }) => [
      functionSchema.parse(Properties).Description.replace(/^alb502: (\w+).*/, '$1'),
      own(Properties),
    ]);
    const all = Object.values(ENV)
      .filter((name) => name !== ENV.settingsFile)
      .sort();
    expect(Object.fromEntries(described)).toEqual({
      finds: all,
      draws: [ENV.queueUrl, ENV.settings, ENV.tableName].sort(),
    });
  });

  test('runs every function on Node 24 on ARM, with JSON logs that expire', () => {
    const functions = ofType('AWS::Lambda::Function');
    expect(functions).toHaveLength(3);
    template.allResourcesProperties('AWS::Lambda::Function', {
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
      LoggingConfig: { LogFormat: 'JSON', LogGroup: { Ref: Match.anyValue() } },
    });
    template.resourceCountIs('AWS::Logs::LogGroup', 3);
    template.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 30 });
  });

  test('reserves no concurrency, so that it deploys into an account with the initial limit', () => {
    template.allResourcesProperties('AWS::Lambda::Function', {
      ReservedConcurrentExecutions: Match.absent(),
    });
  });

  test('allows no wildcard action to a function', () => {
    expect(statements().length).toBeGreaterThan(10);
    for (const { Action, Effect } of statements()) {
      expect(Effect).toBe('Allow');
      expect(Action.join()).not.toContain('*');
    }
  });

  test('uses the wildcard resource only for actions that know no other', () => {
    const unscoped = statements().filter(({ Resource }) => JSON.stringify(Resource).includes('*'));
    const actions = unscoped.flatMap(({ Action }) => Action);
    expect(actions.length).toBeGreaterThan(5);
    for (const action of actions)
      expect(
        UNSCOPED_ACTIONS.some((known) => known.test(action)),
        action,
      ).toBe(true);
  });

  test('lets the widget write only where its viewers may act', () => {
    const widgetActions = (configuration: ConfigurationInput) => {
      const resources = Object.entries(synthesizeForTest(configuration).template.Resources);
      const policies = resources.filter(([id, { Type }]) => Type === 'AWS::IAM::Policy' && /Widget/.test(id));
      return policies.flatMap(([, { Properties }]) =>
        policySchema.parse(Properties).PolicyDocument.Statement.flatMap(({ Action }) => Action),
      );
    };
    const reading = ['cloudwatch:GetMetricData', 'dynamodb:GetItem', 'dynamodb:Query'];
    const own = (actions: readonly string[]) =>
      actions.filter((action) => !action.startsWith('logs:')).sort();
    expect(own(widgetActions({}))).toEqual(reading);
    expect(own(widgetActions({ widgetActions: true }))).toEqual(
      [...reading, 'dynamodb:PutItem', 'sqs:SendMessage'].sort(),
    );
  });

  test('attaches no managed policy', () => {
    template.allResourcesProperties('AWS::IAM::Role', { ManagedPolicyArns: Match.absent() });
  });

  test('encrypts the topic with a rotating key that alarms of the account may use', () => {
    template.hasResourceProperties('AWS::SNS::Topic', { KmsMasterKeyId: Match.anyValue() });
    template.hasResourceProperties('AWS::KMS::Key', {
      EnableKeyRotation: true,
      KeyPolicy: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Principal: { Service: 'cloudwatch.amazonaws.com' },
            Action: ['kms:Decrypt', 'kms:GenerateDataKey*'],
            Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
          }),
        ]),
      },
    });
  });

  test('refuses alerts over plain HTTP and takes them from alarms of the account', () => {
    template.hasResourceProperties('AWS::SNS::TopicPolicy', {
      PolicyDocument: {
        Statement: [
          Match.objectLike({
            Effect: 'Deny',
            Principal: '*',
            Action: 'sns:Publish',
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          }),
          Match.objectLike({
            Effect: 'Allow',
            Principal: { Service: 'cloudwatch.amazonaws.com' },
            Condition: Match.objectLike({
              StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
            }),
          }),
        ],
      },
    });
  });

  test('refuses plain HTTP on both queues and encrypts them', () => {
    template.resourceCountIs('AWS::SQS::Queue', 2);
    template.allResourcesProperties('AWS::SQS::Queue', { FifoQueue: true, SqsManagedSseEnabled: true });
    template.resourceCountIs('AWS::SQS::QueuePolicy', 2);
    template.allResourcesProperties('AWS::SQS::QueuePolicy', {
      PolicyDocument: {
        Statement: [
          Match.objectLike({
            Effect: 'Deny',
            Action: 'sqs:*',
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          }),
        ],
      },
    });
  });

  test('gives an investigation six timeouts and five attempts before the dead-letter queue', () => {
    template.hasResourceProperties('AWS::Lambda::Function', { Timeout: 120, MemorySize: 512 });
    template.hasResourceProperties('AWS::SQS::Queue', {
      VisibilityTimeout: 720,
      RedrivePolicy: { maxReceiveCount: 5 },
    });
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      BatchSize: 10,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: 2 },
    });
  });

  test('keeps the table when the stack goes, but not when its first deployment is rolled back, with point-in-time recovery and expiry', () => {
    template.hasResource('AWS::DynamoDB::Table', {
      DeletionPolicy: 'RetainExceptOnCreate',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        KeySchema: [
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: 'sk', KeyType: 'RANGE' },
        ],
        BillingMode: 'PAY_PER_REQUEST',
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        SSESpecification: { SSEEnabled: true },
        TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
      },
    });
  });

  test('raises an alarm when nothing screened for five minutes, and when no metric arrives any more, but not before the first', () => {
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmDescription: Match.stringLikeRegexp('has not looked'),
      EvaluationPeriods: 5,
      Threshold: 1,
      ComparisonOperator: 'LessThanThreshold',
      // At a first deployment it is in INSUFFICIENT_DATA from the start, so nothing changes and nobody is told.
      TreatMissingData: 'missing',
      InsufficientDataActions: [Match.anyValue()],
      Metrics: Match.arrayWith([
        Match.objectLike({ Expression: 'invocations - FILL(errors, 0)' }),
        Match.objectLike({
          Id: 'invocations',
          MetricStat: Match.objectLike({
            Metric: Match.objectLike({ Namespace: 'AWS/Lambda', MetricName: 'Invocations' }),
            Period: 60,
            Stat: 'Sum',
          }),
        }),
      ]),
    });
  });

  test('sends every alarm about itself straight to the topic, and the end of each that does not feed itself', () => {
    const topic = Object.keys(template.findResources('AWS::SNS::Topic')).map((Ref) => ({ Ref }));
    expect(topic).toHaveLength(1);
    const alarms = ofType('AWS::CloudWatch::Alarm').map(({ Properties }) => Properties);
    expect(alarms).toHaveLength(7);
    for (const { AlarmActions, OKActions, MetricName } of alarms) {
      expect(AlarmActions).toEqual(topic);
      expect(OKActions).toEqual(MetricName === 'NumberOfNotificationsFailed' ? undefined : topic);
    }
  });

  test('shows new load balancers on the dashboard by themselves', () => {
    const [dashboard] = ofType('AWS::CloudWatch::Dashboard');
    const body = JSON.stringify(dashboard?.['Properties'].DashboardBody);
    for (const metric of [
      'HTTPCode_ELB_502_Count',
      'TargetConnectionErrorCount',
      'HealthyHostCount',
      'UnHealthyHostCount',
    ])
      expect(body).toMatch(
        new RegExp(`SEARCH\\('\\{AWS/ApplicationELB,[\\w,]+\\} MetricName=\\W+${metric}\\W`),
      );
    expect(body).toMatch(/custom.*endpoint/);
  });
});
