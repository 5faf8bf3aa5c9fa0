import { createServer as createTlsServer } from 'node:tls';
import { expect, test } from 'vitest';
import { CERTIFICATE, PRIVATE_KEY } from '../../../lab/servers/certificate.ts';
import { pictureOf } from '../../../lab/timeline/picture.ts';
import { FirstOfEachKind, timelineOf } from '../../../lab/timeline/timeline.ts';
import { closedPort, OK, rawTarget } from '../raw-target.ts';
import { standIn, TRACE_ID } from '../stand-in.ts';

/** What was seen of the last request, one word an event: where and what. */
const seenOf = (timeline: ReturnType<typeof timelineOf>): readonly string[] =>
  (timeline?.events ?? []).map(({ where, what }) => `${where} ${what}`);

test('a request that crosses a FIN is told from the request before to the 502', async () => {
  const target = await rawTarget((socket) => socket.write(OK));
  const stand = await standIn([target.port], { oneWayMs: 250 });
  await stand.get('/before?ms=1');
  // Closed at the target now; the node will know 250 ms later.
  target.connections[0]?.end();
  expect((await stand.get('/after?ms=1')).status).toBe(502);
  const [before, after] = stand.completed;
  expect(before?.truth.wire).toEqual([]);
  const timeline = after ? timelineOf(after) : null;
  expect(timeline).toMatchObject({
    fault: 'closed-before-response',
    traceId: TRACE_ID,
    elbStatus: 502,
    target: `127.0.0.1:${target.port}`,
  });
  const seen = seenOf(timeline);
  const inOrder = [
    'node connect',
    'node connected',
    'node request',
    'target request',
    'target response',
    'node response',
    'node complete',
  ];
  expect(seen.slice(0, 7)).toEqual(inOrder);
  // The FIN leaves and the client asks within the same moment.
  expect(seen.slice(7)).toEqual(expect.arrayContaining(['target fin', 'node client-request']));
  expect(seen.indexOf('target fin')).toBeLessThan(seen.indexOf('node fin'));
  expect(seen.lastIndexOf('node request')).toBeLessThan(seen.indexOf('node fin'));
  expect(seen.at(-1)).toBe('node client-answer');
  expect(timeline?.events.filter(({ what, where }) => what === 'request' && where === 'node')).toMatchObject([
    { about: 'GET /before' },
    { about: 'GET /after' },
  ]);
  const picture = pictureOf(timeline ?? expect.fail());
  expect(picture).toContain('-- GET /after --');
  expect(picture).toMatch(/\|<-+ 502 --\|.*log: \d+\.\d{3} \d+\.\d{3} -1$/);
});

test('only the last two requests of a connection are remembered', async () => {
  const target = await rawTarget((socket, count) => void (count < 5 ? socket.write(OK) : socket.destroy()));
  const { get, completed } = await standIn([target.port]);
  for (let request = 1; request <= 5; request++) await get(`/${request}`);
  const failed = completed.at(-1);
  const wire = failed?.truth.wire ?? [];
  expect(wire.filter(({ what, where }) => what === 'request' && where === 'node')).toMatchObject([
    { about: 'GET /4' },
    { about: 'GET /5' },
  ]);
  expect(wire.map(({ what }) => what)).not.toContain('connect');
  expect(wire.length).toBeLessThanOrEqual(10);
});

test('a refused connection is a SYN and its reset', async () => {
  const { get, completed } = await standIn([await closedPort()]);
  await get('/');
  const timeline = completed[0] ? timelineOf(completed[0]) : null;
  expect(seenOf(timeline)).toEqual([
    'node client-request',
    'node connect',
    'node refused',
    'node client-answer',
  ]);
  expect(timeline?.times).toBe('-1 -1 -1');
});

test('a handshake that fails is told up to there', async () => {
  const target = await rawTarget((socket) => void socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
  const { get, completed } = await standIn([target.port], { group: { protocol: 'HTTPS' } });
  await get('/');
  const seen = seenOf(completed[0] ? timelineOf(completed[0]) : null);
  expect(seen).toEqual(
    expect.arrayContaining(['node connected', 'node tls', 'node response', 'node tls-failed']),
  );
  expect(seen).not.toContain('node request');
});

test('over TLS a request is told as without it, and the end of a connection is no failed handshake', async () => {
  const target = await rawTarget(
    (socket, count) => void (count === 1 ? socket.write(OK) : socket.destroy()),
    (serve) => createTlsServer({ key: PRIVATE_KEY, cert: CERTIFICATE }, serve),
  );
  const { get, completed } = await standIn([target.port], { group: { protocol: 'HTTPS' } });
  await get('/1');
  expect((await get('/2')).status).toBe(502);
  const seen = seenOf(completed[1] ? timelineOf(completed[1]) : null);
  expect(seen).toEqual(
    expect.arrayContaining(['node tls-connected', 'target request', 'target response', 'node complete']),
  );
  expect(seen).not.toContain('node tls-failed');
});

test('the first of each kind is kept, and no second', async () => {
  const target = await rawTarget((socket, _, head) =>
    head.includes('/bad') ? socket.write('nonsense\r\n\r\n') : socket.destroy(),
  );
  const { get, completed } = await standIn([target.port]);
  for (const path of ['/bad/1', '/gone/1', '/bad/2', '/gone/2']) await get(path);
  const first = new FirstOfEachKind();
  for (const request of completed) first.completed(request);
  expect(
    first.timelines.map(({ fault, events }) => [
      fault,
      events.find(({ what }) => what === 'client-request')?.about,
    ]),
  ).toEqual([
    ['malformed-response', 'GET /bad/1'],
    ['closed-before-response', 'GET /gone/1'],
  ]);
});
