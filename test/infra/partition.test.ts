import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { consoleLink } from '../../lambda/alert/notification.ts';
import { ENV, environmentFrom, settingsSchema } from '../../lambda/env.ts';
import { partitionOf } from '../../lambda/model/partition.ts';
import { synthesizeForTest, type TemplateJson } from './synthesize.ts';

/** One region of every partition that AWS documents, and one that it may open one day. */
const REGIONS: readonly (readonly [string, string])[] = [
  ['aws', 'eu-central-1'],
  ['aws-cn', 'cn-north-1'],
  ['aws-us-gov', 'us-gov-west-1'],
  ['aws-eusc', 'eusc-de-east-1'],
  ['aws-iso', 'us-iso-east-1'],
  ['aws-iso-b', 'us-isob-east-1'],
  ['aws-iso-e', 'eu-isoe-west-1'],
  ['aws-iso-f', 'us-isof-south-1'],
];

const equals = z.object({ 'Fn::Equals': z.tuple([z.object({ Ref: z.string() }), z.string()]) });
const branch = z.object({ 'Fn::If': z.tuple([z.string(), z.unknown(), z.unknown()]) });
const joined = z.object({ 'Fn::Join': z.tuple([z.string(), z.array(z.unknown())]) });
const reference = z.object({ Ref: z.string() });

/** What CloudFormation would make of a value: as far as the dashboard's address needs it. */
function evaluated(value: unknown, template: TemplateJson, facts: Readonly<Record<string, string>>): string {
  if (typeof value === 'string') return value;
  const condition = branch.safeParse(value);
  if (condition.success) {
    const [name, yes, no] = condition.data['Fn::If'];
    const conditions = z.record(z.string(), equals).parse(template['Conditions']);
    const [{ Ref }, wanted] = conditions[name]?.['Fn::Equals'] ?? [{ Ref: '' }, ''];
    return evaluated(facts[Ref] === wanted ? yes : no, template, facts);
  }
  const join = joined.safeParse(value);
  if (join.success) {
    const [separator, parts] = join.data['Fn::Join'];
    return parts.map((part) => evaluated(part, template, facts)).join(separator);
  }
  const { Ref } = reference.parse(value);
  return facts[Ref] ?? `<${Ref}>`;
}

describe.each([...REGIONS, ['aws-tomorrow', 'xx-somewhere-1'] as const])(
  'in the partition %s',
  (partition, region) => {
    const facts = { 'AWS::Partition': partition, 'AWS::Region': region };

    test('the dashboard has an address where one is known, and a name where not', () => {
      const { template } = synthesizeForTest();
      const hint = evaluated(
        z.object({ Value: z.unknown() }).parse(template.Outputs['DashboardUrl']).Value,
        template,
        facts,
      );
      const known = ['aws', 'aws-cn', 'aws-us-gov'].includes(partition);
      if (known)
        expect(hint).toMatch(new RegExp(`^https://${region}\\.console\\..*region=${region}#dashboards`));
      else expect(hint).toMatch(new RegExp(`^the dashboard [\\w-]+-${region} in the console`));
      const variables = Object.values(template.Resources).flatMap(({ Type, Properties }) =>
        Type === 'AWS::Lambda::Function'
          ? [
              z
                .object({ Environment: z.object({ Variables: z.record(z.string(), z.unknown()) }) })
                .parse(Properties).Environment.Variables[ENV.dashboardUrl],
            ]
          : [],
      );
      const [url] = variables.filter((value) => value !== undefined);
      expect(evaluated(url, template, facts)).toBe(known ? hint : '');
    });

    test('nothing is looked up that only some partitions have', () => {
      const { template } = synthesizeForTest();
      expect(JSON.stringify(template)).not.toMatch(/Fn::FindInMap|"Mappings"|arn:aws:/);
    });

    test('a load balancer has a link where the console is known', () => {
      const arn = `arn:${partition}:elasticloadbalancing:${region}:123456789012:loadbalancer/app/shop/0123456789abcdef`;
      const known = ['aws', 'aws-cn', 'aws-us-gov'].includes(partition);
      expect(consoleLink(arn).startsWith('https://')).toBe(known);
    });
  },
);

test.each(REGIONS)('a region of %s is known by its name: %s', (partition, region) => {
  expect(partitionOf(region)).toBe(partition);
  expect(settingsSchema.safeParse({ regions: [region] }).success).toBe(true);
});

test('the functions run without an address of the dashboard', () => {
  const environment = environmentFrom({
    AWS_REGION: 'us-iso-east-1',
    [ENV.tableName]: 'table',
    [ENV.topicArn]: 'arn:aws-iso:sns:us-iso-east-1:123456789012:topic',
    [ENV.queueUrl]: 'https://sqs.us-iso-east-1.c2s.ic.gov/123456789012/queue',
    [ENV.dashboardUrl]: '',
  });
  expect(environment.dashboardUrl).toBeNull();
});
