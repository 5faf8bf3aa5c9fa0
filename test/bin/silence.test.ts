import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { silenceInForce } from '../../lambda/alert/silence.ts';
import { recurringSilenceSchema } from '../../lambda/model/record.ts';
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
const recurringDocument = z.object({
  version: z.literal(1),
  loadBalancerArn: z.literal(SHOP),
  silence: recurringSilenceSchema,
  windows: z.array(z.object({ from: z.string(), until: z.string() })),
});
const SOON = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10);
const RECURRING = [
  ...['add', 'shop', '--reason', 'x', '--cron', '0 2 * * 6', '--duration', '2h', '--until', SOON],
] as const;
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

  test('recurs with --cron, beside what does not, until it is expired by its expression', async () => {
    const until = new Date(Date.now() + 90 * 86_400_000).toISOString().slice(0, 10);
    const when = [
      '--cron',
      '0  2 * * 6',
      '--duration',
      '2h',
      '--time-zone',
      'europe/berlin',
      '--until',
      until,
    ];
    const about = ['--reason', 'weekly restart', '--by', 'dana'];
    const added = await run('add', 'shop', ...when, ...about);
    expect(added).toMatchObject({ code: 0, stderr: '' });
    const sentence =
      /^shop: silenced by dana every Saturday 02:00 for 2 h Europe\/Berlin, until \S+Z \(weekly restart\)\n/;
    expect(added.stdout).toMatch(sentence);
    expect(added.stdout.match(/^ {2}from \S+ 02:00 to \S+ 04:00 Europe\/Berlin$/gm)).toHaveLength(3);
    const [stored] = await store.recurringSilences();
    expect(stored?.silence.recurrence).toEqual({
      cron: '0 2 * * 6',
      timeZone: 'Europe/Berlin',
      durationMinutes: 120,
    });

    const again = await run('add', 'shop', ...when, '--reason', 'moved', '--by', 'kim', '--json');
    expect(again.stderr).toMatch(/^in the place of: silenced by dana every Saturday 02:00/);
    const document = recurringDocument.parse(JSON.parse(again.stdout));
    expect(document.silence).toEqual((await store.load(SHOP)).recurringSilences[0]);
    expect(document.windows).toHaveLength(3);
    const [window] = document.windows;
    expect(Date.parse(window?.until ?? '') - Date.parse(window?.from ?? '')).toBe(2 * 3_600_000);

    const newYork = [...when.slice(0, 5), 'America/New_York', ...when.slice(6)];
    expect((await run('add', 'shop', ...newYork, ...about)).code).toBe(0);
    expect((await run('add', 'shop', '--for', '1m', '--reason', 'once')).code).toBe(0);
    const listed = z
      .object({ silences: z.array(z.object({ silence: z.object({ reason: z.string() }) })) })
      .parse(JSON.parse((await run('query', '--json')).stdout));
    expect(listed.silences[0]?.silence.reason).toBe('once');
    expect(listed.silences.map(({ silence }) => silence.reason).sort()).toEqual([
      'moved',
      'once',
      'weekly restart',
    ]);

    expect((await run('expire', 'shop')).code).toBe(0);
    const nothingOnce = await run('expire', 'shop');
    expect(nothingOnce.code).toBe(2);
    expect(nothingOnce.stderr).toContain("alb502 silence expire shop --cron '0 2 * * 6'");
    const ambiguous = await run('expire', 'shop', '--cron', '0 2 * * 6');
    expect(ambiguous.code).toBe(2);
    expect(ambiguous.stderr).toMatch(/several recurring silences .* with --time-zone (\S+ or \S+)/);
    expect((await run('expire', 'shop', '--cron', '0 2 * * 6', '--time-zone', 'America/New_York')).code).toBe(
      0,
    );
    expect((await run('expire', 'shop', '--cron', '0 2 * * 6')).code).toBe(0);
    expect((await run('expire', 'shop', '--cron', '0 2 * * 6')).stderr).toMatch(
      /has no recurring silence "0 2 \* \* 6"/,
    );
    expect(await run('query')).toMatchObject({ code: 0, stdout: 'No silence.\n' });
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
    [['add', 'shop', '--reason', 'x'], /give --for, or --cron with --duration and --until/],
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
    [[...RECURRING, '--for', '2h'], /--for and --cron exclude each other/],
    [
      ['add', 'shop', '--reason', 'x', '--cron', '0 2 * * 6', '--until', '2099-01-01'],
      /--cron needs --duration/,
    ],
    [['add', 'shop', '--reason', 'x', '--cron', '0 2 * * 6', '--duration', '2h'], /--cron needs --until/],
    [['add', 'shop', '--reason', 'x', '--for', '2h', '--time-zone', 'UTC'], /--time-zone goes with --cron/],
    [[...RECURRING, '--until', '2099-01-01'], /is more than 366 days ahead/],
    [[...RECURRING, '--until', '2020-01-01'], /--until 2020-01-01T00:00:00.000Z is past/],
    [[...RECURRING, '--until', 'easter'], /"easter" is not a date or time/],
    [[...RECURRING, '--time-zone', 'Europe/Berln'], /"Europe\/Berln" is not a time zone; .*Europe\/Berlin/],
    [[...RECURRING, '--cron', '0 2 * * SAT *'], /"0 2 \* \* SAT \*" has 6 fields/],
    [[...RECURRING, '--duration', '16d'], /expected minutes, hours or days from 1m to 15d/],
    [['expire', 'shop', '--cron', '1 1 * * 1'], /shop has no recurring silence "1 1 \* \* 1"/],
    [['expire', 'nope'], /has not looked at a load balancer named "nope"/],
  ])('refuses %j and changes nothing', async (args, complaint) => {
    const before = [await store.silences(), await store.recurringSilences()];
    const { code, stdout, stderr } = await run(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(complaint);
    expect([await store.silences(), await store.recurringSilences()]).toEqual(before);
  });
});
