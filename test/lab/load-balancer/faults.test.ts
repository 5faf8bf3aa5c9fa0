import { execFileSync, fork } from 'node:child_process';
import { connect } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { CERTIFICATE, PRIVATE_KEY } from '../../../lab/servers/certificate.ts';
import { closedPort, OK, rawTarget } from '../raw-target.ts';
import { logFields, type StandIn, standIn, until } from '../stand-in.ts';

/** Total of a metric published for the load balancer as a whole; null where it is not published. */
function totalOf({ loadBalancer }: StandIn, name: string): number | null {
  const metric = { name, dimensions: { LoadBalancer: loadBalancer.dimension }, statistic: 'Sum' } as const;
  const series = loadBalancer.metrics.series(metric, { start: 0, end: Number.MAX_SAFE_INTEGER });
  return series === null ? null : series.values.reduce((sum, value) => sum + value, 0);
}

/** Fields 5 to 10 of the last log line: target, three times, both statuses. */
const outcomeOf = ({ loadBalancer }: StandIn): readonly string[] =>
  logFields(loadBalancer.logLines.at(-1)?.line ?? '').slice(4, 10);

test('a refused connection is a 502 that was never sent, and a connection error', async () => {
  const port = await closedPort();
  const stand = await standIn([port]);
  expect((await stand.get()).status).toBe(502);
  expect(outcomeOf(stand)).toEqual([`127.0.0.1:${port}`, '-1', '-1', '-1', '502', '-']);
  expect(stand.completed[0]?.truth.fault).toBe('connection-refused');
  expect(totalOf(stand, 'TargetConnectionErrorCount')).toBe(1);
  expect(totalOf(stand, 'HTTPCode_ELB_502_Count')).toBe(1);
  expect(totalOf(stand, 'HTTPCode_Target_5XX_Count')).toBeNull();
});

test('a target that does not accept within ten seconds is a 504', async () => {
  const port = await portThatSwallowsSyns();
  // A health check would wait as long as the request.
  const stand = await standIn([port], { scale: 20, group: { healthCheck: { enabled: false } } });
  expect((await stand.get()).status).toBe(504);
  expect(outcomeOf(stand)).toEqual([`127.0.0.1:${port}`, '-1', '-1', '-1', '504', '-']);
  expect(stand.completed[0]?.truth.fault).toBe('connect-timeout');
  expect(totalOf(stand, 'TargetConnectionErrorCount')).toBe(1);
});

