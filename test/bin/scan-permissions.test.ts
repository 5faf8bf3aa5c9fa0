import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { type FaultProxy, startFaultProxy } from '../aws-faults.ts';
import { buildFleet } from '../fleet.ts';
import { type Moto, startMoto } from '../moto.ts';
import { motoFleet } from '../observe/moto-fleet.ts';
import { dimensionOf } from '../observe/observed-aws.ts';
import { authorizationsOf } from '../permissions/authorization.ts';
import { buildWorkloads, WORKLOAD_ANSWERS } from '../permissions/workload-fleet.ts';
import { alb502 } from './cli.ts';

const actions = z.union([z.string().transform((action) => [action]), z.array(z.string())]);
const policySchema = z.object({
  Statement: z.array(z.object({ Effect: z.literal('Allow'), Action: actions, Resource: z.literal('*') })),
});

const MINUTES_AGO = new Date(Math.floor(Date.now() / 60_000) * 60_000 - 600_000);

/** Needs no permission, so no policy lists it. */
const ALWAYS_ALLOWED = 'sts:GetCallerIdentity';

describe('the policy that a scan needs', () => {
  let moto: Moto;
  let proxy: FaultProxy;

  beforeAll(async () => {
    moto = await startMoto();
    await buildFleet(moto);
    const fleet = await motoFleet(moto);
    const arn = await fleet.loadBalancer({ name: 'workloads' });
    await fleet.metric('HTTPCode_ELB_502_Count', { LoadBalancer: dimensionOf(arn) }, MINUTES_AGO, [3]);
    await buildWorkloads(moto, arn);
    proxy = await startFaultProxy(moto.endpoint);
  });
  afterAll(async () => {
    await proxy?.stop();
    await moto?.stop();
  });

  const calledBy = async (...args: readonly string[]): Promise<string[]> => {
    proxy.reset(WORKLOAD_ANSWERS);
    await alb502(['scan', '--since', '30m', '--json', ...args], {
      ...moto.environment,
      ...proxy.environment,
    });
    const called = new Set(proxy.calls.flatMap(authorizationsOf).map(({ action }) => action));
    called.delete(ALWAYS_ALLOWED);
    return [...called].sort();
  };

  test('allows exactly the calls that scans make', async () => {
    const policy = policySchema.parse(
      JSON.parse(readFileSync(new URL('../../docs/iam-scan.json', import.meta.url), 'utf8')),
    );
    const allowed = policy.Statement.flatMap(({ Action }) => Action).sort();
    const one = await calledBy();
    expect(one).not.toContain('ec2:DescribeRegions');
    // All regions of moto but the first one are empty, so one load balancer by name keeps the scan short.
    const all = await calledBy('--all-regions', '--load-balancer', 'mismatch');
    expect([...new Set([...one, ...all])].sort()).toEqual(allowed);
  });

  test.each([
    ['DescribeTargetHealth', 'elasticloadbalancing:DescribeTargetHealth'],
    ['DescribeTags', 'elasticloadbalancing:DescribeTags'],
    ['GetMetricData', 'cloudwatch:GetMetricData'],
  ])('names the permission when %s is denied, and goes on', async (action, permission) => {
    proxy.reset([{ action, fault: 'denied' }]);
    const run = await alb502(['scan', '--since', '30m', '--load-balancer', 'mismatch', '--json'], {
      ...moto.environment,
      ...proxy.environment,
    });
    const { diagnoses } = z
      .object({ diagnoses: z.array(z.object({ missingEvidence: z.array(z.object({ how: z.string() })) })) })
      .parse(JSON.parse(run.stdout));
    expect(diagnoses).toHaveLength(1);
    expect(diagnoses[0]?.missingEvidence.map(({ how }) => how).join('\n')).toContain(permission);
    expect(run.stderr).toBe('');
    expect(run.code).toBe(1);
  });

  test('says under the table what was not read, and gives no all-clear for what was not counted', async () => {
    proxy.reset([{ action: 'GetMetricData', fault: 'denied' }]);
    const args = ['scan', '--since', '30m', '--min-severity', 'critical'];
    const run = await alb502(args, { ...moto.environment, ...proxy.environment });
    expect(run.stdout.replaceAll(/\s+/g, ' ')).toMatch(
      /not read for 9 load balancers: [^(]*\(not allowed to call cloudwatch:GetMetricData/,
    );
    expect(run.code).toBe(3);
  });

  test('says which permission is missing, and fails, where load balancers may not be listed', async () => {
    proxy.reset([{ action: 'DescribeLoadBalancers', fault: 'denied' }]);
    const run = await alb502(['scan'], { ...moto.environment, ...proxy.environment });
    expect(run).toMatchObject({ code: 3, stdout: '' });
    expect(run.stderr).toContain('elasticloadbalancing:DescribeLoadBalancers');
    expect(run.stderr.trim().split('\n')).toHaveLength(1);
  });
});
