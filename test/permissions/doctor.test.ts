import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { attributesOfSubscription, subscribed } from '../doctor/answers.ts';
import { type DeployedMonitor, deployedMonitor } from '../doctor/deployed-monitor.ts';
import { type Authorization, authorizationsOf } from './authorization.ts';
import { buildDeliveredLoadBalancer, DELIVERED_LOG_GROUP, LOG_BUCKET } from './logged-fleet.ts';
import { grantsOf, isAllowed, only, type Policy, policySchema } from './policy.ts';

const STACK = 'Alb502';
const KEY = 'arn:aws:kms:eu-central-1:123456789012:key/12345678-1234-1234-1234-123456789012';
const CHAT = {
  arn: 'arn:aws:sns:eu-central-1:123456789012:alerts:1',
  protocol: 'https',
  endpoint: 'https://global.sns-api.chatbot.amazonaws.com',
};

/** SNS calls the key in the name of who publishes: https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html */
const BY_SNS = ['kms:Decrypt', 'kms:GenerateDataKey'].map((action) => ({ action, resource: KEY }));

function policyNamed(file: string): Policy {
  const text = readFileSync(new URL(`../../docs/${file}`, import.meta.url), 'utf8');
  // CloudFormation puts the stack's name before that of a queue; in moto it has the name that `fitForMoto` gives it.
  const queues = text.replace('sqs:*:*:STACK-*', 'sqs:*:*:Monitor*');
  const named = queues
    .replaceAll('STACK', STACK)
    .replaceAll('BUCKET', LOG_BUCKET)
    .replaceAll('LOG_GROUP', DELIVERED_LOG_GROUP)
    .replaceAll('KEY', KEY);
  return policySchema.parse(JSON.parse(named));
}

describe('the policies of doctor and test-alert', () => {
  let monitor: DeployedMonitor;
  beforeAll(async () => {
    monitor = await deployedMonitor(async () => ({
      regions: 'all',
      probe: { subnetIds: ['subnet-0123456789abcdef0'], securityGroupIds: ['sg-0123456789abcdef0'] },
    }));
    await buildDeliveredLoadBalancer(monitor.moto);
  });
  afterAll(() => monitor?.stop());

  /** What a command calls, where a chat channel is subscribed, one region is enabled and the probe has a subnet. */
  async function calledBy(args: readonly string[]): Promise<readonly Authorization[]> {
    const run = await monitor.run(args, [
      subscribed(CHAT),
      attributesOfSubscription({}),
      {
        action: 'DescribeRegions',
        fault: {
          answer: () =>
            '<DescribeRegionsResponse><regionInfo><item><regionName>eu-central-1</regionName></item></regionInfo></DescribeRegionsResponse>',
        },
      },
      {
        action: 'DescribeSubnets',
        fault: {
          answer: () =>
            '<DescribeSubnetsResponse><subnetSet><item><subnetId>subnet-0123456789abcdef0</subnetId><vpcId>vpc-0123456789abcdef0</vpcId><availableIpAddressCount>9</availableIpAddressCount></item></subnetSet></DescribeSubnetsResponse>',
        },
      },
    ]);
    expect(run.stdout, run.stderr).not.toBe('');
    return monitor.proxy.calls.flatMap(authorizationsOf);
  }

  test.each([
    { policy: 'iam-doctor.json', args: ['doctor'], beside: [] },
    { policy: 'iam-test-alert.json', args: ['test-alert'], beside: BY_SNS },
  ])('$policy allows what its command calls, and nothing else', async ({ policy: file, args, beside }) => {
    const policy = policyNamed(file);
    const called = await calledBy(args);
    for (const call of called)
      expect(await isAllowed([policy], call), `${call.action} on ${call.resource}`).toBe(true);
    // Whether a key may be used its own policy decides too, which the simulator does not have.
    const grants = grantsOf([policy]);
    expect(grants.filter(({ action }) => action.startsWith('kms:'))).toEqual(beside);
    for (const grant of grants.filter(({ action }) => !action.startsWith('kms:'))) {
      const same = called.filter(({ action }) => action === grant.action);
      const uses = await Promise.all(same.map((call) => isAllowed([only(grant)], call)));
      expect(uses, `${grant.action} on ${grant.resource}`).toContain(true);
    }
  });
});
