import { CloudWatchClient, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import {
  AllocateAddressCommand,
  CreateNatGatewayCommand,
  CreateRouteCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  DescribeRouteTablesCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { CHECK_IDS, type CheckId, type Examined } from '../../lambda/doctor/check.ts';
import { allChecks, examine, findDeployment, prepared } from '../../lambda/doctor/examine.ts';
import { versionCheck } from '../../lambda/doctor/version.ts';
import { packageVersion } from '../../lib/version.ts';
import { alertOf, shopBundle } from '../alert/shop.ts';
import type { FaultRule } from '../aws-faults.ts';
import type { Moto } from '../moto.ts';
import { setUpDelivery } from '../observe/log-deliveries.ts';
import { motoFleet } from '../observe/moto-fleet.ts';
import { buildDeliveredLoadBalancer, DELIVERED_LOG_GROUP } from '../permissions/logged-fleet.ts';
import { recordAt } from '../store/entries.ts';
import { attributesOfSubscription, metricsAre, subscribed } from './answers.ts';
import { type DeployedMonitor, deployedMonitor } from './deployed-monitor.ts';

const TOPIC = 'arn:aws:sns:eu-central-1:123456789012:alerts';
const CHAT = {
  arn: `${TOPIC}:1`,
  protocol: 'https',
  endpoint: 'https://global.sns-api.chatbot.amazonaws.com',
};

async function subnetOf(moto: Moto): Promise<string> {
  const ec2 = new EC2Client(moto.client);
  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.9.0.0/16' }));
  const { Subnet } = await ec2.send(new CreateSubnetCommand({ VpcId: Vpc?.VpcId, CidrBlock: '10.9.0.0/24' }));
  return Subnet?.SubnetId ?? '';
}

/** Gives a subnet's VPC a default route by a NAT gateway. */
async function openRoute(moto: Moto, subnetId: string): Promise<void> {
  const ec2 = new EC2Client(moto.client);
  const { AllocationId } = await ec2.send(new AllocateAddressCommand({ Domain: 'vpc' }));
  const { NatGateway } = await ec2.send(new CreateNatGatewayCommand({ SubnetId: subnetId, AllocationId }));
  const { RouteTables } = await ec2.send(
    new DescribeRouteTablesCommand({ Filters: [{ Name: 'vpc-id', Values: [NatGateway?.VpcId ?? ''] }] }),
  );
  await ec2.send(
    new CreateRouteCommand({
      RouteTableId: RouteTables?.[0]?.RouteTableId,
      DestinationCidrBlock: '0.0.0.0/0',
      NatGatewayId: NatGateway?.NatGatewayId,
    }),
  );
}

describe('alb502 doctor', () => {
  let monitor: DeployedMonitor;
  let examined: Examined;
  let subnetId: string;

  beforeAll(async () => {
    monitor = await deployedMonitor(async (moto) => {
      subnetId = await subnetOf(moto);
      return { probe: { subnetIds: [subnetId], securityGroupIds: ['sg-0123456789abcdef0'] } };
    });
    await loseInChat(monitor.moto);
    for (const [name, value] of Object.entries(monitor.moto.environment)) vi.stubEnv(name, value);
    monitor.make([]);
    const { region } = monitor.moto.client;
    const deployment = await findDeployment({
      region,
      stackName: null,
      options: { ...monitor.proxy.client, maxAttempts: 1 },
      version: packageVersion(),
      now: new Date(),
    });
    examined = await prepared(deployment);
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await monitor?.stop();
  });

  /** What one check finds, with some calls made to fail: `outcome: what`. */
  async function found(id: CheckId, faults: readonly FaultRule[], by: string | null = null) {
    const check = allChecks(by).find((one) => one.id === id);
    if (check === undefined) throw new Error(`no check ${id}`);
    monitor.make(faults);
    const { findings } = await examine(check, examined);
    for (const { outcome, todo } of findings)
      expect(todo === null, outcome).toBe(outcome === 'ok' || outcome === 'skipped');
    return findings.map(({ outcome, what }) => `${outcome}: ${what}`).join('\n');
  }

  test('the probe has no way out of its subnet until it has a NAT gateway', async () => {
    expect(await found('probe', [])).toContain(
      `problem: ${subnetId} has no way to elasticloadbalancing, dynamodb, ec2`,
    );
    await openRoute(monitor.moto, subnetId);
    expect(await found('probe', [])).toMatch(/^ok: subnet-\w+ reaches AWS by nat-\w+\nok: 14 runs/);
  });

  test('says of a sound deployment that nothing is wrong, in the order of its checks, and changes nothing', async () => {
    const { code, checks } = await monitor.doctor();
    expect(checks.filter(({ outcome }) => outcome === 'problem' || outcome === 'unknown')).toEqual([]);
    expect([...new Set(checks.map(({ check }) => check))]).toEqual([...CHECK_IDS]);
    expect(code).toBe(0);
    expect(monitor.proxy.calls.map(({ action }) => action)).not.toContain('Publish');
    const writes = monitor.proxy.calls.filter(
      ({ action }) => !/^(Describe|Get|List|Lookup|Query|Filter)/.test(action),
    );
    expect(writes.map(({ action }) => action)).toEqual([]);
  });

  test('prints a line for each thing, what to do below it, and exits with 1', async () => {
    const { code, stdout, stderr } = await monitor.run(
      ['doctor'],
      [{ action: 'DescribeTrails', fault: { answer: () => ({ trailList: [] }) } }],
    );
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(stdout).toMatch(/^ok {7}stack +Alb502 in eu-central-1 \(CREATE_COMPLETE\)/);
    expect(stdout).toMatch(/\nproblem {2}trail +eu-central-1: no trail\n +to do: changes are then seen/);
    expect(stdout).toMatch(/\n\n1 problem\.\n$/);
  });

  test('what could not be seen is no all-clear: it exits with 3', async () => {
    const { code, checks } = await monitor.doctor([{ action: 'DescribeTrails', fault: 'denied' }]);
    expect(checks.filter(({ outcome }) => outcome === 'unknown')).toMatchObject([{ check: 'trail' }]);
    expect(code).toBe(3);
  });

  test('without such a stack it says what to give, and exits with 2', async () => {
    const { code, stdout, stderr } = await monitor.run(['doctor', '--stack', 'Other']);
    expect({ code, stdout, stderr }).toEqual({
      code: 2,
      stdout: '',
      stderr:
        'alb502: no stack of a deployed monitor is named Other in eu-central-1; give --region and --stack NAME\n',
    });
  });

  const FAULTS: readonly (readonly [check: CheckId, faults: readonly FaultRule[], expected: RegExp])[] = [
    ['screening', [metricsAre({ 'AWS/Lambda/Invocations': null })], /^problem: .* has not run in 15 minutes/],
    ['screening', [metricsAre({ 'AWS/Lambda/Errors': 3 })], /^problem: 3 of 14 runs failed/],
    ['screening', [{ action: 'GetMetricData', fault: 'denied' }], /^unknown: .*cloudwatch:GetMetricData/],
    ['investigation', [metricsAre({ 'AWS/Lambda/Errors': 2 })], /^problem: 2 of 14 runs failed/],
    [
      'investigation',
      [metricsAre({ 'AWS/Lambda/Invocations': null })],
      /^skipped: nothing was looked at yet/,
    ],
    ['investigation', [metricsAre({ 'alb502/FailedReads': 7 })], /^ok: .*\nproblem: 7 reads of the function/],
    ['investigation', [metricsAre({ 'alb502/FailedReads': 0 })], /^ok: .*\nok: every read/],
    [
      'reads',
      [{ action: 'DescribeTargetHealth', fault: 'denied' }],
      /^problem: eu-central-1: the health of the targets: not allowed[^\n]*$/,
    ],
    ['reads', [{ action: 'LookupEvents', fault: 'denied' }], /^problem: .*cloudtrail:LookupEvents/],
    [
      'reads',
      [{ action: 'DescribeLoadBalancers', fault: 'denied' }],
      /^unknown: eu-central-1: .*may not call/,
    ],
    ['metrics-insights', [{ action: 'GetMetricData', fault: 'denied' }], /^problem: .*not allowed to call/],
    [
      'metrics-insights',
      [
        {
          action: 'GetMetricData',
          fault: {
            answer: () => ({
              MetricDataResults: [{ Id: 'failing', Label: 'SUM', Timestamps: [1], Values: [3] }],
            }),
          },
        },
      ],
      /^problem: .*not grouped by load balancer/,
    ],
    [
      'trail',
      [{ action: 'GetTrailStatus', fault: { answer: () => ({ IsLogging: false }) } }],
      /^problem: .*no trail that logs/,
    ],
    [
      'trail',
      [
        {
          action: 'GetEventSelectors',
          fault: {
            answer: () => ({
              EventSelectors: [{ ReadWriteType: 'ReadOnly', IncludeManagementEvents: true }],
            }),
          },
        },
      ],
      /^problem: .*no trail that logs changes/,
    ],
    [
      'trail',
      [
        {
          action: 'GetEventSelectors',
          fault: {
            answer: () => ({
              AdvancedEventSelectors: [
                { FieldSelectors: [{ Field: 'eventCategory', Equals: ['Management'] }] },
              ],
            }),
          },
        },
      ],
      /^ok: /,
    ],
    [
      'trail',
      [{ action: 'GetEventSelectors', fault: 'denied' }],
      /^unknown: .*cannot be seen from this account/,
    ],
    [
      'access-logs',
      [{ action: 'GetObject', fault: 'denied' }],
      /^problem: .*access-logs-of-the-fleet: .*not allowed/,
    ],
    [
      'access-logs',
      [{ action: 'DescribeLoadBalancerAttributes', fault: 'denied' }],
      /^problem: .*not allowed/,
    ],
    [
      'access-logs',
      [{ action: 'DescribeDeliverySources', fault: 'denied' }],
      /^ok: .*\nunknown: .*where the access log is delivered: not allowed/,
    ],
    ['probe', [metricsAre({ 'AWS/Lambda/Errors': 1 })], /problem: 1 of 14 runs failed/],
    ['probe', [metricsAre({ 'AWS/Lambda/Invocations': null })], /unknown: it did not run/],
    [
      'queue',
      [
        {
          action: 'GetQueueAttributes',
          fault: { answer: () => ({ Attributes: { ApproximateNumberOfMessages: '150' } }) },
        },
      ],
      /^problem: 150 load balancers wait/,
    ],
    [
      'dead-letters',
      [
        {
          action: 'GetQueueAttributes',
          fault: { answer: () => ({ Attributes: { ApproximateNumberOfMessages: '0' } }) },
        },
      ],
      /^problem: the queue has no dead-letter queue/,
    ],
    [
      'dead-letters',
      [
        {
          action: 'GetQueueAttributes',
          fault: {
            answer: () => ({
              Attributes: {
                ApproximateNumberOfMessages: '2',
                RedrivePolicy: JSON.stringify({
                  deadLetterTargetArn: 'arn:aws:sqs:eu-central-1:123456789012:dead.fifo',
                }),
              },
            }),
          },
        },
        { action: 'GetQueueUrl', fault: { answer: () => ({ QueueUrl: 'http://127.0.0.1/dead.fifo' }) } },
      ],
      /^problem: 2 looks failed five times/,
    ],
    ['outbox', [{ action: 'Query', fault: 'denied' }], /^unknown: /],
    ['subscriptions', [subscribed()], /^problem: nobody is subscribed/],
    [
      'subscriptions',
      [subscribed({ arn: 'PendingConfirmation', protocol: 'email', endpoint: 'oncall@example.com' })],
      /^problem: email oncall@example.com has not confirmed/,
    ],
    [
      'subscriptions',
      [
        subscribed({
          arn: `${TOPIC}:1`,
          protocol: 'https',
          endpoint: 'https://hooks.example/services/s3cr3t',
        }),
        attributesOfSubscription({ PendingConfirmation: 'false', FilterPolicy: '{"severity":["critical"]}' }),
      ],
      /^ok: https https:\/\/hooks\.example\/…, filtered by \{"severity":\["critical"\]\}$/,
    ],
    [
      'chat',
      [
        subscribed(CHAT),
        attributesOfSubscription({}),
        { action: 'ListMetrics', fault: { answer: () => ({ Metrics: [] }) } },
      ],
      /^unknown: .*has no metric yet/,
    ],
    [
      'chat',
      [subscribed(CHAT), attributesOfSubscription({})],
      /^problem: oncall: MessageDeliveryFailure 1 in 24 hours/,
    ],
  ];

  test.each(FAULTS)('%s, case %#', async (check, faults, expected) => {
    expect(await found(check, faults)).toMatch(expected);
  });

  test('regions that cannot be read are told, and the rest is looked at', async () => {
    // The proxy names a call of a REST service by its method, as S3's.
    monitor.make([{ action: 'GetObject', fault: 'denied' }]);
    const unsure = await prepared(examined);
    expect(unsure.watched).toEqual([examined.region]);
    const [check] = allChecks(null);
    expect(await check?.run(unsure)).toMatchObject([{ outcome: 'ok' }, { outcome: 'unknown' }]);
  });

  test('a notification that waits for its delivery is told', async () => {
    const notification = alertOf(shopBundle({ at: 180, failing: [170, 175] }), 180);
    await examined.store.record(recordAt(1, { notifications: [notification] }));
    expect(await found('outbox', [])).toMatch(
      /^problem: waiting for the topic: 1, the oldest since .*\nproblem: waiting for the bus: 1, /,
    );
    for (const channel of ['topic', 'bus'] as const)
      for (const entry of (await examined.store.outbox({ channel, limit: 10 })).entries)
        await examined.store.removeFromOutbox(entry);
  });

  test('--send sends one notification with its resolve, and says who should have it', async () => {
    await monitor.deployment.receiveAlerts();
    const { code, stdout } = await monitor.run(['doctor', '--send', '--json']);
    expect(code).toBe(0);
    expect(stdout).toContain('alert-inbox should have got it: look there');
    const events = (await monitor.deployment.receiveAlerts()).map(({ attributes }) => attributes['event']);
    expect(events).toEqual(['firing', 'resolved']);
    expect(await found('delivery', [{ action: 'Publish', fault: 'denied' }], 'dana')).toMatch(
      /^problem: the topic: .*sns:Publish/,
    );
    expect(await found('delivery', [])).toMatch(/^skipped: nothing was sent/);
  });

  test('an access log that is delivered to CloudWatch Logs is read there; one to Firehose is named', async () => {
    const group = `cloudwatch://${DELIVERED_LOG_GROUP}`;
    expect(await found('access-logs', [])).not.toContain(group);
    await buildDeliveredLoadBalancer(monitor.moto);
    expect(await found('access-logs', [])).toMatch(
      new RegExp(`^ok: .*s3://.*: 1 line read.*\nok: .*${group}: 1 line read, all understood$`),
    );
    expect(await found('access-logs', [{ action: 'FilterLogEvents', fault: 'denied' }])).toMatch(
      new RegExp(`problem: .*${group}: not allowed`),
    );
    const fleet = await motoFleet(monitor.moto);
    await setUpDelivery(monitor.moto, {
      name: 'hosed',
      loadBalancerArn: await fleet.loadBalancer({ name: 'hosed' }),
      to: 'arn:aws:firehose:eu-central-1:123456789012:deliverystream/alb',
    });
    expect(await found('access-logs', [])).toMatch(/skipped: .*hosed is delivered to arn:aws:firehose:/);
  });

  test('a deployment of another version, and one that does not say its version, are told', async () => {
    const older = await versionCheck.run({ ...examined, version: '9.0.0' });
    expect(older).toMatchObject([
      { outcome: 'problem', what: `${packageVersion()} is deployed, 9.0.0 is here` },
    ]);
    const stack = { ...examined.stack, outputs: {} };
    expect(await versionCheck.run({ ...examined, stack })).toMatchObject([{ outcome: 'problem' }]);
  });
});

/** A message that a chat client did not deliver. */
async function loseInChat(moto: Moto): Promise<void> {
  await new CloudWatchClient({ ...moto.client, region: 'us-east-1' }).send(
    new PutMetricDataCommand({
      Namespace: 'AWS/Chatbot',
      MetricData: [
        {
          MetricName: 'MessageDeliveryFailure',
          Dimensions: [{ Name: 'ConfigurationName', Value: 'oncall' }],
          Timestamp: new Date(Date.now() - 600_000),
          Value: 1,
        },
      ],
    }),
  );
}
