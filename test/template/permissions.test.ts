import * as fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Configuration, type ConfigurationInput, parseConfiguration } from '../../lib/configuration.ts';
import { parameterValues } from '../../lib/release/parameter-values.ts';
import { releasedTemplate } from '../../scripts/template/catalogue.ts';
import { type Parameterized, parameterizedSchema } from './evaluate-template.ts';
import { deployed, monitorOf, slotNumbers } from './same-as-cdk.ts';

/** A bound, not an expectation: the machine may be busy. */
const LIMIT_MS = 600_000;

const SECRET = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:pager-AbCdEf';
const KEY = 'arn:aws:kms:eu-central-1:123456789012:key/11111111-2222-3333-4444-555555555555';
const HUB = 'arn:aws:events:eu-central-1:111122223333:event-bus/alb502';
const LOGS = 'arn:aws:logs:eu-central-1:123456789012:log-group:';

const receivers: NonNullable<ConfigurationInput['subscriptions']> = [
  { protocol: 'webhook', secretArn: SECRET, endpoint: 'https://hooks.example.com/alb502/', header: 'X-Key' },
  { protocol: 'email', endpoint: 'oncall@example.com', severities: ['critical', 'warning'] },
  { protocol: 'lambda', endpoint: 'arn:aws:lambda:eu-central-1:123456789012:function:pager' },
  { protocol: 'opsgenie', secretArn: SECRET, severities: ['critical'] },
  { protocol: 'email', endpoint: 'team@example.com' },
  { protocol: 'sqs', endpoint: 'arn:aws:sqs:eu-central-1:123456789012:alerts', severities: ['info'] },
  { protocol: 'https', endpoint: 'https://global.sns-api.chatbot.amazonaws.com' },
  { protocol: 'pagerduty', secretArn: SECRET, endpoint: 'https://events.eu.pagerduty.com/v2/enqueue' },
  { protocol: 'sms', endpoint: '+4915112345678' },
  { protocol: 'email', endpoint: 'third@example.com' },
];
const probe = {
  subnetIds: ['subnet-0123456789abcdef0', 'subnet-01234567'],
  securityGroupIds: ['sg-0123456789abcdef0', 'sg-01234567'],
};

/** Each with something switched on or off that the others leave alone. */
const CONFIGURATIONS: readonly (readonly [string, ConfigurationInput])[] = [
  ['nothing configured', {}],
  ['all regions but two', { regions: 'all', excludedRegions: ['eu-west-3', 'us-west-1'] }],
  ['three regions', { regions: ['eu-central-1', 'us-east-1', 'ap-southeast-2'] }],
  ['one region', { regions: ['us-east-1'] }],
  ['every receiver', { subscriptions: receivers }],
  ['one integration, without alarms', { subscriptions: receivers.slice(0, 1), selfMonitoring: false }],
  ['a probe', { probe, probeSkipWords: ['delete', 'pay'] }],
  ['a probe without alarms', { probe, selfMonitoring: false, probeSkipWords: [] }],
  [
    'logs to read',
    {
      accessLogBuckets: ['arn:aws:s3:::one', 'arn:aws:s3:::two.with.dots'],
      accessLogGroups: [`${LOGS}/aws/vendedlogs/alb:*`, `${LOGS}/aws/vendedlogs/other`],
      backendLogGroups: [`${LOGS}/my/service`],
    },
  ],
  ['no workloads, whose images may be read', { readWorkloads: false, readImages: true }],
  ['images, and actions of the widget', { readImages: true, widgetActions: true }],
  [
    'a key, chat and long logs',
    { alertTopicKmsKeyArn: KEY, chatConfigurations: ['oncall'], logRetentionDays: 3653 },
  ],
  [
    'other numbers',
    {
      critical502Ratio: 0.000001,
      pendingMinutes: 60,
      minimum502Count: 70_000,
      backstopMinutes: 1440,
      askServers: true,
    },
  ],
];

describe('a template of the release, with the parameters of a configuration,', { timeout: LIMIT_MS }, () => {
  let template: Parameterized;
  beforeAll(() => {
    template = parameterizedSchema.parse(releasedTemplate('alb502'));
  }, LIMIT_MS);

  function expectSame(configuration: Configuration, hub?: string): void {
    const { values, noRoom } = parameterValues(configuration);
    expect(noRoom).toEqual([]);
    const parameters = {
      ArtifactBucket: 'my-bucket',
      ...(hub === undefined ? {} : { HubEventBusArn: hub }),
      ...values,
    };
    const numbers = slotNumbers(configuration.subscriptions);
    expect(deployed(template, parameters)).toEqual(deployed(monitorOf(configuration, hub), {}, numbers));
  }

  test.each(CONFIGURATIONS)('deploys what the CDK app deploys: %s', (_, input) => {
    expectSame(parseConfiguration(input, 'test'));
  });

  test('deploys what an organisation deploys into a member account', () => {
    expectSame(parseConfiguration({ subscriptions: receivers.slice(0, 2) }, 'test'), HUB);
  });

  test('deploys what the CDK app deploys, whatever is combined', () => {
    const arbitrary = fc.record<ConfigurationInput>(
      {
        regions: fc.oneof(
          fc.constant<'all'>('all'),
          fc.uniqueArray(fc.constantFrom('eu-west-1', 'us-east-1', 'eu-central-1')),
        ),
        subscriptions: fc.shuffledSubarray([...receivers]),
        selfMonitoring: fc.boolean(),
        readWorkloads: fc.boolean(),
        readImages: fc.boolean(),
        widgetActions: fc.boolean(),
        askServers: fc.boolean(),
        probe: fc.constant(probe),
        chatConfigurations: fc.constantFrom([], ['oncall']),
        alertTopicKmsKeyArn: fc.constant(KEY),
        accessLogBuckets: fc.subarray(['arn:aws:s3:::one', 'arn:aws:s3:::two']),
        backendLogGroups: fc.subarray([`${LOGS}/one`, `${LOGS}/two`]),
        repeatHours: fc.integer({ min: 1, max: 168 }),
        critical502Ratio: fc.double({ min: 1e-9, max: 1, noNaN: true }),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(arbitrary, (input) => expectSame(parseConfiguration(input, 'test'))),
      { numRuns: 12 },
    );
  });
});
