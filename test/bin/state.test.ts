import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dynamoStore } from '../../lambda/store/dynamo.store.ts';
import { SHOP } from '../alert/looks.ts';
import { FAILING, shopBundle } from '../alert/shop.ts';
import { monitorUnderTest } from '../flow/monitor-under-test.ts';
import { type Moto, startMoto } from '../moto.ts';
import { forwardTo, motoFleet } from '../observe/moto-fleet.ts';
import { createStateTable } from '../store/table.ts';
import { alb502 } from './cli.ts';

const TABLE = 'Alb502-MonitorState1A2B3C4D-X1Y2';
let moto: Moto;
let id = '';

beforeAll(async () => {
  moto = await startMoto();
  const store = dynamoStore(await createStateTable(moto, TABLE), TABLE);
  const monitor = monitorUnderTest({ store });
  for (let at = 176; at < 230; at += 4) await monitor.investigateAt(at, shopBundle({ at, failing: FAILING }));
  id = (await store.incidents())[0]?.id ?? '';
});
afterAll(() => moto.stop());

const run = (...args: readonly string[]) => alb502(args, moto.environment);

describe('alb502 incident', () => {
  test('lists what the monitor recorded, from the only table there is', async () => {
    const { code, stdout, stderr } = await run('incident', 'list');
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(stdout).toMatch(
      /^2026-11-23T02:56 {2}over 2026-11-23T03:28 {2}eu-central-1 {2}keepalive-mismatch\n/,
    );
    expect(stdout).toContain(id);
    expect(await run('incident', 'list', '--open')).toMatchObject({ code: 0, stdout: 'No incident.\n' });
  });

  test('takes a note and shows the record with it, from the first failing minute to the proof', async () => {
    expect(
      await run('incident', 'note', id, 'set back to 60: *slow* uploads were cut', '--by', 'dana'),
    ).toMatchObject({
      ...{ code: 0, stdout: '', stderr: '' },
    });
    const { code, stdout } = await run('incident', 'show', id);
    expect(code).toBe(0);
    for (const part of [
      'shop (eu-central-1): keepalive-mismatch, over',
      'account 123456789012, region eu-central-1, owner team shop',
      'failing from 2026-11-23T01:45:00.000Z to 2026-11-23T02:55:00.000Z',
      'after: 0 of ',
      'chance that the silence is luck',
      'dana: set back to 60: *slow* uploads were cut',
      'announced: firing: ',
      'announced: resolved: ',
      'To undo 1:',
      'ROLL BACK WHEN',
    ])
      expect(stdout).toContain(part);
  });

  test('gives Markdown that a note cannot break, and JSON that is one document', async () => {
    const { stdout } = await run('incident', 'show', id, '--markdown');
    expect(stdout).toMatch(/^# shop \(eu-central-1\): keepalive-mismatch, over\n\n## Incident\n/);
    expect(stdout).toContain('\\*slow\\* uploads');
    const json = await run('incident', 'show', id, '--json', '--table', TABLE);
    expect(JSON.parse(json.stdout)).toMatchObject({
      id,
      loadBalancerArn: SHOP,
      proof: { after: { failures: 0 } },
    });
  });

  test.each([
    [['show', 'nothing'], /has no incident "nothing"; alb502 incident list/],
    [['list', '--table', 'absent'], /there is no table absent in eu-central-1; give --table/],
    [['list', '--region', 'eu-west-1'], /no table of a deployed monitor is in eu-west-1; give --table/],
    [['list', '--region', 'Frankfurt'], /"Frankfurt" is not a region name/],
    [['list', '--endpoint-url', 'nowhere'], /"nowhere" is not a URL/],
  ])('refuses %j in one line', async (args, complaint) => {
    const { code, stdout, stderr } = await run('incident', ...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr.trim()).toMatch(complaint);
    expect(stderr.trim()).not.toContain('\n');
  });

  test('says in one line that AWS does not answer', async () => {
    const { code, stderr } = await run(
      'incident',
      'list',
      '--table',
      TABLE,
      '--endpoint-url',
      'http://127.0.0.1:9',
    );
    expect(code).toBe(3);
    expect(stderr.trim()).toMatch(/^alb502: the call to DynamoDB in eu-central-1 failed: .*127\.0\.0\.1:9/);
  });
});

describe('alb502 baseline', () => {
  test('shows what was learned, and takes the configuration of now', async () => {
    const learned = await run('baseline', 'show', 'shop');
    expect(learned).toMatchObject({ code: 0, stderr: '' });
    expect(learned.stdout).toContain('shop: learned 2026-11-23T02:56:00.000Z');
    expect(learned.stdout).toContain('  idle_timeout.timeout_seconds = 120');

    const fleet = await motoFleet(moto);
    const arn = await fleet.loadBalancer({ name: 'api', idleTimeoutSeconds: 65 });
    await fleet.listener(arn, 80, forwardTo(await fleet.targetGroup({ name: 'api-group' })));
    expect((await run('baseline', 'accept', arn)).code).toBe(0);
    const shown = await run('baseline', 'show', arn, '--json');
    expect(JSON.parse(shown.stdout)).toMatchObject({
      ...{ version: 1, loadBalancerArn: arn },
      baseline: { origin: 'accepted', resources: { [arn]: { 'idle_timeout.timeout_seconds': '65' } } },
    });
  });

  test('says which load balancers it knows when it does not know the one asked for', async () => {
    const { code, stderr } = await run('baseline', 'show', 'nope');
    expect(code).toBe(2);
    expect(stderr.trim()).toBe(
      'alb502: the monitor has not looked at a load balancer named "nope"; it knows shop',
    );
  });
});
