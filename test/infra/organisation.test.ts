import { readFileSync } from 'node:fs';
import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { InputError } from '../../lambda/env.ts';
import { configurationSchema } from '../../lib/configuration.ts';
import { organisation } from '../../lib/organisation.ts';

/** A bound, not an expectation: the machine may be busy. */
const LIMIT_MS = 120_000;

const planSchema = z.strictObject({
  organizationId: z.string(),
  hubAccount: z.string(),
  homeRegion: z.string(),
  organizationalUnitIds: z.array(z.string()),
  artifactBucket: z.string(),
  configuration: configurationSchema,
});

/** The plan as docs/organisation.md shows it. */
function documentedPlan() {
  const text = readFileSync('docs/organisation.md', 'utf8');
  const [, json] = /^`organisation\.json`[\s\S]*?```json\n([\s\S]*?)```/m.exec(text) ?? [];
  return planSchema.parse(JSON.parse(json ?? ''));
}

describe('the example for an organisation', { timeout: LIMIT_MS }, () => {
  const plan = documentedPlan();
  const stacks = organisation(new App(), plan);

  test('has a bus that takes alerts of the organisation only, and a topic for them', () => {
    const hub = Template.fromStack(stacks.hub);
    hub.hasResourceProperties('AWS::Events::EventBusPolicy', {
      Statement: Match.objectLike({
        Action: 'events:PutEvents',
        Condition: {
          StringEquals: { 'aws:PrincipalOrgID': plan.organizationId, 'events:source': 'alb502' },
        },
      }),
    });
    hub.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: { source: ['alb502'], 'detail-type': ['alb502 alert'] },
      Targets: [
        Match.objectLike({
          Arn: { 'Fn::GetAtt': [Match.stringLikeRegexp('Hub'), 'Arn'] },
          DeadLetterConfig: Match.anyValue(),
        }),
      ],
    });
    expect(Object.keys(hub.findOutputs('*'))).toEqual(['AlertTopicArn', 'EventBusArn']);
    expect(new AwsSolutionsChecks().validateScope(stacks.hub).violations).toEqual([]);
  });

  test('the hub has subscribers, integrations and a watch over its chat channels, where they are planned', () => {
    const app = new App();
    const planned = organisation(app, {
      ...plan,
      hubSubscriptions: [
        { protocol: 'email', endpoint: 'oncall@example.com' },
        {
          protocol: 'pagerduty',
          secretArn: 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:pager-AbCdEf',
        },
      ],
      hubChatConfigurations: ['oncall'],
    });
    const hub = Template.fromStack(planned.hub);
    hub.hasResourceProperties('AWS::SNS::Subscription', { Protocol: 'email' });
    // The integration listens on the bus of the organisation, where the alerts of all accounts pass by.
    hub.hasResourceProperties('AWS::Events::Rule', {
      EventBusName: Match.anyValue(),
      EventPattern: { detail: Match.objectLike({ event: Match.arrayWith(['firing', 'resolved']) }) },
      Targets: [Match.objectLike({ InputPath: '$.detail.pagerDuty' })],
    });
    hub.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: { 'detail-type': ['CloudWatch Alarm State Change'] },
      Targets: [Match.objectLike({ Arn: { Ref: Match.stringLikeRegexp('Alerts') } })],
    });
    const chat = app.node.findChild('Alb502HubChat');
    if (!(chat instanceof Stack)) throw new Error('no stack');
    Template.fromStack(chat).resourceCountIs('AWS::CloudWatch::Alarm', 1);
    expect([chat.region, chat.account]).toEqual(['us-east-1', plan.hubAccount]);
  });

  test('puts the monitor into each account, with bundles from the shared bucket and no bootstrap', () => {
    const member = Template.fromStack(stacks.member);
    expect(member.toJSON()['Rules']).toBeUndefined();
    member.allResourcesProperties('AWS::Lambda::Function', {
      Code: { S3Bucket: plan.artifactBucket, S3Key: Match.anyValue() },
    });
    member.hasResourceProperties('AWS::Lambda::Function', {
      Environment: {
        Variables: { ALB502_SETTINGS: Match.stringLikeRegexp('"eu-central-1","us-east-1"') },
      },
    });
  });

  test('sends the alerts of each account to the hub', () => {
    const member = JSON.stringify(Template.fromStack(stacks.member).findResources('AWS::Events::Rule'));
    expect(member).toContain(`:events:${plan.homeRegion}:${plan.hubAccount}:event-bus/alb502`);
  });

  test('keeps it in accounts that join later', () => {
    Template.fromStack(stacks.rollout).hasResourceProperties('AWS::CloudFormation::StackSet', {
      PermissionModel: 'SERVICE_MANAGED',
      AutoDeployment: { Enabled: true },
      StackInstancesGroup: [
        {
          Regions: [plan.homeRegion],
          DeploymentTargets: { OrganizationalUnitIds: plan.organizationalUnitIds },
        },
      ],
    });
  });

  test('names a wrong setting', () => {
    const wrong = { ...plan, configuration: { repeatHours: 0 } };
    expect(() => organisation(new App(), wrong)).toThrow(InputError);
  });
});
