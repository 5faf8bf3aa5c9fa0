import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { failedLine, lineWith } from '../access-log/lines.ts';
import { type FaultProxy, startFaultProxy } from '../aws-faults.ts';
import { type Moto, startMoto } from '../moto.ts';
import { writeEvents } from '../observe/log-deliveries.ts';
import { alb502 } from './cli.ts';

const GROUP = '/aws/vendedlogs/alb/shop';
const ARN = `arn:aws:logs:eu-central-1:123456789012:log-group:${GROUP}`;
const HOUR_MS = 3_600_000;

describe('logs cloudwatch://', () => {
  let moto: Moto;
  let proxy: FaultProxy;
  beforeAll(async () => {
    moto = await startMoto();
    proxy = await startFaultProxy(moto.endpoint);
    const now = Date.now();
    await writeEvents(moto, GROUP, [
      [now - 5 * HOUR_MS, failedLine({}, 34)],
      [now - HOUR_MS, `${lineWith({}, 34)}\n`],
    ]);
  });
  afterAll(async () => {
    await proxy?.stop();
    await moto?.stop();
  });
  const run = (...args: readonly string[]) =>
    alb502(['logs', ...args, '--json'], { ...moto.environment, ...proxy.environment });

  test('reads three hours, and longer where that is asked for', async () => {
    const short = await run(`cloudwatch://${GROUP}`);
    expect([short.code, JSON.parse(short.stdout)]).toMatchObject([0, { linesRead: 1 }]);
    const long = await run(`cloudwatch://${GROUP}`, '--since', '6h');
    // The lines' own times are older than the time asked for.
    expect(long.code).toBe(2);
    expect(long.stderr).toMatch(/2 events, .* in 1 call\n/);
    expect(long.stderr).toMatch(/in the time asked for: the log holds 2 lines/);
  });

  test('takes the ARN of a group', async () => {
    for (const arn of [ARN, `${ARN}:*`]) expect((await run(`cloudwatch://${arn}`)).code, arn).toBe(0);
  });

  test.each([
    [`cloudwatch:/${GROUP}`, 2, /log groups of AWS begin with a slash: cloudwatch:\/\/\/aws\/vendedlogs/],
    ['cloudwatch:///aws/nobody', 3, /\/aws\/nobody does not exist in eu-central-1/],
  ])('%s is said in one line', async (url, code, reason) => {
    const { code: found, stderr } = await run(url);
    expect([found, stderr.trim().split('\n').at(-1)]).toEqual([code, expect.stringMatching(reason)]);
  });

  test('that may not be read names the permission', async () => {
    proxy.reset([{ action: 'FilterLogEvents', fault: 'denied' }]);
    const { code, stderr } = await run(`cloudwatch://${GROUP}`);
    proxy.reset();
    expect(code).toBe(3);
    expect(stderr).toMatch(/may not call logs:FilterLogEvents in eu-central-1; allow logs:FilterLogEvents/);
  });
});

test('a log group without an end is read up to a bound, which is no all-clear', async () => {
  let calls = 0;
  const server: Server = createServer((_, response) => {
    calls++;
    const timestamp = Date.now() - HOUR_MS + calls;
    response.setHeader('content-type', 'application/x-amz-json-1.1');
    response.end(JSON.stringify({ events: [{ timestamp, message: lineWith({}, 34) }], nextToken: 'more' }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const { code, stderr } = await alb502(['logs', `cloudwatch://${GROUP}`], {
    AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'a',
    AWS_SECRET_ACCESS_KEY: 'b',
  });
  server.close();
  expect([code, calls]).toEqual([2, 1000]);
  expect(stderr).toMatch(/1,000 events, .* in 1,000 calls/);
  expect(stderr).toMatch(/only read up to 20\S+Z, for it has more than 1,000 pages; narrow it with --since/);
});
