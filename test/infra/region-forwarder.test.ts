import { App } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import type { Configuration } from '../../lib/configuration.ts';
import { DEFAULT_REGIONS, forwardRegions } from '../../lib/region-forwarder.ts';
import { CHANGE_EVENT_NAMES } from '../../lib/triggers.ts';

const wanted = (
  regions: Configuration['regions'],
  more: Partial<Pick<Configuration, 'excludedRegions' | 'regionStacks'>> = {},
) => ({ regions, excludedRegions: [], regionStacks: 'bootstrap' as const, ...more });

const HOME = { region: 'eu-central-1', account: '123456789012' };

describe('the forwarders of other regions', () => {
  test('are none where only the own region is watched', () => {
    expect(forwardRegions(new App(), wanted([]), HOME)).toEqual([]);
    expect(forwardRegions(new App(), wanted(['eu-central-1']), HOME)).toEqual([]);
  });

  test('are none where synthesis does not know the own region', () => {
    expect(
      forwardRegions(new App(), wanted(['us-east-1']), { region: undefined, account: undefined }),
    ).toEqual([]);
  });

  test('are one for each other region that is named, in that region', () => {
    const stacks = forwardRegions(
      new App(),
      wanted(['us-east-1', 'eu-central-1', 'eu-west-1', 'us-east-1']),
      HOME,
    );
    expect(stacks.map(({ region, account }) => [region, account])).toEqual([
      ['us-east-1', '123456789012'],
      ['eu-west-1', '123456789012'],
    ]);
  });

  test('are one for each region of every account where all are watched', () => {
    const stacks = forwardRegions(new App(), wanted('all'), HOME);
    expect(stacks).toHaveLength(DEFAULT_REGIONS.length - 1);
  });

  test.each([
    ['us-gov-west-1', ['us-gov-east-1']],
    ['cn-north-1', ['cn-northwest-1']],
    ['eusc-de-east-1', []],
  ])('are in the partition of %s only, where all are watched', (region, others) => {
    const stacks = forwardRegions(new App(), wanted('all'), { ...HOME, region });
    expect(stacks.map((stack) => stack.region)).toEqual(others);
  });

  test('leave out the regions that are excluded, for instance by a service control policy', () => {
    const excluded = { excludedRegions: ['us-east-1', 'sa-east-1'] };
    const regions = forwardRegions(new App(), wanted('all', excluded), HOME).map(({ region }) => region);
    expect(regions).toHaveLength(DEFAULT_REGIONS.length - 3);
    expect(regions).not.toContain('sa-east-1');
  });

  test('are deployed by the roles of the bootstrap, or by the caller where that is configured', () => {
    const rolesOf = (regionStacks: Configuration['regionStacks']) => {
      const app = new App();
      forwardRegions(app, wanted(['us-east-1'], { regionStacks }), HOME);
      const [artifact] = app.synth().stacks;
      return [artifact?.assumeRoleArn, artifact?.cloudFormationExecutionRoleArn];
    };
    expect(rolesOf('bootstrap')).toEqual([
      expect.stringContaining(':role/cdk-hnb659fds-deploy-role-123456789012-us-east-1'),
      expect.stringContaining(':role/cdk-hnb659fds-cfn-exec-role-123456789012-us-east-1'),
    ]);
    // The CDK's command line takes an empty or absent role as: the credentials it was started with.
    expect(rolesOf('caller').map((role) => role || null)).toEqual([null, null]);
  });

  test('send changes that succeeded to the default bus of the own region, and may do nothing else', () => {
    const [stack] = forwardRegions(new App(), wanted(['us-east-1']), HOME);
    if (!stack) throw new Error('no stack');
    const template = Template.fromStack(stack);
    template.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: {
        source: ['aws.elasticloadbalancing'],
        detail: { eventName: [...CHANGE_EVENT_NAMES], errorCode: [{ exists: false }] },
      },
      Targets: [{ Arn: Match.anyValue(), RoleArn: Match.anyValue() }],
    });
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: [{ Action: 'events:PutEvents', Effect: 'Allow', Resource: Match.anyValue() }],
      },
    });
    expect(JSON.stringify(template.toJSON())).toContain(':events:eu-central-1:');
    template.resourceCountIs('AWS::Events::Rule', 1);
  });
});
