import { expect, test } from 'vitest';
import { send } from '../../../lab/traffic/client.ts';
import { OK, rawTarget } from '../raw-target.ts';
import { logFields, standIn, TRACE_ID, until } from '../stand-in.ts';

test('a connection is used again, and its idle gap is known', async () => {
  const target = await rawTarget((socket) => socket.write(OK));
  const { get, completed } = await standIn([target.port]);
  expect((await get()).status).toBe(200);
  expect((await get()).status).toBe(200);
  expect(target.connections).toHaveLength(1);
  expect(completed.map((request) => request.truth.requestOnConnection)).toEqual([1, 2]);
  expect(completed[0]?.truth.idleGapSeconds).toBeNull();
  expect(completed[1]?.truth.idleGapSeconds).toBeGreaterThan(0);
});

test('the connection used last is used first', async () => {
  const held: (() => void)[] = [];
  const target = await rawTarget((socket, _, head) => {
    if (head.includes('/hold')) held.push(() => socket.write(OK));
    else socket.write(OK);
  });
  const { get } = await standIn([target.port]);
  const both = [get('/hold'), get('/hold')];
  await until(() => held.length === 2);
  held[0]?.();
  await Promise.race(both);
  held[1]?.();
  await Promise.all(both);
  const before = target.connections.length;
  const reads = target.connections.map((socket) => socket.bytesRead);
  await get();
  expect(target.connections).toHaveLength(before);
  expect(target.connections[1]?.bytesRead).toBeGreaterThan(reads[1] ?? 0);
  expect(target.connections[0]?.bytesRead).toBe(reads[0]);
});

test('a connection whose FIN the node has seen is not used again', async () => {
  const target = await rawTarget((socket) => socket.write(OK));
  const { get, group } = await standIn([target.port]);
  await get();
  target.connections[0]?.end();
  const pool = group.targets[0]?.poolOf('10.0.0.10');
  await until(() => pool?.idleCount === 0);
  expect((await get()).status).toBe(200);
  expect(target.connections).toHaveLength(2);
});

test('a connection that the target announced to close is not used again', async () => {
  const target = await rawTarget((socket) =>
    socket.write('HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n'),
  );
  const { get } = await standIn([target.port]);
  await get();
  await get();
  expect(target.connections).toHaveLength(2);
});

test('a request that meets the FIN on its way gets 502, is not sent again, and is logged as AWS logs it', async () => {
  const target = await rawTarget((socket) => socket.write(OK));
  const { get, completed, loadBalancer } = await standIn([target.port], { oneWayMs: 250 });
  expect((await get()).status).toBe(200);
  // Closed at the target now; the node will know 250 ms later.
  target.connections[0]?.destroy();
  const failed = await get('/cart');
  expect(failed).toEqual({ traceId: TRACE_ID, path: '/cart', status: 502 });
  expect(target.requests).toHaveLength(1);
  expect(target.connections).toHaveLength(1);
  const request = completed[1];
  expect(request?.truth.fault).toBe('closed-before-response');
  expect(request?.truth.idleGapSeconds).toBeGreaterThan(0);
  const fields = logFields(loadBalancer.logLines[1]?.line ?? '');
  expect(fields.slice(4, 10)).toEqual([`127.0.0.1:${target.port}`, fields[5], fields[6], '-1', '502', '-']);
  expect(Number(fields[5])).toBeGreaterThanOrEqual(0);
  expect(Number(fields[6])).toBeGreaterThan(0);
  expect(fields[17]).toContain(`Root=${TRACE_ID}`);
});

test('a target that resets after reading the request costs one 502 and one request', async () => {
  const target = await rawTarget((socket) => socket.resetAndDestroy());
  const { get } = await standIn([target.port]);
  expect((await get()).status).toBe(502);
  expect(target.requests).toHaveLength(1);
});

test('a target that closes after its third request without saying so fails the next one on that connection', async () => {
  const target = await rawTarget((socket, count) => {
    socket.write(OK);
    // After the response has left and before the next request can have come.
    if (count === 3) setTimeout(() => socket.destroy(), 250);
  });
  const { get, completed } = await standIn([target.port], { oneWayMs: 250 });
  const statuses = [];
  for (let sent = 0; sent < 4; sent++) statuses.push((await get()).status);
  expect(statuses).toEqual([200, 200, 200, 502]);
  expect(completed[3]?.truth.requestOnConnection).toBe(4);
});

test('the load balancer ends a connection that was idle for the idle timeout', async () => {
  const target = await rawTarget((socket) => socket.write(OK));
  const { get } = await standIn([target.port], {
    scale: 20,
    attributes: { 'idle_timeout.timeout_seconds': '4' },
  });
  await get();
  const [socket] = target.connections;
  await new Promise<void>((resolve) => socket?.once('end', () => resolve()));
  await get();
  expect(target.connections).toHaveLength(2);
});

test('every node has connections of its own', async () => {
  const target = await rawTarget((socket) => socket.write(OK));
  const { get, loadBalancer } = await standIn([target.port], { nodeCount: 2 });
  await get();
  const second = loadBalancer.fronts[1];
  if (!second) throw new Error('no second node');
  await send(second, { path: '/', traceId: TRACE_ID });
  expect(target.connections).toHaveLength(2);
});
