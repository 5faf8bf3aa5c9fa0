import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { configurationOf, configurationText } from '../../lambda/init/configuration-text.ts';
import type { Inventory, LogPlace, ServiceLog } from '../../lambda/init/inventory.ts';
import { withKeptSettings } from '../../lambda/init/kept-settings.ts';
import { proposalOf } from '../../lambda/init/proposal.ts';
import { parseCommentedJson } from '../../lib/commented-json.ts';
import { parseConfiguration } from '../../lib/configuration.ts';
import { Alb502Stack } from '../../lib/stack.ts';

const logGroup = (name: string): string => `arn:aws:logs:eu-central-1:123456789012:log-group:${name}`;

const serviceLog = (index: number): ServiceLog => ({
  arn: logGroup(`/ecs/production/service-number-${index}`),
  service: `prod/service-${index}`,
  containerName: 'web',
  targetGroupArn: `arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/group-${index}/0123456789abcdef`,
});

const inventory = (over: Partial<Inventory> = {}, logs: readonly LogPlace[] = []): Inventory => ({
  account: '123456789012',
  regions: [{ region: 'eu-central-1', loadBalancers: ['shop'], logs, serviceLogs: [] }],
  emptyRegions: [],
  probe: null,
  notRead: [],
  ...over,
});

const textOf = (found: Inventory): string => configurationText(proposalOf(found), ['Heading.']);
const parsedOf = (found: Inventory): unknown => parseCommentedJson(textOf(found), 'the file');

const ofServices = (count: number): Inventory =>
  inventory({
    regions: [
      {
        ...{ region: 'eu-central-1', loadBalancers: ['shop'], logs: [] },
        serviceLogs: Array.from({ length: count }, (_, index) => serviceLog(index)),
      },
    ],
  });

describe('a proposed configuration', () => {
  test('is read as what it says it is, whatever names and reasons hold', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (name, reason) => {
        const found = inventory(
          { notRead: [{ key: 'probe', region: 'eu-central-1', action: null, reason: `${reason}\n} */ {` }] },
          [{ loadBalancer: `${name}\r\n"x",`, log: 'access log', kind: 'bucket', arn: 'arn:aws:s3:::logs' }],
        );
        expect(JSON.stringify(parsedOf(found))).toBe(JSON.stringify(configurationOf(proposalOf(found))));
      }),
    );
  });

  test('names a log group of many services once, and a health-check log for what it is', () => {
    const one: LogPlace = {
      loadBalancer: 'shop',
      log: 'health-check log',
      kind: 'bucket',
      arn: 'arn:aws:s3:::logs',
    };
    const text = textOf(inventory({}, [one, { ...one, log: 'access log' }]));
    expect(text).toContain('"arn:aws:s3:::logs", // access log of shop; health-check log of shop');
  });

  test('says of a log that goes where nothing can read it, and counts it as none', () => {
    const text = textOf(
      inventory({}, [
        {
          ...{ loadBalancer: 'shop', log: 'access log', kind: 'elsewhere' },
          arn: 'arn:aws:firehose:eu-central-1:123456789012:deliverystream/logs',
        },
      ]),
    );
    expect(text).toContain('The access log of shop goes to arn:aws:firehose:');
    expect(text).toContain('1 load balancer without an access log that can be read: shop;');
  });

  test('has the log groups of 500 services, as many switched on as a policy has room for', () => {
    const found = ofServices(500);
    const text = textOf(found);
    const { backendLogGroups } = parseConfiguration(parsedOf(found), 'the file');
    expect(backendLogGroups.length).toBeGreaterThan(40);
    expect(text.match(/^ {4}\/\/ "arn:aws:logs/gm)).toHaveLength(500 - backendLogGroups.length);
    expect(text).toContain(`${500 - backendLogGroups.length} log groups switched off: `);
    const configuration = parseConfiguration(parsedOf(found), 'the file');
    const template = Template.fromStack(new Alb502Stack(new App(), 'Alb502', { configuration }));
    // What IAM takes within a role and as a managed policy.
    for (const [type, most] of [
      ['AWS::IAM::Policy', 10_240],
      ['AWS::IAM::ManagedPolicy', 6_144],
    ] as const)
      for (const [id, { Properties }] of Object.entries(template.findResources(type)))
        expect(JSON.stringify(Properties).length, id).toBeLessThan(most);
  });

  test('says which subnets do not do where none does', () => {
    const place = { region: 'eu-central-1', vpcId: 'vpc-1', subnets: [], securityGroupIds: ['sg-1'] };
    const text = textOf(inventory({ probe: { ...place, unsuited: ['subnet-1 has no way to dynamodb'] } }));
    expect(text).toContain('// No subnet of vpc-1 in eu-central-1 reaches AWS: a NAT gateway, ');
    expect(text).toContain('// subnet-1 has no way to dynamodb.');
    expect(text).not.toContain('"probe"');
  });

  test('costs more with each region, and with the buckets that are read', () => {
    const usd = (found: Inventory): number => proposalOf(found).usdAMonth;
    const one = inventory();
    const two = inventory({
      regions: ['eu-central-1', 'eu-west-1'].flatMap((region) =>
        one.regions.map((found) => ({ ...found, region })),
      ),
    });
    const bucket: LogPlace = {
      loadBalancer: 'shop',
      log: 'access log',
      kind: 'bucket',
      arn: 'arn:aws:s3:::logs',
    };
    expect(usd(two)).toBeGreaterThan(usd(one) + 0.4);
    expect(usd(inventory({}, [bucket]))).toBeGreaterThan(usd(one));
  });
});

describe('settings that are kept', () => {
  const keep = (existing: Record<string, unknown>) =>
    configurationOf(withKeptSettings(proposalOf(inventory()), existing));

  test.each([
    [{ regions: 'all' }, { regions: 'all' }],
    [{ regions: ['us-east-1'] }, { regions: ['eu-central-1', 'us-east-1'] }],
    [{ widgetActions: false }, { widgetActions: false }],
    [{ accessLogBuckets: ['arn:aws:s3:::old'] }, { accessLogBuckets: ['arn:aws:s3:::old'] }],
    [
      { repeatHours: 8, unknownKey: 1 },
      { repeatHours: 8, unknownKey: 1 },
    ],
  ])('%j stays', (existing, expected) => {
    expect(keep(existing)).toEqual({ regions: ['eu-central-1'], ...expected });
  });

  test('a log group that was switched on stays on where there is no room for more', () => {
    const proposal = proposalOf(ofServices(200));
    const last = serviceLog(99).arn;
    expect(configurationOf(proposal)['backendLogGroups']).not.toContain(last);
    const kept = configurationOf(withKeptSettings(proposal, { backendLogGroups: [last] }));
    expect(kept['backendLogGroups']).toContain(last);
  });
});
