import { App, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { describe, expect, test } from 'vitest';
import { InputError } from '../../lambda/env.ts';
import { Alb502Monitor, type Alb502MonitorProps, organisation } from '../../lib/index.ts';
import { checkMonitorProps } from '../../lib/monitor-props.ts';

const failureOf = (build: () => unknown): string => {
  try {
    build();
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
  return 'no failure';
};

/** As JavaScript would, with whatever stands there. */
const monitorWith = (props: object) => new Alb502Monitor(new Stack(new App(), 'S'), 'Monitor', props);

describe('properties that cannot work', () => {
  test.each<[object, readonly string[]]>([
    [
      { subscriptions: [{ protocol: 'email', endpoint: 'nope' }] },
      ['subscriptions.0.endpoint is "nope"', 'mail address'],
    ],
    [{ accessLogBucketArns: ['my-bucket'] }, ['accessLogBucketArns.0 is "my-bucket"', 'arn:aws:s3:::']],
    [{ backendLogGroupArns: ['/my/service'] }, ['backendLogGroupArns.0', 'arn:aws:logs:']],
    [
      { probe: {} },
      ['probe.subnetIds is missing', 'subnet-0123456789abcdef0', 'probe.securityGroupIds is missing'],
    ],
    [{ setings: {} }, ['setings is not a setting; did you mean settings?']],
    [{ settings: { pendingMinuts: 3 } }, ['settings.pendingMinuts', 'did you mean pendingMinutes?']],
    [{ settings: { regions: 'al' } }, ['settings.regions is "al"', 'or "all"']],
    [{ settings: { regions: ['Frankfurt'] } }, ['settings.regions.0 is "Frankfurt"', 'eu-central-1']],
    [{ settings: { declaredKeepAlives: [{ targetgroup: 'x', seconds: 3 }] } }, ['did you mean targetGroup?']],
    [{ logRetention: 8 }, ['logRetention is 8', 'RetentionDays']],
    [{ stateRemovalPolicy: 'keep' }, ['stateRemovalPolicy is "keep"', 'RemovalPolicy']],
    [{ screenReservedConcurrency: 0 }, ['screenReservedConcurrency is 0', '1 or more']],
    [{ selfMonitoring: 'yes' }, ['selfMonitoring is "yes"', 'boolean']],
    [{ alertTopicKey: 'alias/key' }, ['alertTopicKey is "alias/key"', 'construct']],
  ])('%j fail on one line that names the key', (props, named) => {
    const message = failureOf(() => monitorWith(props));
    expect(message).toMatch(/^properties of Alb502Monitor "Monitor": [^\n]+$/);
    for (const text of named) expect(message).toContain(text);
  });

  test('are named together', () => {
    const message = failureOf(() => monitorWith({ probe: {}, accessLogBucketArns: ['x'], setings: {} }));
    for (const key of ['probe', 'accessLogBucketArns.0', 'setings']) expect(message).toContain(key);
  });

  test('of an organisation fail as well', () => {
    const plan = {
      organizationId: 'o-a1b2c3d4e5',
      hubAccount: '1234',
      homeRegion: 'Frankfurt',
      organizationalUnitIds: [],
      artifactBucket: 'arn:aws:s3:::bucket',
      configuraton: {},
    };
    const message = failureOf(() => organisation(new App(), plan));
    expect(message).toMatch(/^the plan of the organisation: [^\n]+$/);
    for (const key of [
      'hubAccount is "1234"',
      'homeRegion',
      'organizationalUnitIds',
      'artifactBucket',
      'did you mean configuration?',
    ])
      expect(message).toContain(key);
  });
});

test('what CloudFormation fills in is taken as it is', () => {
  const stack = new Stack(new App(), 'S');
  const vpc = new Vpc(stack, 'Vpc');
  const props: Alb502MonitorProps = {
    subscriptions: [{ protocol: 'sqs', endpoint: new Queue(stack, 'Queue').queueArn }],
    accessLogBucketArns: [new Bucket(stack, 'Bucket').bucketArn],
    probe: {
      subnetIds: vpc.privateSubnets.map(({ subnetId }) => subnetId),
      securityGroupIds: [vpc.vpcDefaultSecurityGroup],
    },
    logRetention: RetentionDays.INFINITE,
    stateRemovalPolicy: RemovalPolicy.DESTROY,
  };
  expect(() => checkMonitorProps(props, 'Monitor')).not.toThrow();
});
