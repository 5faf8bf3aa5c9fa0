import { networkInterfaces } from 'node:os';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { describe, expect, test } from 'vitest';
import { probe } from '../../lambda/probe/probe.ts';
import type { ProbeResult } from '../../lambda/probe/probe-result.ts';
import { countRequests } from '../../lambda/probe/request-limit.ts';
import { RequestBudget, Session } from '../../lambda/probe/session.ts';
import { type Behaviour, OK, type RawTarget, rawTarget } from './raw-target.ts';

/** What a machine busy with other tests may add to a time limit. */
const SLACK_SECONDS = 15;

const KEEP_FOR_ONE_SECOND: Behaviour = { idleSeconds: () => 1 };

interface Probed {
  readonly result: ProbeResult;
  readonly target: RawTarget;
  readonly tookSeconds: number;
  /** How long this process, in which both sides run, was held up at most by what else the machine did. */
  readonly heldUpSeconds: number;
}

async function probeRaw(behaviour: Behaviour, maxSeconds = 20, requests = 20): Promise<Probed> {
  await using target = await rawTarget(behaviour);
  const delays = monitorEventLoopDelay({ resolution: 5 });
  delays.enable();
  const startedAtMs = performance.now();
  const result = await probe(target.endpoint, 60, {
    maxSeconds,
    watchSeconds: maxSeconds,
    requests,
    pauseMs: 0,
  });
  delays.disable();
  const tookSeconds = (performance.now() - startedAtMs) / 1_000;
  return { result, target, tookSeconds, heldUpSeconds: delays.max / 1e9 };
}

/**
 * Measured against what the server itself saw, so that a late timer of the server is no error of the probe; being
 * held up can fall on either side, at the start and at the end. Exactness itself is tested against real servers.
 */
function expectMeasured({ result, target, heldUpSeconds }: Probed, by: string): void {
  const real = Math.min(...target.idleEnds);
  expect(result.idleClose).toMatchObject({ by });
  const measured = result.idleClose && 'seconds' in result.idleClose ? result.idleClose.seconds : Number.NaN;
  expect(Math.abs(measured - real)).toBeLessThan(Math.max(0.05, real / 100) + 3 * heldUpSeconds);
}

