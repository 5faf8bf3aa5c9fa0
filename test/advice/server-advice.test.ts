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
    expect(serverAdvice('apache', 66).lines).toContain('MaxKeepAliveRequests 10000');
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
    expect(serverAdvice('nginx', 66).why).toContain('That would be enough');
    expect(serverAdvice('nginx', 80).why).not.toContain('That would be enough');
  });

  it.each([
    ['fastify', 'By default it closes an idle connection after 72 s since version 4, after 5 s before that.'],
    ['puma', 'By default it closes an idle connection after 65 s since version 7, after 20 s before that.'],
    ['rocket', 'By default it closes an idle connection never since version 0.5, after 5 s before that.'],
    ['fastify 5', 'By default it closes an idle connection after 72 s.'],
  ])('says the default of each version where %s gives none', (server, expected) => {
    expect(serverAdvice(server, 130).why).toContain(expected);
  });

  it('never asks Apache with prefork for a keep-alive that holds its workers, known or not', () => {
    expect(serverAdvice(null, 1980).lines.join('\n')).toMatch(
      /event only: prefork and worker hold[^\n]*\nKeepAliveTimeout 1980/,
    );
    expect(serverAdvice(null, 66).lines).toContain('# Apache:');
  });

  it('says where its figures are not verified', () => {
    expect(serverAdvice('iis', 66).why).toContain('not verified');
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
      expect(serverAdvice(server, 66).why).toContain('a proxy in front that can');
    },
  );

  it.each(['gunicorn sync', 'unicorn', 'werkzeug', 'axum', 'roadrunner'])(
    '%s cannot race by itself, so look elsewhere',
    (server) => {
      expect(serverAdvice(server, 66).why).toContain('Check what really answers');
    },
  );
});

describe('advice that would do harm is not given', () => {
  it.each(['ingress-nginx', 'nginx-ingress', 'kong', 'apisix', 'contour', 'haproxy-ingress'])(
    "%s writes its proxy's configuration itself, so no line is for that file",
    (server) => {
      const { lines, rollback, alsoCheck } = serverAdvice(server, 66);
      expect([...lines, ...rollback].join('\n')).not.toMatch(
        /^keepalive_timeout|nginx\.conf|nginx -s|haproxy\.cfg/m,
      );
      expect(alsoCheck.join('\n')).toContain('is lost');
    },
  );

  it.each(['apache', 'cpp-httplib'])(
    '%s is not told to hold workers for half an hour: both sides move',
    (server) => {
      const advice = serverAdvice(server, 1980);
      expect(advice.title).toContain('change both');
      expect(advice.why).toContain("lower the load balancer's idle timeout to 60 s");
      const active = advice.lines.filter((line) => !/^(#|\/\/)/.test(line)).join('\n');
      expect(active).not.toContain('1980');
      expect(active).toContain('66');
      expect(serverAdvice(server, 66).title).not.toContain('change both');
    },
  );

  it('does not ask for an idle timeout that cuts off ordinary requests', () => {
    expect(serverAdvice('llama-server', 66).why).not.toMatch(/idle timeout to \d s/);
    expect(serverAdvice('granian', 66).why).toContain('idle timeout to 54 s');
  });

  it('reloads Puma in a way that reads puma.rb, in any mode', () => {
    const { lines, alsoCheck } = serverAdvice('puma 6', 66);
    expect(lines.join('\n')).not.toContain('phased-restart');
    expect(alsoCheck.join('\n')).toMatch(/4\.3\.8.*5\.3\.1/);
    expect(alsoCheck.join('\n')).toContain('worker_timeout is no timeout of requests');
  });

  it('says that HUP does not read the flags of gunicorn again', () => {
    expect(serverAdvice('gunicorn', 66).alsoCheck.join('\n')).toContain('restart the unit or task');
    expect(serverAdvice('gunicorn uvicorn', 66).lines.join('\n')).not.toContain('kill -HUP');
  });

  it('knows the headersTimeout of old Node', () => {
    expect(serverAdvice('node 12', 66).alsoCheck.join('\n')).toContain('40 s until December 2019');
  });

  it('has the line of both servers of Phoenix, the one that applies first', () => {
    const { lines } = serverAdvice('phoenix 1.7.14', 66);
    expect(lines.filter((line) => line.startsWith('http:'))).toEqual([
      'http: [thousand_island_options: [read_timeout: 66000]]',
    ]);
    expect(lines.join('\n')).toContain(
      '# with Cowboy, instead: http: [protocol_options: [request_timeout: 66000]]',
    );
  });
});

describe('advice for HTTP/2 and gRPC target groups', () => {
  it.each(['HTTP2', 'GRPC'] as const)(
    '%s: ages, GOAWAY and streams rather than a keep-alive of HTTP/1',
    (protocol) => {
      for (const server of [null, 'nginx', 'node 20', 'grpc-java']) {
        const advice = serverAdvice(server, 66, null, protocol);
        const everything = [advice.title, advice.why, ...advice.lines, ...advice.alsoCheck].join('\n');
        expect(everything).toMatch(/GOAWAY/);
        expect(everything).toMatch(/stream/);
        expect(everything).not.toContain('server.keepAliveTimeout');
      }
    },
  );

  it.each(['grpc-go', 'grpc-java', 'grpc-python', 'grpc-node', 'tonic'])(
    '%s speaks nothing else',
    (server) => {
      expect(serverAdvice(server, 66).alsoCheck.join('\n')).toContain('maximum connection age');
    },
  );
});

describe('advice for a server that is not known', () => {
  it.each([null, 'acme-httpd/1'])('%j gets the four most usual settings', (server) => {
    const { lines, title } = serverAdvice(server, 66, 5);
    expect(lines.filter((line) => !/^(?:#|\/\/) /.test(line))).toHaveLength(4);
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

describe('advice for a framework', () => {
  it.each(['flask', 'Django 5', 'ktor'])(
    '%s names no server, and the advice says which to look for',
    (server) => {
      expect(serverAdvice(server, 66).why).toMatch(/is not a server.*(gunicorn|ktor-cio)/);
    },
  );
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

  it('is complete: what to do, why, what else changes, how to verify', () => {
    fc.assert(
      fc.property(
        texts,
        fc.double({ min: 0.001, max: 4500, noNaN: true }),
        fc.option(fc.integer({ min: 1, max: 4000 })),
        (text, seconds, before) => {
          const advice = serverAdvice(text, seconds, before);
          for (const part of [advice.title, advice.why]) expect(part).not.toBe('');
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
