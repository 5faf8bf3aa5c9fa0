import {
  ElasticLoadBalancingV2Client,
  RegisterTargetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { describe, expect, test } from 'vitest';
import { workloadsOnDemand } from '../../../lambda/observe/workloads-on-demand.ts';
import type { FaultRule } from '../../aws-faults.ts';
import { forwardTo } from '../moto-fleet.ts';
import { dimensionOf, observedAws, requestFor, start } from '../observed-aws.ts';
import { motoAutoScaling } from './moto-auto-scaling.ts';
import { motoFunction } from './moto-function.ts';
import { ACTIVITIES, REFRESHES } from './recorded-answers.ts';

const aws = observedAws();

const reader = () =>
  workloadsOnDemand({
    client: { ...aws().proxy.client, maxAttempts: 2 },
    sharing: { processes: 1, sweeping: 1 },
    maxListingMs: 60_000,
    store: null,
  });

async function loadBalancerBefore(name: string, targetGroupArn: string, isFailing: boolean): Promise<string> {
  const { fleet } = aws();
  const arn = await fleet.loadBalancer({ name });
  await fleet.listener(arn, 80, forwardTo(targetGroupArn));
  const dimensions = { LoadBalancer: dimensionOf(arn) };
  await fleet.metric('RequestCount', dimensions, start, [500]);
  if (isFailing) await fleet.metric('HTTPCode_ELB_502_Count', dimensions, start, [3]);
  return arn;
}

const bundleOf = (arn: string) => aws().bundleOf(requestFor(arn, { workloads: reader() }));
const refreshes: FaultRule = { action: 'DescribeInstanceRefreshes', fault: { answer: () => REFRESHES } };

describe('the Auto Scaling group of instances', () => {
  test('is read where there are 502s: what it did, with the instance, and its refreshes', async () => {
    const { targetGroupArn } = await motoAutoScaling(aws().moto, 'scaled');
    const arn = await loadBalancerBefore('scaled', targetGroupArn, true);
    const activities: FaultRule = {
      action: 'DescribeScalingActivities',
      fault: { answer: () => ACTIVITIES },
    };
    aws().proxy.reset([refreshes, activities]);
    const { targetGroups, gaps } = await bundleOf(arn);
    expect(gaps.filter(({ subject }) => subject === 'workload')).toEqual([]);
    expect(targetGroups[0]?.workload).toEqual({
      autoScalingGroup: {
        name: 'scaled',
        healthCheckType: null,
        activities: [
          {
            startedAt: '2026-11-20T10:12:00.000Z',
            endedAt: null,
            kind: 'termination',
            status: 'WaitingForELBConnectionDraining',
            description: expect.stringMatching(/^Terminating EC2 instance: i-/),
            cause: expect.stringContaining('ELB system health check failure'),
            instanceId: 'i-0123456789abcdef0',
          },
          expect.objectContaining({
            kind: 'launch',
            status: 'Successful',
            instanceId: 'i-0fedcba9876543210',
          }),
        ],
        instanceRefreshes: [
          {
            id: '08b91cf7-8fa6-48af-b6a6-d227f40f1b9b',
            status: 'InProgress',
            statusReason: null,
            startedAt: '2026-11-20T10:05:00.000Z',
            endedAt: null,
          },
        ],
      },
    });
  });

  test('is not asked for without 502s', async () => {
    const { targetGroupArn } = await motoAutoScaling(aws().moto, 'calm');
    const arn = await loadBalancerBefore('calm', targetGroupArn, false);
    aws().proxy.reset();
    expect((await bundleOf(arn)).targetGroups[0]?.workload).toBeUndefined();
    expect(aws().proxy.calls.filter(({ service }) => service === 'autoscaling')).toEqual([]);
  });

  test.each(['DescribeAutoScalingInstances', 'DescribeScalingActivities', 'DescribeInstanceRefreshes'])(
    'is a gap where %s is denied',
    async (action) => {
      const name = `no-${action}`.slice(0, 32);
      const { targetGroupArn } = await motoAutoScaling(aws().moto, name);
      const arn = await loadBalancerBefore(name, targetGroupArn, true);
      aws().proxy.reset([{ action, fault: 'denied' }, refreshes]);
      const { targetGroups, gaps } = await bundleOf(arn);
      expect(gaps.filter(({ subject }) => subject === 'workload')).toMatchObject([
        { kind: 'denied', action: `autoscaling:${action}` },
      ]);
      expect(targetGroups[0]?.workload?.autoScalingGroup?.name).toBe(
        action === 'DescribeAutoScalingInstances' ? undefined : name,
      );
    },
  );
});

describe('the Lambda function that is a target', () => {
  test('has its limits, and none of its variables', async () => {
    const { fleet, moto } = aws();
    const functionArn = await motoFunction(moto, 'shop', 'hunter2hunter2');
    const targetGroupArn = await fleet.lambdaTargetGroup('function');
    await new ElasticLoadBalancingV2Client(moto.client).send(
      new RegisterTargetsCommand({ TargetGroupArn: targetGroupArn, Targets: [{ Id: functionArn }] }),
    );
    const arn = await loadBalancerBefore('function', targetGroupArn, true);
    aws().proxy.reset();
    const bundle = await bundleOf(arn);
    expect(bundle.targetGroups[0]?.workload).toEqual({
      lambdaFunction: {
        functionArn,
        runtime: 'nodejs22.x',
        packageType: 'Zip',
        timeoutSeconds: 29,
        memoryMegabytes: 256,
        lastModifiedAt: expect.stringMatching(/^\d{4}-.*Z$/),
        state: 'Active',
        lastUpdateStatus: 'Successful',
      },
    });
    expect(JSON.stringify(bundle)).not.toContain('hunter2');
    expect(aws().proxy.calls.filter(({ service }) => service === 'ecs')).toEqual([]);
  });
});

test('where nobody asks for workloads, a gap says so, and the tags still tell of Kubernetes', async () => {
  const { fleet } = aws();
  const tags = { 'elbv2.k8s.aws/cluster': 'prod', 'ingress.k8s.aws/stack': 'shop/web' };
  const arn = await loadBalancerBefore('tagged', await fleet.targetGroup({ name: 'tagged', tags }), true);
  aws().proxy.reset();
  const bundle = await aws().bundleOf(requestFor(arn, { workloads: null }));
  expect(bundle.targetGroups[0]?.workload?.kubernetes).toMatchObject({ kind: 'Ingress', name: 'web' });
  expect(bundle.gaps).toMatchObject([{ subject: 'workload', kind: 'switched-off' }]);
  const read = await bundleOf(arn);
  expect(read.gaps).toEqual([]);
  expect(aws().proxy.calls.filter(({ service }) => service === 'ecs')).toEqual([]);
});