describe.concurrent('the idle timeout', () => {
  test.each<[string, Behaviour, string]>([
    ['is measured by FIN', KEEP_FOR_ONE_SECOND, 'fin'],
    ['is measured by RST', { ...KEEP_FOR_ONE_SECOND, end: 'rst' }, 'rst'],
    [
      'counts from the last byte of a slow answer',
      { ...KEEP_FOR_ONE_SECOND, respond: () => [250, OK.slice(0, 30), 250, OK.slice(30)] },
      'fin',
    ],
    [
      'counts from the end of a chunked answer after early hints',
      {
        ...KEEP_FOR_ONE_SECOND,
        respond: () => [
          'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n',
          30,
          'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n',
          30,
          '0\r\nX-Sum: 1\r\n',
          30,
          '\r\n',
        ],
      },
      'fin',
    ],
    [
      'counts to the FIN, not to an unasked 408 before it',
      {
        ...KEEP_FOR_ONE_SECOND,
        goodbye: 'HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n',
      },
      'fin',
    ],
    ['is measured over TLS with any certificate', { ...KEEP_FOR_ONE_SECOND, tls: true }, 'fin'],
    [
      'is the shortest where connections differ',
      { idleSeconds: (connection) => 0.9 + (connection % 3) * 0.2 },
      'fin',
    ],
  ])('%s', async (_name, behaviour, by) => {
    expectMeasured(await probeRaw(behaviour), by);
  });

  test('is confirmed by a request below it that is answered and a connection above it that is dead', async () => {
    const { result, heldUpSeconds } = await probeRaw({ idleSeconds: () => 2 });
    const idle = result.idleClose;
    if (!idle || !('seconds' in idle)) throw new Error('it closes');
    expect(idle.confirmation.answeredAfterSeconds ?? 0).toBeLessThan(idle.seconds);
    expect(idle.confirmation.deadAfterSeconds ?? idle.seconds).toBeGreaterThanOrEqual(idle.seconds);
    // A process that is held up misses the instants at which to ask.
    if (heldUpSeconds > 0.04) return;
    expect(idle.confirmation.answeredAfterSeconds).toBeGreaterThan(1.5);
    expect(idle.confirmation.deadAfterSeconds).toBeLessThan(2.5);
  });

  test('is what the target does, whatever it declares', async () => {
    const respond = () =>
      `HTTP/1.1 200 OK\r\nServer: liar/1\r\nKeep-Alive: timeout=75, max=9\r\nContent-Length: 0\r\n\r\n`;
    const probed = await probeRaw({ ...KEEP_FOR_ONE_SECOND, respond });
    expectMeasured(probed, 'fin');
    expect(probed.result).toMatchObject({
      server: 'liar/1',
      declaredKeepAliveSeconds: 75,
      verdict: { safe: false, reason: 'closes-first' },
    });
  });

  test('is a lower bound where the target never closes', async () => {
    const { result, tookSeconds } = await probeRaw({}, 3);
    expect(result.idleClose).toEqual({ openAfterSeconds: expect.any(Number), muteAfterSeconds: null });
    expect(
      result.idleClose && 'openAfterSeconds' in result.idleClose && result.idleClose.openAfterSeconds,
    ).toBeGreaterThan(1);
    expect(tookSeconds).toBeLessThan(3 + SLACK_SECONDS);
    expect(result.verdict).toMatchObject({ safe: null, reason: 'not-watched-long-enough' });
  });

  test('does not end where a later answer is malformed: the connection was alive', async () => {
    const respond = (request: number) => (request === 1 ? OK : 'HTTP/1.1 200 OK\r\nA b: c\r\n\r\n');
    const { result } = await probeRaw({ respond }, 4);
    expect(result.idleClose).toMatchObject({ muteAfterSeconds: null });
    expect(result.verdict).toMatchObject({ reason: 'not-watched-long-enough' });
  });

  test('ends where the target goes mute, closed or not', async () => {
    const { result } = await probeRaw({ idleSeconds: () => 0.8, end: 'mute' }, 20, 100);
    const idle = result.idleClose;
    if (!idle || !('openAfterSeconds' in idle)) throw new Error('it never closes');
    expect(idle.openAfterSeconds).toBeLessThan(idle.muteAfterSeconds ?? 0);
    expect(idle.muteAfterSeconds).toBeGreaterThan(0.75);
    expect(idle.muteAfterSeconds).toBeLessThan(1.5);
    expect(result.verdict).toMatchObject({ safe: false, reason: 'goes-mute' });
  });

  test('ends where a connection is dropped in silence and the next request meets RST', async () => {
    const { result } = await probeRaw({ idleSeconds: () => 1.2, end: 'forget' }, 20, 100);
    expect(result.idleClose).toMatchObject({ by: 'rst' });
    const seconds = result.idleClose && 'seconds' in result.idleClose ? result.idleClose.seconds : 0;
    expect(seconds).toBeGreaterThan(0.7);
    expect(seconds).toBeLessThan(1.7);
  });

  test('is measured on a server that serves one connection at a time', async () => {
    expectMeasured(await probeRaw({ ...KEEP_FOR_ONE_SECOND, serial: true }), 'fin');
  });

  test('is none where each response announces the close, and that is safe', async () => {
    const { result } = await probeRaw({
      respond: () => 'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n',
      closeAfterRequests: 1,
    });
    expect(result).toMatchObject({
      idleClose: { by: 'response-close' },
      requestsPerConnection: { limit: 1, announced: true },
      verdict: { safe: true, reason: 'never-reused' },
    });
  });

  test('is none where the end of the body is the end of the connection', async () => {
    const { result } = await probeRaw({
      respond: () => 'HTTP/1.0 200 OK\r\n\r\nhello',
      closeAfterRequests: 1,
    });
    expect(result.idleClose).toMatchObject({ by: 'response-close' });
  });

  test('is nothing where a connection closes after each response without saying so', async () => {
    const { result } = await probeRaw({ closeAfterRequests: 1 });
    expect(result.requestsPerConnection).toEqual({ limit: 1, announced: false, trials: [1, 1] });
    expect(result.idleClose).toMatchObject({ by: 'fin' });
  });

  test('is measured on IPv6', async () => {
    const hasIPv6 = Object.values(networkInterfaces())
      .flat()
      .some((own) => own?.address === '::1');
    if (hasIPv6) expectMeasured(await probeRaw({ ...KEEP_FOR_ONE_SECOND, host: '::1' }), 'fin');
    else {
      const limits = { maxSeconds: 1, watchSeconds: 1, requests: 5, pauseMs: 0 };
      expect(await probe({ host: '::1', port: 9, tls: false, path: '/' }, 60, limits)).toMatchObject({
        target: '[::1]:9',
        verdict: null,
      });
    }
  });
});

