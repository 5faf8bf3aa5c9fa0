import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { evidenceBundleSchema } from '../../lambda/model/evidence.ts';
import { type FaultProxy, startFaultProxy } from '../aws-faults.ts';
import { type Moto, startMoto } from '../moto.ts';
import { buildLoggedFleet } from '../permissions/logged-fleet.ts';
import { alb502 } from './cli.ts';

const ACTION = 'logs:FilterLogEvents';

describe('alb502 scan --backend-logs', () => {
  let moto: Moto;
  let proxy: FaultProxy;
  const folder = mkdtempSync(join(tmpdir(), 'alb502-backend-logs-'));

  beforeAll(async () => {
    moto = await startMoto();
    proxy = await startFaultProxy(moto.endpoint);
    await buildLoggedFleet(moto);
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await proxy?.stop();
    await moto?.stop();
  });

  const scan = (...args: readonly string[]) =>
    alb502(['scan', '--load-balancer', 'logged', '--json', ...args], {
      ...moto.environment,
      ...proxy.environment,
    });
  const called = () => proxy.calls.map(({ iamAction }) => iamAction);

  test('reads no log of a target unless it is asked to', async () => {
    proxy.reset();
    expect((await scan()).code).toBe(1);
    expect(called()).not.toContain(ACTION);
  });

  test('joins what the targets logged around the 502s, redacted', async () => {
    proxy.reset();
    const run = await scan('--backend-logs', '--save', folder);
    expect(run.code, run.stderr).toBe(1);
    expect(called()).toContain(ACTION);
    const [file = ''] = readdirSync(folder);
    const bundle = evidenceBundleSchema.parse(JSON.parse(readFileSync(join(folder, file), 'utf8')));
    expect(bundle.backendLogMatches).toMatchObject([
      { logGroup: '/fleet/shop', pattern: 'connection reset', line: 'GET /?*** ECONNRESET' },
    ]);
    expect(run.stdout).not.toContain('s3cr3t');
  });

  test('says which permission is missing where the log may not be read, and goes on', async () => {
    proxy.reset([{ action: 'FilterLogEvents', fault: 'denied' }]);
    const run = await scan('--backend-logs');
    expect(run).toMatchObject({ code: 1, stderr: '' });
    expect(run.stdout).toContain(`allow ${ACTION}`);
    expect(run.stdout).toContain('log-group:/fleet/shop');
  });
});
