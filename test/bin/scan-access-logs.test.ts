import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { evidenceBundleSchema } from '../../lambda/model/evidence.ts';
import { type FaultProxy, startFaultProxy } from '../aws-faults.ts';
import { type Moto, startMoto } from '../moto.ts';
import {
  buildDeliveredLoadBalancer,
  buildLoggedFleet,
  DELIVERED_LOG_GROUP,
} from '../permissions/logged-fleet.ts';
import { alb502 } from './cli.ts';

describe('access logs where they are', () => {
  let moto: Moto;
  let proxy: FaultProxy;
  const folder = mkdtempSync(join(tmpdir(), 'alb502-access-logs-'));

  beforeAll(async () => {
    moto = await startMoto();
    proxy = await startFaultProxy(moto.endpoint);
    await buildLoggedFleet(moto);
    await buildDeliveredLoadBalancer(moto);
  });
  beforeEach(() => proxy.reset());
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await proxy?.stop();
    await moto?.stop();
  });

  const run = (...args: readonly string[]) => alb502(args, { ...moto.environment, ...proxy.environment });
  const called = () => new Set(proxy.calls.map(({ iamAction }) => iamAction));

  test('are not read by a scan that was not asked to', async () => {
    expect((await run('scan', '--json')).code).toBe(1);
    expect([...called()].filter((action) => /^(s3|logs):/.test(action))).toEqual([]);
  });

  test('are read out of the bucket and out of the log group alike, into the bundle', async () => {
    const scan = await run('scan', '--access-logs', '--json', '--save', folder);
    expect(scan.code, scan.stderr).toBe(1);
    const bundles = readdirSync(folder).map((file) =>
      evidenceBundleSchema.parse(JSON.parse(readFileSync(join(folder, file), 'utf8'))),
    );
    const logged = bundles.filter(({ accessLog }) => accessLog !== null);
    expect(logged.map(({ loadBalancer }) => loadBalancer.name).sort()).toEqual(['delivered', 'logged']);
    for (const { accessLog } of logged) expect(accessLog).toMatchObject({ elb502: 1, linesRejected: 0 });
  });

  test('that may not be found leave a gap with the permission', async () => {
    proxy.reset([{ action: 'DescribeDeliverySources', fault: 'denied' }]);
    const scan = await run('scan', '--load-balancer', 'delivered', '--access-logs', '--json');
    expect(scan.code).toBe(1);
    expect(scan.stdout).toContain('allow logs:DescribeDeliverySources');
    expect(scan.stdout).toContain('docs/iam-scan-access-logs.json');
  });

  test('are read out of a log group by its name; what that takes is said on stderr', async () => {
    const logs = await run('logs', `cloudwatch://${DELIVERED_LOG_GROUP}`, '--json');
    expect(logs.code).toBe(1);
    expect(JSON.parse(logs.stdout)).toMatchObject({
      linesRead: 1,
      loadBalancers: [{ requests: 1, elb502: 1 }],
    });
    const [before, after] = logs.stderr.trim().split('\n');
    expect(before).toMatch(/reading 20.* to 20.*, at most 1,000 calls of logs:FilterLogEvents; .*not billed/);
    expect(after).toMatch(/1 events?, 0\.0 MB, in 1 calls?$/);
  });

  test.each([
    ['a name that is none', ['cloudwatch://'], 2, /expected cloudwatch:\/\/LOG_GROUP/],
    ['a time without an event', [`cloudwatch://${DELIVERED_LOG_GROUP}`, '--since', '1m'], 2, /no event from/],
    ['a group that is not there', ['cloudwatch:///nobody'], 3, /nobody/],
  ])('%s is no all-clear', async (_, args, code, reason) => {
    const logs = await run('logs', ...args);
    expect(logs.code).toBe(code);
    expect(logs.stderr).toMatch(reason);
  });
});
