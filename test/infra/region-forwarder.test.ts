import { App } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { DEFAULT_REGIONS, forwardRegions } from '../../lib/region-forwarder.ts';
import { CHANGE_EVENT_NAMES } from '../../lib/triggers.ts';

const HOME = { region: 'eu-central-1', account: '123456789012' };

describe('the forwarders of other regions', () => {
  test('are none where only the own region is watched', () => {
    expect(forwardRegions(new App(), [], HOME)).toEqual([]);
    expect(forwardRegions(new App(), ['eu-central-1'], HOME)).toEqual([]);
  });

  test('are none where synthesis does not know the own region', () => {
    expect(forwardRegions(new App(), ['us-east-1'], { region: undefined, account: undefined })).toEqual([]);
  });

  test('are one for each other region that is named, in that region', () => {
    const stacks = forwardRegions(new App(), ['us-east-1', 'eu-central-1', 'eu-west-1', 'us-east-1'], HOME);
    expect(stacks.map(({ region, account }) => [region, account])).toEqual([
      ['us-east-1', '123456789012'],
      ['eu-west-1', '123456789012'],
    ]);
  });

  test('are one for each region of every account where all are watched', () => {
    const stacks = forwardRegions(new App(), 'all', HOME);
    expect(stacks).toHaveLength(DEFAULT_REGIONS.length - 1);
  });

  test('send changes that succeeded to the default bus of the own region, and may do nothing else', () => {
    const [stack] = forwardRegions(new App(), ['us-east-1'], HOME);
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
    // No assets and no bootstrap version to look up: the region needs no preparation.
    expect(Object.keys(template.toJSON()['Parameters'] ?? {})).toEqual([]);
  });
});
