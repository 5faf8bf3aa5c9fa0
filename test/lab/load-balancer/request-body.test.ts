import { createServer, request as httpRequest, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { startNodeServer } from '../../../lab/servers/server-process.ts';
import { rawTarget } from '../raw-target.ts';
import { logFields, type StandIn, standIn, until } from '../stand-in.ts';

const CHUNK = Buffer.alloc(8192, 'x');

/** Target status, and received bytes, of the last log line. */
const loggedOf = ({ loadBalancer }: StandIn): { status: string; receivedBytes: number } => {
  const fields = logFields(loadBalancer.logLines.at(-1)?.line ?? '');
  return { status: fields[9] ?? '', receivedBytes: Number(fields[10]) };
};

/** A real server that reads every body, and what it read. */
async function reader(): Promise<{
  readonly port: number;
  readonly bodies: string[];
  coding: string | undefined;
}> {
  const read = { port: 0, bodies: [] as string[], coding: undefined as string | undefined };
  const server = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.once('end', () => {
      if (incoming.method === 'POST') {
        read.bodies.push(Buffer.concat(chunks).toString());
        read.coding = incoming.headers['transfer-encoding'];
      }
      response.end('ok');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  read.port = (server.address() as AddressInfo).port;
  return read;
}

/** Posts chunk after chunk until it is answered; the body is announced to be larger than it ever gets. */
function postUntilAnswered({
  front,
}: StandIn): Promise<{ readonly status: number; readonly sentBytes: number }> {
  return new Promise((resolve, reject) => {
    let sentBytes = 0;
    const headers = { Host: 'shop.lab', 'Content-Length': String(15 * 1024 * 1024) };
    const outgoing = httpRequest({
      host: front.host,
      port: front.port,
      method: 'POST',
      path: '/photos',
      headers,
    });
    const writing = setInterval(() => {
      sentBytes += CHUNK.length;
      outgoing.write(CHUNK);
    }, 2);
    const ended = () => clearInterval(writing);
    outgoing.once('error', (error) => {
      ended();
      reject(error);
    });
    outgoing.once('response', (response: IncomingMessage) => {
      ended();
      response.resume();
      outgoing.on('error', () => {});
      outgoing.destroy();
      resolve({ status: response.statusCode ?? 0, sentBytes });
    });
  });
}

test('a body goes to its target, is counted as received, and leaves the connection for the next request', async () => {
  const target = await reader();
  const stand = await standIn([target.port]);
  expect((await stand.get('/photos', { method: 'POST', bodyBytes: 200_000 })).status).toBe(200);
  expect(target.bodies).toEqual(['x'.repeat(200_000)]);
  expect(loggedOf(stand).receivedBytes).toBeGreaterThan(200_000);
  expect(loggedOf(stand).receivedBytes).toBeLessThan(201_000);
  expect((await stand.get()).status).toBe(200);
  expect(stand.completed.at(-1)?.truth.requestOnConnection).toBe(2);
});

test('a body whose length nobody knows goes on in chunks', async () => {
  const target = await reader();
  const stand = await standIn([target.port]);
  const over = stand.nextCompleted();
  const outgoing = httpRequest({ host: stand.front.host, port: stand.front.port, method: 'POST', path: '/' });
  outgoing.once('response', (response) => response.resume());
  outgoing.write('first ');
  outgoing.write('second');
  outgoing.end();
  expect((await over).elbStatus).toBe(200);
  expect(target.bodies).toEqual(['first second']);
  expect(target.coding).toBe('chunked');
});

test('a target hears of a request before the client has sent all of it', async () => {
  const target = await rawTarget((socket) =>
    socket.write('HTTP/1.1 413 Content Too Large\r\nConnection: close\r\nContent-Length: 0\r\n\r\n'),
  );
  const stand = await standIn([target.port]);
  // The target goes on reading, so that its answer survives.
  expect((await postUntilAnswered(stand)).status).toBe(413);
});

test('a target that closes on a body that it has not read gets 502 for its 413, and no status in the log', async () => {
  const server = await startNodeServer('body-limit', { largestBodyBytes: 50_000 });
  onTestFinished(() => server.stop());
  const stand = await standIn([server.port], { oneWayMs: 1 });
  expect((await stand.get('/photos', { method: 'POST', bodyBytes: 40_000 })).status).toBe(200);
  // Where nothing more of the body is on its way as the target closes, its answer survives.
  let status = 0;
  for (let tries = 0; tries < 20 && status !== 502; tries += 1) ({ status } = await postUntilAnswered(stand));
  expect(status).toBe(502);
  await until(() => stand.completed.at(-1)?.elbStatus === 502);
  const { elbStatus, targetStatus, truth, requestSeconds, targetSeconds } = stand.completed.at(-1) ?? {};
  expect({ elbStatus, targetStatus }).toEqual({ elbStatus: 502, targetStatus: null });
  expect(truth?.fault).toMatch(/^closed-(before|in)-response$/);
  expect(requestSeconds).toBeGreaterThanOrEqual(0);
  expect(targetSeconds).toBeGreaterThanOrEqual(0);
  expect(loggedOf(stand).status).toBe('-');
  expect(loggedOf(stand).receivedBytes).toBeGreaterThan(CHUNK.length);
});
