import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { readConfiguration } from '../../lib/configuration.ts';
import { type FaultProxy, startFaultProxy } from '../aws-faults.ts';
import { alb502, type Run } from '../bin/cli.ts';
import { type Moto, startMoto } from '../moto.ts';
import { grantsOf, policySchema } from '../permissions/policy.ts';
import {
  type Account,
  BUCKET,
  buildAccount,
  DELIVERED_GROUP,
  logGroupArn,
  SERVICE_GROUP,
} from './account.ts';

/** Needs no permission, so no policy lists it. */
const ALWAYS_ALLOWED = 'sts:GetCallerIdentity';

const documentSchema = z.strictObject({
  version: z.literal(1),
  account: z.string(),
  loadBalancers: z.number(),
  emptyRegions: z.array(z.string()),
  file: z.string().nullable(),
  usdAMonth: z.number(),
  configuration: z.record(z.string(), z.unknown()),
  entries: z.array(
    z.object({
      key: z.string(),
      on: z.boolean(),
      reasons: z.array(z.string()),
      usdAMonth: z.number().nullable(),
    }),
  ),
  notRead: z.array(
    z.strictObject({
      key: z.string(),
      region: z.string(),
      action: z.string().nullable(),
      reason: z.string(),
    }),
  ),
  text: z.string(),
});

const FOUND = {
  regions: ['eu-central-1', 'eu-west-1'],
  accessLogBuckets: [`arn:aws:s3:::${BUCKET}`],
  accessLogGroups: [logGroupArn(DELIVERED_GROUP)],
  backendLogGroups: [logGroupArn(SERVICE_GROUP)],
};

