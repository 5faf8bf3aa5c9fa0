import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SERVERS, serverAdvice } from '../../lambda/advice/servers.ts';
import { InputError } from '../../lambda/model/failure.ts';

describe('advice for a known server', () => {
  it.each([
    ['nginx/1.22.1', 'keepalive_timeout 66s;'],
    ['Apache/2.4.58 (Debian)', 'KeepAliveTimeout 66'],
    ['gunicorn/20.1', 'keepalive = 66'],
    ['uvicorn', 'uvicorn app:app --timeout-keep-alive 66'],
    ['node 20', 'server.keepAliveTimeout = 66000;'],
    ['express', 'server.keepAliveTimeout = 66000;'],
    ['fastify', 'const app = Fastify({ keepAliveTimeout: 66000 });'],
    ['next', 'next start --keepAliveTimeout 66000'],
    ['puma 6', 'persistent_timeout 66'],
    ['tomcat', 'keepAliveTimeout="66000"'],
    ['spring boot', 'server.tomcat.keep-alive-timeout=66s'],
    ['Jetty(9.4.53)', 'jetty.http.idleTimeout=66000'],
    ['haproxy', 'timeout http-keep-alive 66s'],
    ['envoy', '  idle_timeout: 66s'],
    ['traefik', '--entryPoints.web.transport.respondingTimeouts.idleTimeout=66s'],
    ['uwsgi', 'http-keepalive = 66'],
  ])('%s is told the line %s', (server, line) => {
    expect(serverAdvice(server, 66).lines).toContain(line);
  });

  it('lifts the limit of requests that would close the connection next', () => {
    expect(serverAdvice('apache', 66).lines).toContain('MaxKeepAliveRequests 0');
    expect(serverAdvice('nginx', 66).lines).toContain('keepalive_requests 10000;');
  });

  it('goes back to the measured value where one is known', () => {
    expect(serverAdvice('nginx', 66, 15).rollback).toContain('keepalive_timeout 15s;');
    expect(serverAdvice('nginx', 66, 15.003).rollback).toContain('keepalive_timeout 15s;');
    expect(serverAdvice('node 20', 66, 5.5).rollback).toContain('server.keepAliveTimeout = 5500;');
  });

  it('goes back to the default of that version where nothing was measured', () => {
    expect(serverAdvice('puma 6', 130).rollback).toContain('persistent_timeout 20');
    expect(serverAdvice('puma 7', 130).rollback).toContain('persistent_timeout 65');
  });

  it('removes the setting again where the default never closes', () => {
    expect(serverAdvice('go', 66).rollback).toEqual(['// remove http.Server.IdleTimeout again']);
  });

  it('says where the default would do, because then a shorter value is set somewhere', () => {
    expect(serverAdvice('nginx', 66).why).toContain('That would do');
    expect(serverAdvice('nginx', 80).why).not.toContain('That would do');
  });

  it('says where its figures are not verified', () => {
    expect(serverAdvice('daphne', 66).why).toContain('not verified');
    expect(serverAdvice('nginx', 66).why).not.toContain('not verified');
  });

  it('does not advise more than the server accepts', () => {
    const advice = serverAdvice('bun', 300);
    expect(advice.lines.join('\n')).not.toContain('idleTimeout: 300');
    expect(advice.why).toContain('255 s');
  });

  it.each(['uws', 'daphne', 'deno'])(
    '%s has no setting, so the load balancer or a proxy must change',
    (server) => {
      expect(serverAdvice(server, 66).title).toContain('cannot keep idle connections for 66 s');
      expect(serverAdvice(server, 66).why).toContain("Lower the load balancer's idle timeout");
    },
  );

  it.each(['gunicorn sync', 'unicorn', 'flask', 'axum'])(
    '%s cannot race by itself, so look elsewhere',
    (server) => {
      expect(serverAdvice(server, 66).why).toContain('Check what really answers');
    },
  );
});

describe('advice for a server that is not known', () => {
  it.each([null, 'acme-httpd/1'])('%j gets the four most usual settings', (server) => {
    const { lines, title } = serverAdvice(server, 66, 5);
    expect(lines).toHaveLength(8);
    for (const part of [
      'keepalive_timeout 66s;',
      'keepAliveTimeout = 66000;',
      'keepalive = 66',
      'KeepAliveTimeout 66',
    ]) {
      expect(lines.join('\n')).toContain(part);
    }
    expect(title).toContain('66 s');
  });
});

describe('the name of a server that is not known', () => {
  it('is kept to one printable line', () => {
    expect(serverAdvice('acme\r\n\u0007web', 66).title).toBe(
      'Set the keep-alive of "acme web" to 66 s or more',
    );
    expect(serverAdvice('x'.repeat(500), 66).title.length).toBeLessThan(120);
  });

  it('counts as absent where it is empty', () => {
    expect(serverAdvice(' ', 66).title).toBe("Set the keep-alive of the targets' server to 66 s or more");
  });
});

describe('advice for any server', () => {
  const texts = fc.oneof(fc.constantFrom(...SERVERS.map((row) => row.id)), fc.constant(null), fc.string());

  it('is complete: what to do, why, what else changes, how to verify, from which source', () => {
    fc.assert(
      fc.property(
        texts,
        fc.double({ min: 0.001, max: 4500, noNaN: true }),
        fc.option(fc.integer({ min: 1, max: 4000 })),
        (text, seconds, before) => {
          const advice = serverAdvice(text, seconds, before);
          for (const part of [advice.title, advice.why, advice.source]) expect(part).not.toBe('');
          for (const list of [advice.lines, advice.sideEffects, advice.verify])
            expect(list.length).toBeGreaterThan(0);
          const everything = [
            advice.title,
            advice.why,
            ...advice.lines,
            ...advice.rollback,
            ...advice.verify,
          ].join('\n');
          expect(everything).not.toMatch(/undefined|NaN|\[object/);
        },
      ),
    );
  });

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('refuses a keep-alive of %d', (seconds) => {
    expect(() => serverAdvice('nginx', seconds)).toThrow(InputError);
  });
});
