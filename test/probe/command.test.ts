import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { type Behaviour, OK, rawTarget } from './raw-target.ts';

async function alb502(...args: string[]) {
  const child = spawn(process.execPath, ['dist/bin/alb502.js', 'probe', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NO_COLOR: '1' },
  });
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { code: child.exitCode, stdout, stderr };
}

const CLOSE_SOON: Behaviour = {
  idleSeconds: () => 0.5,
  respond: () => OK.replace('\r\n', '\r\nServer: nginx/1.22.1\r\nKeep-Alive: timeout=75\r\n'),
};
const ANNOUNCE: Behaviour = {
  respond: () => OK.replace('\r\n', '\r\nConnection: close\r\n'),
  closeAfterRequests: 1,
};

/** The contract of `probe --json`. */
const contract = z.array(
  z.object({
    version: z.literal(1),
    target: z.string(),
    server: z.string().nullable(),
    declaredKeepAliveSeconds: z.number().nullable(),
    idleClose: z.union([
      z.object({
        seconds: z.number(),
        by: z.enum(['fin', 'rst', 'response-close']),
        trials: z.array(z.number()),
      }),
      z.object({ openAfterSeconds: z.number() }),
      z.null(),
    ]),
    requestsPerConnection: z.union([
      z.object({ limit: z.number() }),
      z.object({ atLeast: z.number() }),
      z.null(),
    ]),
    verdict: z
      .object({ idleTimeoutSeconds: z.number(), safe: z.boolean().nullable(), marginSeconds: z.number() })
      .nullable(),
    error: z.string().optional(),
  }),
);

describe.concurrent('alb502 probe', () => {
  test('prints one JSON array with an element per target, in order, unreachable ones included', async () => {
    await using closing = await rawTarget(CLOSE_SOON);
    await using announcing = await rawTarget(ANNOUNCE);
    const names = [closing, announcing].map(({ endpoint }) => `127.0.0.1:${endpoint.port}`);
    const { code, stdout } = await alb502(
      '--json',
      `http://${names[0]}/x`,
      'http://127.0.0.1:1/',
      `${names[1]}`,
    );
    const results = contract.parse(JSON.parse(stdout));
    expect(results.map(({ target }) => target)).toEqual([names[0], '127.0.0.1:1', names[1]]);
    expect(results[0]).toMatchObject({
      server: 'nginx/1.22.1',
      declaredKeepAliveSeconds: 75,
      idleClose: { by: 'fin' },
      verdict: { safe: false },
    });
    expect(results[1]).toMatchObject({ idleClose: null, error: expect.stringContaining('nothing listens') });
    expect(results[2]).toMatchObject({ idleClose: { by: 'response-close' }, verdict: { safe: true } });
    expect(code).toBe(3);
  });

  test('tells a person what was measured, against what, and the line to write', async () => {
    await using target = await rawTarget(CLOSE_SOON);
    const { code, stdout, stderr } = await alb502(
      `127.0.0.1:${target.endpoint.port}`,
      '--idle-timeout',
      '100',
    );
    expect(stdout).toContain('NOT SAFE behind an idle timeout of 100 s');
    expect(stdout).toMatch(/closed after 0\.\d+ s by FIN/);
    expect(stdout).toContain('keepalive_timeout 110');
    expect(stdout).toContain('which it does not keep');
    expect(stderr).toBe('');
    expect(code).toBe(1);
  });

  test('ends as soon as it knows, however long it might have watched', async () => {
    await using target = await rawTarget(CLOSE_SOON);
    const startedAtMs = performance.now();
    const { code } = await alb502(`127.0.0.1:${target.endpoint.port}`, '--idle-timeout', '4000');
    expect(code).toBe(1);
    // One of its connections would have begun after 46 s.
    expect(performance.now() - startedAtMs).toBeLessThan(40_000);
  });

  test('exits with 0 where every target is safe', async () => {
    await using target = await rawTarget(ANNOUNCE);
    const { code, stdout } = await alb502(`127.0.0.1:${target.endpoint.port}`);
    expect(stdout).toContain('SAFE behind an idle timeout of 60 s');
    expect(code).toBe(0);
  });

  test('asks with HEAD where told so, and names a body that comes behind', async () => {
    await using target = await rawTarget({
      respond: (_request, head) => (head.startsWith('HEAD / ') ? OK : 'HTTP/1.1 500 No\r\n\r\n'),
    });
    const { code, stdout, stderr } = await alb502(
      `127.0.0.1:${target.endpoint.port}`,
      '--method',
      'HEAD',
      '--json',
    );
    expect(JSON.parse(stdout)).toMatchObject([{ errorCode: 'malformed-response', method: 'HEAD' }]);
    expect(stderr).toContain('a body after a response to HEAD, which has none');
    expect(code).toBe(1);
  });

  test('names a close without an answer as what becomes a 502', async () => {
    await using target = await rawTarget({ respond: () => '', closeAfterRequests: 1 });
    const { code, stderr } = await alb502(`127.0.0.1:${target.endpoint.port}`);
    expect(stderr).toContain(
      'closed the connection without a whole answer, for which a load balancer answers 502',
    );
    expect(code).toBe(1);
  });

  test('asks for the Host that is given', async () => {
    const heads: string[] = [];
    const respond = (_: number, head: string) => {
      heads.push(head);
      return '';
    };
    await using target = await rawTarget({ respond, closeAfterRequests: 1 });
    await alb502(`127.0.0.1:${target.endpoint.port}`, '--host', 'api.internal:8443');
    expect(heads[0]).toContain('\r\nHost: api.internal:8443\r\n');
  });

  test('probes the others where one target is no address, and exits with 2', async () => {
    await using target = await rawTarget(ANNOUNCE);
    const { code, stdout, stderr } = await alb502('gopher://x', `127.0.0.1:${target.endpoint.port}`);
    expect(stdout).toContain(`127.0.0.1:${target.endpoint.port}`);
    expect(stderr).toMatch(/^alb502: target "gopher:\/\/x" .*\n$/);
    expect(code).toBe(2);
  });

  test.each([
    [['--requests', '0', 'a:1'], '--requests'],
    [['--requests', '1.5', 'a:1'], '--requests'],
    [['--max-seconds', '-1', 'a:1'], '--max-seconds'],
    [['--max-seconds', '', 'a:1'], '--max-seconds'],
    [['--idle-timeout', '4001', 'a:1'], '--idle-timeout'],
    [['--path', 'x', 'a:1'], '--path'],
    [['--host', 'a b', 'a:1'], '--host'],
    [['--host', 'a\r\nX: 1', 'a:1'], '--host'],
    [['--method', 'POST', 'a:1'], '--method'],
    [[], 'target'],
  ])('refuses %j naming what is wrong', async (args, named) => {
    const { code, stdout, stderr } = await alb502(...args);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain(named);
    expect(stderr).not.toContain('    at ');
  });
});