/** The file with everything on that was off, as a person would do it. */
const switchedOn = (text: string): string => text.replaceAll(/^( *)\/\/ (?=\s*["\]{}])/gm, '$1');

/** The template of the app with the configuration of a folder. */
function synthesized(folder: string): string {
  const { status, stderr } = spawnSync(process.execPath, [resolve('dist/bin/app.js')], {
    cwd: folder,
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: folder,
      CDK_OUTDIR: join(folder, 'out'),
      CDK_VALIDATION: 'false',
    },
    encoding: 'utf8',
    timeout: 120_000,
  });
  expect(status, stderr).toBe(0);
  return readFileSync(join(folder, 'out', 'Alb502.template.json'), 'utf8');
}

describe('alb502 init', { timeout: 120_000 }, () => {
  let moto: Moto;
  let proxy: FaultProxy;
  let account: Account;
  let folder: string;
  let file: string;

  beforeAll(async () => {
    moto = await startMoto();
    proxy = await startFaultProxy(moto.endpoint);
    account = await buildAccount(moto);
  });
  afterAll(async () => {
    await proxy?.stop();
    await moto?.stop();
  });
  beforeEach(() => {
    proxy.reset();
    folder = mkdtempSync(join(tmpdir(), 'alb502-init-'));
    file = join(folder, 'alb502.config.json');
    return () => rmSync(folder, { recursive: true });
  });

  const init = (...args: readonly string[]): Promise<Run> =>
    alb502(['init', '--output', file, ...args], { ...moto.environment, ...proxy.environment });
  const documentOf = ({ stdout }: Run) => documentSchema.parse(JSON.parse(stdout));

  test('writes what the account has, which the app reads back, and nothing that costs by itself', async () => {
    const run = await init();
    expect(run.stderr).toBe('');
    expect(run.code).toBe(0);
    expect(readConfiguration(file, undefined)).toEqual({
      ...readConfiguration('absent', undefined),
      ...FOUND,
    });
    expect(readdirSync(folder)).toEqual(['alb502.config.json']);
    expect(run.stdout).toContain('3 load balancers in 2 of 38 regions of account 123456789012');
    expect(run.stdout).toMatch(/switched off: subscriptions, probe, /);
    expect(run.stdout).toContain(`Wrote ${file}.`);
  });

  test('says beside each entry why it is there and what it costs', async () => {
    const { text, entries, usdAMonth, file: written } = documentOf(await init('--dry-run', '--json'));
    expect(written).toBeNull();
    expect(text).toContain('"eu-central-1", // 2 load balancers');
    expect(text).toContain(`"arn:aws:s3:::${BUCKET}", // access log of shop`);
    expect(text).toContain(`"${logGroupArn(DELIVERED_GROUP)}", // access log of api`);
    expect(text).toContain(`"${logGroupArn(SERVICE_GROUP)}", // prod/shop, container web`);
    expect(text).toContain('1 load balancer without an access log that can be read: quiet;');
    for (const { key, reasons } of entries) expect(reasons.join(' '), key).toMatch(/\bcosts?\b|\bprice\b/i);
    expect(usdAMonth).toBeGreaterThan(8);
  });

  test('gives what is switched off in a form that counts once its comment signs are gone', async () => {
    const { text } = documentOf(await init('--dry-run', '--json'));
    writeFileSync(file, switchedOn(text));
    const { probe, subscriptions, widgetActions } = readConfiguration(file, undefined);
    expect(probe?.subnetIds.toSorted()).toEqual(account.subnetIds);
    expect(probe?.securityGroupIds).toEqual([expect.stringMatching(/^sg-/)]);
    expect(subscriptions).toHaveLength(1);
    expect(widgetActions).toBe(true);
  });

  test.each([
    ['as it is written', (text: string) => text, false],
    ['with all of it switched on', switchedOn, true],
  ])('gives a file that the CDK app synthesizes, %s', async (_, change, hasProbe) => {
    writeFileSync(file, change((await init('--dry-run')).stdout));
    const template = synthesized(folder);
    expect(template).toContain(logGroupArn(SERVICE_GROUP));
    expect(template.includes('KeepAliveProbe')).toBe(hasProbe);
  });

  test('prints the file alone on stdout with --dry-run, and writes none', async () => {
    const run = await init('--dry-run');
    expect(run.stderr).toContain('3 load balancers in 2 of 38 regions');
    expect(existsSync(file)).toBe(false);
    writeFileSync(file, run.stdout);
    expect(readConfiguration(file, undefined)).toMatchObject(FOUND);
  });

  test('looks at the regions that are named, and at no other', async () => {
    const run = await init('--dry-run', '--json', '--region', 'eu-west-1', '--region', 'us-east-1');
    const { configuration, emptyRegions } = documentOf(run);
    expect(configuration).toEqual({ regions: ['eu-west-1'] });
    expect(emptyRegions).toEqual(['us-east-1']);
    expect(new Set(proxy.calls.map(({ region }) => region))).toEqual(new Set(['eu-west-1', 'us-east-1']));
  });

  test('writes nothing for an account without load balancers', async () => {
    const run = await init('--region', 'us-east-1');
    expect(run).toMatchObject({ code: 0, stderr: '' });
    expect(run.stdout).toContain('no file was written');
    expect(existsSync(file)).toBe(false);
  });

  test('leaves a file that exists as it is, and asks nobody', async () => {
    writeFileSync(file, 'mine');
    const run = await init();
    expect(run).toMatchObject({ code: 2, stdout: '' });
    expect(run.stderr).toMatch(/^alb502: \S+ exists and is left as it is; [^\n]*--force[^\n]*\n$/);
    expect(readFileSync(file, 'utf8')).toBe('mine');
    expect(proxy.calls).toEqual([]);
  });

  test('writes it anew with --force: its settings stay, and itself beside it', async () => {
    const before = `{
      // who is told
      "subscriptions": [{ "protocol": "email", "endpoint": "team@example.com" }],
      "backendLogGroups": ["${logGroupArn('/ec2/old')}"],
      "pendingMinutes": 5,
    }`;
    writeFileSync(file, before);
    const run = await init('--force');
    expect(run).toMatchObject({ code: 0, stderr: '' });
    expect(readConfiguration(file, undefined)).toMatchObject({
      ...FOUND,
      backendLogGroups: [logGroupArn(SERVICE_GROUP), logGroupArn('/ec2/old')],
      subscriptions: [{ protocol: 'email', endpoint: 'team@example.com' }],
      pendingMinutes: 5,
    });
    expect(readFileSync(`${file}.bak`, 'utf8')).toBe(before);
    const once = readFileSync(file, 'utf8');
    await init('--force');
    expect(readConfiguration(file, undefined)).toEqual(readConfiguration(`${file}.bak`, undefined));
    expect(readFileSync(`${file}.bak`, 'utf8')).toBe(once);
  });

  test.each([
    ['{"pendingMinutes":', /is not JSON \(line 1, column \d+: [^)]+\), so its settings cannot be kept/],
    ['[1]', /is no JSON object, so its settings cannot be kept/],
  ])('refuses to write over %s even with --force', async (broken, problem) => {
    writeFileSync(file, broken);
    const run = await init('--force');
    expect(run).toMatchObject({ code: 2, stdout: '' });
    expect(run.stderr).toMatch(problem);
    expect(readFileSync(file, 'utf8')).toBe(broken);
  });

  test('says in one line that the disk is full, and leaves no half of a file', async () => {
    symlinkSync('/dev/full', `${file}.part`);
    const run = await init();
    expect(run.code).toBe(2);
    expect(run.stderr).toMatch(/^alb502: \S+ cannot be written: the disk is full; [^\n]*--output[^\n]*\n$/);
    expect(readdirSync(folder)).toEqual([]);
  });

  const allowed = grantsOf([
    policySchema.parse(
      JSON.parse(readFileSync(new URL('../../docs/iam-init.json', import.meta.url), 'utf8')),
    ),
  ]);

  test('its policy allows exactly the calls that it makes', async () => {
    await init('--dry-run');
    const called = new Set(proxy.calls.map(({ iamAction }) => iamAction));
    called.delete(ALWAYS_ALLOWED);
    expect([...called].sort()).toEqual(allowed.map(({ action }) => action).sort());
    expect(allowed.map(({ resource }) => resource).every((resource) => resource === '*')).toBe(true);
  });

  test('makes one call in a region without load balancers, and few elsewhere', async () => {
    await init('--dry-run');
    const inRegion = (name: string) => proxy.calls.filter(({ region }) => region === name).length;
    expect(inRegion('ap-south-1')).toBe(1);
    expect(inRegion('eu-west-1')).toBeLessThanOrEqual(4);
    expect(inRegion('eu-central-1')).toBeLessThanOrEqual(25);
  });

  test.each([
    ['DescribeLoadBalancerAttributes', 'accessLogBuckets'],
    ['DescribeDeliverySources', 'accessLogGroups'],
    ['DescribeDeliveries', 'accessLogGroups'],
    ['DescribeDeliveryDestinations', 'accessLogGroups'],
    ['DescribeTargetGroups', 'backendLogGroups'],
    ['ListClusters', 'backendLogGroups'],
    ['ListServices', 'backendLogGroups'],
    ['DescribeServices', 'backendLogGroups'],
    ['DescribeTaskDefinition', 'backendLogGroups'],
    ['DescribeSubnets', 'probe'],
    ['DescribeRouteTables', 'probe'],
    ['DescribeVpcEndpoints', 'probe'],
  ])(
    'leaves out what %s would have found where it is denied, names it, and writes the rest',
    async (action, key) => {
      proxy.reset([{ action, fault: 'denied' }]);
      const run = await init();
      const permission =
        allowed.map((grant) => grant.action).find((one) => one.endsWith(`:${action}`)) ?? '?';
      expect(run.code).toBe(3);
      for (const line of run.stderr.trim().split('\n')) {
        expect(line).toContain(permission);
        expect(line).toMatch(new RegExp(`^alb502: eu-[a-z]+-1: ${key} is left out or not whole: `));
      }
      const { [key]: left, ...others } = FOUND as Record<string, unknown>;
      const written: Record<string, unknown> = readConfiguration(file, undefined);
      expect(written).toMatchObject(others);
      if (left !== undefined) expect(written[key]).toEqual([]);
      expect(readFileSync(file, 'utf8')).toContain(permission);
    },
  );

  test('looks at the region of the credentials where regions may not be listed', async () => {
    proxy.reset([{ action: 'DescribeRegions', fault: 'denied' }]);
    const run = await init('--dry-run', '--json');
    const { configuration, notRead } = documentOf(run);
    expect(configuration['regions']).toEqual(['eu-central-1']);
    expect(notRead).toMatchObject([{ key: 'regions', action: 'ec2:DescribeRegions' }]);
    expect(run.stderr).toContain('only eu-central-1 was looked at: name others with --region');
    expect(run.code).toBe(3);
  });

  test('names a region that denies, and looks at the others', async () => {
    proxy.reset([{ action: 'DescribeLoadBalancers', region: 'eu-west-1', fault: 'denied' }]);
    const run = await init();
    expect(run.stderr).toMatch(
      /^alb502: eu-west-1: regions is left out or not whole: .*DescribeLoadBalancers/,
    );
    expect(run.code).toBe(3);
    expect(readConfiguration(file, undefined).regions).toEqual(['eu-central-1']);
    expect(readFileSync(file, 'utf8')).toContain('Not read in eu-west-1: ');
  });

  test('does not say that there is nothing where it could not look everywhere', async () => {
    proxy.reset([{ action: 'DescribeLoadBalancers', region: 'eu-west-1', fault: 'denied' }]);
    const run = await init('--region', 'us-east-1', '--region', 'eu-west-1');
    expect(run.code).toBe(3);
    expect(run.stdout).toContain('of 1 region of account');
    expect(run.stdout).toContain('the others could not be looked at, and no file was written');
    expect(existsSync(file)).toBe(false);
  });

  test.each([
    ['denied', /DescribeLoadBalancers/],
    ['expired-token', /expired/],
  ] as const)('writes nothing where all is %s', async (fault, problem) => {
    proxy.reset([{ action: 'DescribeLoadBalancers', fault }]);
    const run = await init();
    expect(run).toMatchObject({ code: 3, stdout: '' });
    expect(run.stderr).toMatch(problem);
    expect(run.stderr.trim().split('\n')).toHaveLength(1);
    expect(existsSync(file)).toBe(false);
  });
});
