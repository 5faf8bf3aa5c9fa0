import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadAwsServiceSpecSync } from '@aws-cdk/aws-service-spec';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { ChatHealth } from '../../lib/chat-health.ts';
import { type ConfigurationInput, parseConfiguration } from '../../lib/configuration.ts';
import { OrganisationHub } from '../../lib/organisation-hub.ts';
import { RegionForwarder } from '../../lib/region-forwarder.ts';
import { parameterValues } from '../../lib/release/parameter-values.ts';
import { TEMPLATE_NAMES, type TemplateName, templateFile } from '../../lib/release/template-name.ts';
import { releasedTemplate } from '../../scripts/template/catalogue.ts';
import { type Parameterized, parameterizedSchema } from './evaluate-template.ts';
import { deployed, slotNumbers, synthesized } from './same-as-cdk.ts';

/** A bound, not an expectation: the machine may be busy. */
const LIMIT_MS = 600_000;
const SECRET = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:pager-AbCdEf';
const HOME = { account: '111122223333', region: 'eu-central-1' } as const;

/** Where a stack stands, where the CDK knows it when it synthesizes. */
const at = (template: Parameterized): Parameterized =>
  parameterizedSchema.parse(
    JSON.parse(
      JSON.stringify(template)
        .replaceAll('{"Ref":"AWS::AccountId"}', `"${HOME.account}"`)
        .replaceAll('{"Ref":"AWS::Region"}', `"${HOME.region}"`),
    ),
  );

describe('the other templates of the release', { timeout: LIMIT_MS }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'alb502-others-'));
  const templates = new Map<TemplateName, Parameterized>();
  const templateOf = (name: TemplateName): Parameterized =>
    templates.get(name) ?? parameterizedSchema.parse({});
  beforeAll(() => {
    for (const name of TEMPLATE_NAMES) {
      const template = releasedTemplate(name);
      writeFileSync(join(folder, templateFile(name)), JSON.stringify(template));
      templates.set(name, parameterizedSchema.parse(template));
    }
  }, LIMIT_MS);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('forward the changes of another region as the CDK app does, and nothing in the home region', () => {
    const cdk = synthesized((app) => new RegionForwarder(app, 'Alb502Changes', { homeRegion: 'us-east-1' }));
    expect(deployed(at(templateOf('alb502-region')), { HomeRegion: 'us-east-1' })).toEqual(deployed(at(cdk)));
    const home = deployed(at(templateOf('alb502-region')), { HomeRegion: HOME.region });
    expect(home).toMatchObject({ Resources: {} });
  });

  test.each([1, 2, 3])('watch %d chat channels as the CDK app does', (count) => {
    const configurations = ['one', 'two', 'three'].slice(0, count);
    const cdk = synthesized(
      (app) => new ChatHealth(app, 'Alb502Chat', { homeRegion: 'eu-west-1', configurations }),
    );
    const channels = Object.fromEntries(
      configurations.map((name, index) => [`ChatConfiguration${index + 1}`, name]),
    );
    expect(deployed(at(templateOf('alb502-chat')), { HomeRegion: 'eu-west-1', ...channels })).toEqual(
      deployed(at(cdk)),
    );
  });

  test.each<[string, ConfigurationInput['subscriptions']]>([
    ['nobody', []],
    [
      'a queue, and PagerDuty with some severities',
      [
        { protocol: 'sqs', endpoint: 'arn:aws:sqs:eu-central-1:111122223333:alerts' },
        { protocol: 'pagerduty', secretArn: SECRET, severities: ['critical'] },
      ],
    ],
    ['a webhook', [{ protocol: 'webhook', secretArn: SECRET, endpoint: 'https://hooks.example.com/alb502' }]],
  ])('take the alerts of an organisation as the CDK app does, for %s', (_, hubSubscriptions) => {
    const cdk = synthesized(
      (app) =>
        new OrganisationHub(app, 'Alb502Hub', {
          organizationId: 'o-a1b2c3d4e5',
          hubAccount: HOME.account,
          homeRegion: HOME.region,
          organizationalUnitIds: ['r-ab12'],
          artifactBucket: 'my-artifacts',
          hubSubscriptions,
        }),
    );
    const { subscriptions } = parseConfiguration({ subscriptions: hubSubscriptions }, 'test');
    const template = templateOf('alb502-hub');
    const { values } = parameterValues(parseConfiguration({ subscriptions: hubSubscriptions }, 'test'));
    const receivers = Object.fromEntries(
      Object.entries(values).filter(([name]) => name in template.Parameters),
    );
    const given = { ArtifactBucket: 'my-artifacts', OrganizationId: 'o-a1b2c3d4e5', ...receivers };
    expect(deployed(at(template), given)).toEqual(deployed(at(cdk), {}, slotNumbers(subscriptions)));
  });

  test('use resources and properties that CloudFormation has', () => {
    const database = loadAwsServiceSpecSync();
    const properties = z.record(z.string(), z.unknown());
    const problems = [...templates].flatMap(([name, { Resources }]) =>
      Object.entries(Resources).flatMap(([id, { Type, Properties }]) => {
        const [resource] = database.lookup('resource', 'cloudFormationType', 'equals', Type);
        if (!resource) return [`${name} ${id}: ${Type} is no resource`];
        const given = Object.keys(properties.parse(Properties ?? {}));
        return given
          .filter((key) => !Object.hasOwn(resource.properties, key))
          .map((key) => `${name} ${id}: no ${key}`);
      }),
    );
    expect(problems).toEqual([]);
  });

  // It comes with moto[all]; where it is not installed, the test above is what there is.
  test('pass cfn-lint where it is installed', () => {
    if (spawnSync('cfn-lint', ['--version'], { timeout: LIMIT_MS }).error) return;
    // W3005: the CDK writes dependencies that a reference implies too. W1030, W1033: a parameter that is empty is looked
    // at where it is not used; that two belong together stands in Rules, which the linter does not read.
    const args = [
      '--ignore-checks',
      'W3005',
      'W1030',
      'W1033',
      '--',
      ...TEMPLATE_NAMES.map((name) => join(folder, templateFile(name))),
    ];
    const { status, stdout, stderr } = spawnSync('cfn-lint', args, { encoding: 'utf8', timeout: LIMIT_MS });
    expect(`${stdout}${stderr}`.trim()).toBe('');
    expect(status).toBe(0);
  });
});
