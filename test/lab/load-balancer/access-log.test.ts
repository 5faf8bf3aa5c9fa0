import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import { logFileKey } from '../../../lab/load-balancer/access-log-files.ts';
import { send } from '../../../lab/traffic/client.ts';
import { LogAnalysis } from '../../../lambda/access-log/analysis.ts';
import { accessLogName } from '../../../lambda/access-log/reading/file-name.ts';
import { OK, rawTarget } from '../raw-target.ts';
import { logFields, standIn, TRACE_ID } from '../stand-in.ts';

test('a line has the documented fields in their order', async () => {
  const target = await rawTarget((socket) => socket.write(OK));
  const { get, loadBalancer, group, front } = await standIn([target.port]);
  await get('/cart?item="1"', { headers: { 'User-Agent': 'say "hello"' } });
  const line = loadBalancer.logLines[0]?.line ?? '';
  const fields = logFields(line);
  expect(fields).toHaveLength(30);
  expect(fields[0]).toBe('http');
  expect(fields[1]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
  expect(fields[2]).toBe(loadBalancer.dimension);
  expect(fields[3]).toMatch(/^127\.0\.0\.1:\d+$/);
  expect(fields[4]).toBe(`127.0.0.1:${target.port}`);
  expect(fields.slice(5, 8).every((seconds) => /^\d+\.\d{3}$/.test(seconds))).toBe(true);
  expect(fields.slice(8, 10)).toEqual(['200', '200']);
  expect(fields[12]).toBe('GET http://shop.lab:80/cart?item=\\x221\\x22 HTTP/1.1');
  expect(fields[13]).toBe('say \\x22hello\\x22');
  expect(fields[16]).toBe(group.arn);
  expect(fields[17]).toMatch(new RegExp(`^Self=1-[0-9a-f]{8}-[0-9a-f]{24};Root=${TRACE_ID}$`));
  expect(Date.parse(fields[21] ?? '')).toBeLessThanOrEqual(Date.parse(fields[1] ?? ''));
  expect(fields[22]).toBe('forward');
  expect(fields.slice(25, 27)).toEqual([`127.0.0.1:${target.port}`, '200']);
  expect(fields[29]).toMatch(/^TID_[0-9a-f]{32}$/);
  expect(front.nodeIp).toBe('10.0.0.10');
});

test('the name of a file tells load balancer, end of its five minutes and node, as AWS names them', () => {
  const naming = { account: '123456789012', region: 'eu-west-1', loadBalancer: 'app/shop/50dc6c495c0c9188' };
  const key = logFileKey(naming, '10.0.1.7', Date.parse('2026-01-31T23:55:00Z'));
  expect(key).toMatch(
    /^AWSLogs\/123456789012\/elasticloadbalancing\/eu-west-1\/2026\/01\/31\/123456789012_elasticloadbalancing_eu-west-1_app\.shop\.50dc6c495c0c9188_20260131T2355Z_10\.0\.1\.7_[0-9a-f]{8}\.log\.gz$/,
  );
  expect(accessLogName(key)).toMatchObject({ nodeAddress: '10.0.1.7' });
});

test('the files of two nodes are written apart, and the analysis of real logs reads every line of them', async () => {
  const target = await rawTarget((socket, _, head) =>
    head.includes('/broken') ? socket.resetAndDestroy() : socket.write(OK),
  );
  const { get, loadBalancer } = await standIn([target.port], { nodeCount: 2 });
  await get('/');
  await get('/broken');
  const second = loadBalancer.fronts[1];
  if (!second) throw new Error('no second node');
  await send(second, { path: '/', traceId: TRACE_ID });
  const folder = mkdtempSync(join(tmpdir(), 'alb502-lab-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const paths = loadBalancer.writeAccessLog(folder);
  expect(paths).toHaveLength(2);
  const analysis = new LogAnalysis();
  for (const path of paths) {
    analysis.startFile(relative(folder, path));
    analysis.feed(gunzipSync(readFileSync(path)));
    analysis.endFile();
  }
  const reading = analysis.reading();
  expect(reading).toMatchObject({ linesRead: 3, linesRejected: 0 });
  expect(reading.loadBalancers[0]).toMatchObject({ loadBalancer: loadBalancer.dimension, elb502: 1 });
});
