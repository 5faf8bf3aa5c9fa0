import { expect, test } from 'vitest';
import { send } from '../../../lab/traffic/client.ts';
import { closedPort, OK, rawTarget } from '../raw-target.ts';
import { standIn, TRACE_ID, until } from '../stand-in.ts';

const named = (name: string) => `HTTP/1.1 200 OK\r\nContent-Length: 1\r\nX-Name: ${name}\r\n\r\n1`;

test('round robin gives every target its turn', async () => {
  const targets = [
    await rawTarget((socket) => socket.write(OK)),
    await rawTarget((socket) => socket.write(OK)),
  ];
  const { get } = await standIn(targets.map((target) => target.port));
  for (let sent = 0; sent < 6; sent++) await get();
  expect(targets.map((target) => target.requests.length)).toEqual([3, 3]);
});

test('least outstanding requests spares a target that is busy', async () => {
  const busy = await rawTarget((socket, _, head) => {
    if (!head.includes('/slow')) socket.write(OK);
  });
  const free = await rawTarget((socket, _, head) => {
    if (!head.includes('/slow')) socket.write(OK);
  });
  const { get } = await standIn([busy.port, free.port], {
    group: { attributes: { 'load_balancing.algorithm.type': 'least_outstanding_requests' } },
  });
  void get('/slow');
  await until(() => busy.requests.length + free.requests.length === 1);
  for (let sent = 0; sent < 4; sent++) await get();
  expect([busy.requests.length, free.requests.length].toSorted()).toEqual([1, 4]);
});

test('a target that fails its health checks gets no requests while another is healthy', async () => {
  const healthy = await rawTarget((socket) => socket.write(OK));
  const { get, group, loadBalancer } = await standIn([healthy.port, await closedPort()]);
  await loadBalancer.checkHealth();
  expect(group.describe(true).targets.map(({ state, reason }) => ({ state, reason }))).toEqual([
    { state: 'healthy', reason: null },
    { state: 'unhealthy', reason: 'Target.FailedHealthChecks' },
  ]);
  for (let sent = 0; sent < 4; sent++) expect((await get()).status).toBe(200);
});

test('requests go to unhealthy targets where there is no healthy one', async () => {
  const { get, loadBalancer, completed } = await standIn([await closedPort()]);
  await loadBalancer.checkHealth();
  expect((await get()).status).toBe(502);
  expect(completed[0]?.target).not.toBeNull();
});

test('a target that is deregistered finishes what is in flight and gets nothing new', async () => {
  let finish = () => {};
  const leaving = await rawTarget((socket, _, head) => {
    if (head.includes('/long')) finish = () => socket.write(named('leaving'));
    else socket.write(OK);
  });
  const { get, group, loadBalancer } = await standIn([leaving.port], { scale: 200 });
  const long = get('/long');
  await until(() => leaving.requests.length === 1);
  const [target] = group.targets;
  if (!target) throw new Error('no target');
  const gone = group.deregister(target);
  expect(group.describe(true).targets[0]).toMatchObject({
    state: 'draining',
    reason: 'Target.DeregistrationInProgress',
  });
  const staying = await rawTarget((socket) => socket.write(OK));
  await group.register('127.0.0.1', staying.port);
  expect((await get()).status).toBe(200);
  finish();
  expect((await long).status).toBe(200);
  expect(leaving.requests).toHaveLength(1);
  await gone;
  expect(group.targets).toHaveLength(1);
  expect(loadBalancer.changes.map((change) => change.eventName)).toEqual([
    'DeregisterTargets',
    'RegisterTargets',
  ]);
});

test('a request that outlives the deregistration delay gets 502 when the delay is over', async () => {
  const target = await rawTarget(() => {});
  const { get, group, completed } = await standIn([target.port], {
    scale: 20,
    group: { attributes: { 'deregistration_delay.timeout_seconds': '2' } },
  });
  const long = get('/long');
  await until(() => target.requests.length === 1);
  const [registered] = group.targets;
  if (!registered) throw new Error('no target');
  await group.deregister(registered);
  expect((await long).status).toBe(502);
  expect(completed[0]?.truth.fault).toBe('deregistration-delay-elapsed');
  expect(completed[0]?.targetSeconds).toBeNull();
});

test('idle connections to a target end when it is deregistered', async () => {
  const target = await rawTarget((socket) => socket.write(OK));
  const { get, group } = await standIn([target.port]);
  await get();
  const ended = new Promise<void>((resolve) => target.connections[0]?.once('close', () => resolve()));
  const [registered] = group.targets;
  if (registered) void group.deregister(registered);
  await ended;
});

test('the longest path prefix decides which group serves', async () => {
  const web = await rawTarget((socket) => socket.write(OK));
  const api = await rawTarget((socket) => socket.write(OK));
  const { get, loadBalancer } = await standIn([web.port]);
  const group = loadBalancer.addTargetGroup({ name: 'api' }, '/api/');
  await group.register('127.0.0.1', api.port);
  await get('/api/orders');
  await get('/');
  expect([web.requests.length, api.requests.length]).toEqual([1, 1]);
});

test('a target sees the client, the protocol and the trace', async () => {
  const target = await rawTarget((socket) => socket.write(OK));
  const { get } = await standIn([target.port]);
  await get('/cart?item=1', { headers: { 'X-Forwarded-For': '203.0.113.7' } });
  expect(target.requests[0]).toMatch(/^GET \/cart\?item=1 HTTP\/1\.1\r\n/);
  expect(target.requests[0]).toContain('X-Forwarded-For: 203.0.113.7, 127.0.0.1\r\n');
  expect(target.requests[0]).toMatch(/X-Amzn-Trace-Id: Self=1-[0-9a-f]{8}-[0-9a-f]{24};Root=1-/);
  expect(target.requests[0]).not.toMatch(/^connection:/im);
});

test('a path that is closed to the nodes of one zone fails theirs alone, once what was open on it has ended', async () => {
  const target = await rawTarget((socket) => socket.write(OK));
  const rejecting = { host: '127.0.0.1', port: await closedPort() };
  let closed = false;
  const { group, loadBalancer } = await standIn([target.port], {
    nodeCount: 2,
    group: { route: ({ zone }, of) => (closed && zone.endsWith('b') ? rejecting : of) },
  });
  const statuses = () =>
    Promise.all(
      loadBalancer.fronts.map(async (front) => [
        front.zone.at(-1),
        (await send(front, { path: '/', traceId: TRACE_ID })).status,
      ]),
    );
  expect(await statuses()).toEqual([
    ['a', 200],
    ['b', 200],
  ]);
  closed = true;
  for (const { nodeIp } of loadBalancer.fronts) for (const one of group.targets) one.dropIdle(nodeIp);
  expect(await statuses()).toEqual([
    ['a', 200],
    ['b', 502],
  ]);
});