/** A stopped process with a full queue of pending connections: the next SYN gets no answer. */
async function portThatSwallowsSyns(): Promise<number> {
  const child = fork(fileURLToPath(new URL('../stopped-listener.mjs', import.meta.url)), {
    stdio: 'ignore',
    execArgv: [],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const port = await new Promise<number>((resolve) => child.once('message', (sent) => resolve(Number(sent))));
  await until(() =>
    execFileSync('ps', ['-o', 'state=', '-p', String(child.pid)])
      .toString()
      .startsWith('T'),
  );
  for (let filling = 0; filling < 8; filling++) {
    const pending = connect({ port, host: '127.0.0.1' }).on('error', () => {});
    onTestFinished(() => void pending.destroy());
  }
  return port;
}

test('plain HTTP on an HTTPS group is a 502 and a TLS error', async () => {
  const target = await rawTarget((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
  const stand = await standIn([target.port], { group: { protocol: 'HTTPS' } });
  expect((await stand.get()).status).toBe(502);
  expect(outcomeOf(stand)).toEqual([`127.0.0.1:${target.port}`, '-1', '-1', '-1', '502', '-']);
  expect(totalOf(stand, 'TargetTLSNegotiationErrorCount')).toBe(1);
  expect(totalOf(stand, 'TargetConnectionErrorCount')).toBeNull();
});

test('a certificate that nobody vouches for is no hindrance, and the connection is used again', async () => {
  const target = await rawTarget(
    (socket) => socket.write(OK),
    (serve) => createTlsServer({ key: PRIVATE_KEY, cert: CERTIFICATE }, serve),
  );
  const stand = await standIn([target.port], { oneWayMs: 2, group: { protocol: 'HTTPS' } });
  expect([(await stand.get()).status, (await stand.get()).status]).toEqual([200, 200]);
  expect(target.connections).toHaveLength(1);
});

describe('the load balancer answers 502 in place of a response that', () => {
  test.each([
    ['is malformed', 'HTTP/1.1 200 OK\r\nBad Name: x\r\nContent-Length: 2\r\n\r\nok', 'malformed-response'],
    [
      'has two lengths',
      'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok',
      'malformed-response',
    ],
    [
      'has headers above 32 K',
      `HTTP/1.1 200 OK\r\nSet-Cookie: ${'c'.repeat(40_000)}\r\nContent-Length: 2\r\n\r\nok`,
      'response-header-too-large',
    ],
    ['ends within its body', 'HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nok', 'closed-in-response'],
  ])('%s', async (_, response, fault) => {
    const target = await rawTarget((socket) => socket.end(response));
    const stand = await standIn([target.port]);
    expect((await stand.get()).status).toBe(502);
    expect(stand.completed[0]?.truth.fault).toBe(fault);
    const [, requestTime, targetTime, responseTime, elb, targetStatus] = outcomeOf(stand);
    expect(Number(requestTime)).toBeGreaterThanOrEqual(0);
    expect(Number(targetTime)).toBeGreaterThanOrEqual(0);
    expect([responseTime, elb, targetStatus]).toEqual(['-1', '502', '-']);
    expect(totalOf(stand, 'HTTPCode_ELB_502_Count')).toBe(1);
    expect(totalOf(stand, 'HTTPCode_ELB_5XX_Count')).toBe(1);
    expect(totalOf(stand, 'HTTPCode_Target_2XX_Count')).toBeNull();
  });
});

test.each([500, 502, 503])(
  'a %i that the target made is passed on and is not the load balancer’s',
  async (status) => {
    const target = await rawTarget((socket) =>
      socket.write(`HTTP/1.1 ${status} Sorry\r\nContent-Length: 4\r\n\r\nbody`),
    );
    const stand = await standIn([target.port]);
    expect((await stand.get()).status).toBe(status);
    expect(outcomeOf(stand).slice(4)).toEqual([String(status), String(status)]);
    expect(totalOf(stand, 'HTTPCode_Target_5XX_Count')).toBe(1);
    expect(totalOf(stand, `HTTPCode_ELB_${status}_Count`)).toBeNull();
    expect(totalOf(stand, 'HTTPCode_ELB_5XX_Count')).toBeNull();
  },
);

test('a target that answers nothing within the idle timeout is a 504', async () => {
  const target = await rawTarget(() => {});
  const stand = await standIn([target.port], {
    scale: 20,
    attributes: { 'idle_timeout.timeout_seconds': '4' },
  });
  expect((await stand.get()).status).toBe(504);
  const [, , targetTime, , elb, targetStatus] = outcomeOf(stand);
  expect([targetTime, elb, targetStatus]).toEqual(['-1', '504', '-']);
  expect(totalOf(stand, 'HTTPCode_ELB_504_Count')).toBe(1);
});

test('no registered target is a 503 without a target', async () => {
  const stand = await standIn([]);
  expect((await stand.get()).status).toBe(503);
  expect(outcomeOf(stand)).toEqual(['-', '-1', '-1', '-1', '503', '-']);
  expect(totalOf(stand, 'RequestCount')).toBeNull();
});

test('a client that leaves ends the request at the target and counts as 460', async () => {
  const target = await rawTarget(() => {});
  const stand = await standIn([target.port]);
  const leaving = new AbortController();
  const over = stand.nextCompleted();
  const result = stand.get('/', { signal: leaving.signal });
  await until(() => target.requests.length === 1);
  const ended = new Promise<void>((resolve) => target.connections[0]?.once('close', () => resolve()));
  leaving.abort();
  expect((await result).status).toBeNull();
  expect((await over).elbStatus).toBe(460);
  await ended;
});

test('a large response that breaks off reaches the client cut off', async () => {
  const target = await rawTarget((socket) => {
    socket.write(`HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n${'x'.repeat(60_000)}`);
    socket.end();
  });
  const stand = await standIn([target.port]);
  expect((await stand.get()).status).toBeNull();
  expect(stand.completed[0]).toMatchObject({ elbStatus: 200, targetStatus: 200 });
});
