import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { silenceInForce } from '../../lambda/alert/silence.ts';
import { dynamoStore } from '../../lambda/store/dynamo.store.ts';
import type { MonitorStore } from '../../lambda/store/monitor-store.ts';
import { SHOP } from '../alert/looks.ts';
import { FAILING, shopBundle } from '../alert/shop.ts';
import { monitorUnderTest } from '../flow/monitor-under-test.ts';
import { type Moto, startMoto } from '../moto.ts';
import { createStateTable } from '../store/table.ts';
import { alb502 } from './cli.ts';

const TABLE = 'Alb502-MonitorState1A2B3C4D-X1Y2';
const UNKNOWN = SHOP.replace('/shop/', '/other/');
const silenceDocument = z.object({
  version: z.literal(1),
  loadBalancerArn: z.string(),
  silence: z.object({ at: z.string(), until: z.string(), by: z.string(), reason: z.string() }),
});
let moto: Moto;
let store: MonitorStore;

beforeAll(async () => {
  moto = await startMoto();
  store = dynamoStore(await createStateTable(moto, TABLE), TABLE);
  await monitorUnderTest({ store }).investigateAt(100, shopBundle({ at: 100, idleTimeoutSeconds: 60 }));
});
afterAll(() => moto.stop());

const run = (...args: readonly string[]) => alb502(['silence', ...args], moto.environment);

describe('alb502 silence', () => {
  test('holds back what the monitor would say, until it is expired', async () => {
    const added = await run(
      'add',
      'shop',
      '--for',
      '2h',
      '--reason',
      'the database moves',
      '--by',
      'dana',
      '--json',
    );
    expect(added).toMatchObject({ code: 0, stderr: '' });
    const { loadBalancerArn, silence } = silenceDocument.parse(JSON.parse(added.stdout));
    expect(loadBalancerArn).toBe(SHOP);
    expect(Date.parse(silence.until) - Date.parse(silence.at)).toBe(2 * 3_600_000);
    expect((await store.load(SHOP)).silence).toEqual(silence);
    const bundle = shopBundle({ at: 180, failing: FAILING });
    expect(silenceInForce(bundle, silence, silence.at)).toMatchObject({ by: 'dana' });

    const listed = await run('list');
    expect(listed).toMatchObject({ code: 1, stderr: '' });
    expect(listed.stdout).toBe(
      `shop: silenced by dana until ${silence.until} (the database moves)\n  ${SHOP}\n`,
    );

    expect((await run('expire', 'shop')).code).toBe(0);
    const { silence: expired } = await store.load(SHOP);
    expect(expired && silenceInForce(bundle, expired, new Date().toISOString())).toBeNull();
    expect(await run('query')).toMatchObject({ code: 0, stdout: 'No silence.\n' });
    const again = await run('remove', 'shop');
    expect(again.code).toBe(2);
    expect(again.stderr.trim()).toBe('alb502: shop is not silenced; alb502 silence query shows what is');
  });

  test('takes the place of one before, and says so; the author is the user who is logged in', async () => {
    expect((await run('add', SHOP, '--for', '1m', '--reason', 'first', '--by', 'kim')).code).toBe(0);
    const second = await run('add', SHOP, '--for', '7d', '--reason', 'second\u001b[31m line', '--json');
    expect(second.stderr).toMatch(/^in the place of: silenced by kim until \S+ \(first\)\n$/);
    const { silence } = silenceDocument.parse(JSON.parse(second.stdout));
    expect(silence.reason).toBe('second [31m line');
    expect(silence.by).not.toBe('');
    expect(await store.silences()).toEqual([{ loadBalancerArn: SHOP, silence }]);
  });

  test('of a load balancer that was never looked at is taken with a warning', async () => {
    const { code, stderr } = await run('add', UNKNOWN, '--for', '1m', '--reason', 'new');
    expect(code).toBe(0);
    expect(stderr.trim()).toBe(
      `alb502: the monitor has not looked at ${UNKNOWN} yet; check that it is right`,
    );
  });

  test.each([
    [['add', 'shop', '--for', '2h'], /required option '--reason <text>' not specified/],
    [['add', 'shop', '--reason', 'x'], /required option '--for <duration>' not specified/],
    [['add', 'shop', '--reason', ' ', '--for', '2h'], /--reason is empty/],
    [['add', 'shop', '--reason', 'x'.repeat(301), '--for', '2h'], /--reason has 301 characters; at most 300/],
    [['add', 'shop', '--reason', 'x', '--for', '2 weeks'], /expected minutes, hours or days from 1m to 30d/],
    [['add', 'shop', '--reason', 'x', '--for', '31d'], /expected minutes, hours or days from 1m to 30d/],
    [
      ['add', 'nope', '--reason', 'x', '--for', '2h'],
      /has not looked at a load balancer named "nope"; it knows shop/,
    ],
    [
      ['add', 'arn:aws:s3:::b', '--reason', 'x', '--for', '2h'],
      /"arn:aws:s3:::b" is not the ARN of an Application/,
    ],
    [['add', 'shop', '--reason', 'x', '--for', '2h', '--table', 'absent'], /there is no table absent/],
    [['expire', 'nope'], /has not looked at a load balancer named "nope"/],
  ])('refuses %j and changes nothing', async (args, complaint) => {
    const before = await store.silences();
    const { code, stdout, stderr } = await run(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(complaint);
    expect(await store.silences()).toEqual(before);
  });
});