describe.concurrent('requests on one connection', () => {
  const announceAtNinth = (request: number) =>
    request < 9 ? OK : OK.replace('\r\n', '\r\nConnection: close\r\n');

  test.each<[string, Behaviour, object]>([
    [
      'a limit is found where the target closes unannounced by FIN',
      { closeAfterRequests: 17 },
      { limit: 17, announced: false, trials: [17, 17] },
    ],
    [
      'a limit is found where the target closes unannounced by RST',
      { closeAfterRequests: 17, end: 'rst' },
      { limit: 17, announced: false, trials: [17, 17] },
    ],
    [
      'a limit is found where the last response announces it',
      { respond: announceAtNinth, closeAfterRequests: 9 },
      { limit: 9, announced: true, trials: [9] },
    ],
    ['no limit is claimed where none was met', {}, { atLeast: 36 }],
  ])('%s', async (_name, behaviour, expected) => {
    await using target = await rawTarget(behaviour);
    const deadlineMs = performance.now() + 60_000;
    const session = new Session(target.endpoint, target.endpoint.host, deadlineMs, 0);
    const connection = await session.connect();
    await session.ask(connection, 60_000);
    const { requests } = await countRequests(session, new RequestBudget(35), connection, deadlineMs);
    connection.destroy();
    session.end();
    expect(requests).toEqual(expected);
  });

  test.each([1, 2, 3, 8, 30])('never are there more than %i where so many are allowed', async (allowed) => {
    const behaviours = [{}, { idleSeconds: () => 0.3 }, { closeAfterRequests: 4 }];
    for (const probed of await Promise.all(behaviours.map((behaviour) => probeRaw(behaviour, 1, allowed)))) {
      expect(probed.target.requests()).toBeLessThanOrEqual(allowed);
      expect(probed.tookSeconds).toBeLessThan(1 + SLACK_SECONDS);
    }
  });
});

describe.concurrent('a target that cannot be measured is named, with what to do', () => {
  const halfAnswer = 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhal';
  test.each<[string, Behaviour, string, RegExp]>([
    [
      'closes in the middle of its response',
      { respond: () => halfAnswer, closeAfterRequests: 1 },
      'closed',
      /in the middle of its response/,
    ],
    [
      'resets in the middle of its response',
      { respond: () => halfAnswer, closeAfterRequests: 1, end: 'rst' },
      'closed',
      /closed the connection/,
    ],
    [
      'closes without a response',
      { respond: () => '', closeAfterRequests: 1 },
      'closed',
      /https:\/\/ if it expects TLS/,
    ],
    ['sends garbage', { respond: () => '\x00\x01garbage' }, 'not-http', /check the port/],
    [
      'contradicts itself',
      { respond: () => 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n' },
      'malformed-response',
      /answers 502 in its place.*repeated Content-Length "1, 2" \(RFC 9110/,
    ],
    [
      'sends more header than a load balancer takes',
      {
        respond: () => `HTTP/1.1 200 OK\r\nSet-Cookie: a=${'b'.repeat(33_000)}\r\nContent-Length: 0\r\n\r\n`,
      },
      'response-header-too-large',
      /above the 32 K.*330\d\d bytes/,
    ],
    ['says nothing', { respond: () => '' }, 'timeout', /did not answer/],
  ])('it %s', async (_name, behaviour, errorCode, error) => {
    const { result, target, tookSeconds } = await probeRaw(behaviour, 2);
    const name = `127.0.0.1:${target.endpoint.port}`;
    expect(result).toMatchObject({
      target: name,
      errorCode,
      error: expect.stringMatching(error),
      verdict: null,
    });
    expect(result.verdict === null && result.error.startsWith(`${name}: `)).toBe(true);
    expect(tookSeconds).toBeLessThan(2 + SLACK_SECONDS);
  });

  test('it speaks no TLS', async () => {
    await using target = await rawTarget({});
    const limits = { maxSeconds: 6, watchSeconds: 1, requests: 5, pauseMs: 0 };
    expect(await probe({ ...target.endpoint, tls: true }, 60, limits)).toMatchObject({
      errorCode: 'speaks-plain-http',
      error: expect.stringContaining('use http://'),
    });
  });

  test('it speaks TLS only', async () => {
    await using target = await rawTarget({ tls: true });
    const limits = { maxSeconds: 10, watchSeconds: 1, requests: 5, pauseMs: 0 };
    expect(await probe({ ...target.endpoint, tls: false }, 60, limits)).toMatchObject({
      verdict: null,
      error: expect.stringContaining('https://'),
    });
  });
});
