import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  defaultKeepAliveSeconds,
  lookUpServer,
  recognizeServer,
  SERVERS,
} from '../../lambda/advice/servers.ts';

describe('the server that a header or tag names', () => {
  it.each([
    // Server: headers
    ['nginx/1.22.1', 'nginx', '1.22.1'],
    ['nginx/1.22.1 (Ubuntu)', 'nginx', '1.22.1'],
    ['nginx', 'nginx', null],
    ['openresty/1.25.3.1', 'openresty', '1.25.3.1'],
    ['nginx/1.18.0 + Phusion Passenger(R) 6.0.17', 'nginx', '1.18.0'],
    ['Apache', 'apache', null],
    ['Apache/2.4.58 (Debian)', 'apache', '2.4.58'],
    ['Apache/2.4.6 (CentOS) OpenSSL/1.0.2k-fips PHP/7.4.33', 'apache', '2.4.6'],
    ['Apache-Coyote/1.1', 'tomcat', null],
    ['Apache Tomcat/9.0.85', 'tomcat', '9.0.85'],
    ['Microsoft-IIS/10.0', 'iis', '10.0'],
    ['Kestrel', 'kestrel', null],
    ['gunicorn', 'gunicorn', null],
    ['gunicorn/20.1.0', 'gunicorn', '20.1.0'],
    ['uvicorn', 'uvicorn', null],
    ['hypercorn-h11', 'hypercorn', null],
    ['daphne', 'daphne', null],
    ['waitress', 'waitress', null],
    ['Python/3.11 aiohttp/3.9.1', 'aiohttp', '3.9.1'],
    ['TornadoServer/6.4', 'tornado', '6.4'],
    ['Werkzeug/3.0.1 Python/3.12.1', 'werkzeug', '3.0.1'],
    ['WSGIServer/0.2 CPython/3.11.2', 'django-runserver', null],
    ['Unit/1.32.1', 'unit', '1.32.1'],
    ['Warp/3.3.31', 'haskell-warp', '3.3.31'],
    ['llama.cpp', 'llama-server', null],
    ['Tengine/2.3.3', 'tengine', '2.3.3'],
    ['Jetty(9.4.53.v20231009)', 'jetty', '9.4.53'],
    ['Jetty(12.0.5)', 'jetty', '12.0.5'],
    ['WildFly/10', 'wildfly', '10'],
    ['JBoss-EAP/7', 'wildfly', '7'],
    ['envoy', 'envoy', null],
    ['istio-envoy', 'envoy', null],
    ['Caddy', 'caddy', null],
    ['Cowboy', 'cowboy', null],
    ['lighttpd/1.4.69', 'lighttpd', '1.4.69'],
    ['Varnish', 'varnish', null],
    // what people write in a tag
    ['Node', 'node', null],
    ['node v20.11', 'node', '20.11'],
    ['Node.js 26', 'node', '26'],
    ['node20', 'node', '20'],
    ['nodejs-22', 'node', '22'],
    ['node:22-alpine', 'node', '22'],
    ['Express/4.18', 'express', null],
    ['Next.js 15', 'next', null],
    ['@nestjs/fastify', 'fastify', null],
    ['puma 7', 'puma', '7'],
    ['puma=6.4.2', 'puma', '6.4.2'],
    ['PUMA/6', 'puma', '6'],
    ['gunicorn/20.1 gthread', 'gunicorn', '20.1'],
    ['gunicorn sync', 'gunicorn-sync', null],
    ['gunicorn/23.0 with sync workers', 'gunicorn-sync', '23.0'],
    ['gunicorn with uvicorn workers', 'gunicorn-uvicorn', null],
    ['Spring Boot 3.2', 'spring-boot', null],
    ['spring_boot', 'spring-boot', null],
    ['Spring Boot (Undertow)', 'spring-boot-undertow', null],
    ['spring-boot on jetty', 'spring-boot-jetty', null],
    ['Go net/http', 'go', null],
    ['golang', 'go', null],
    ['puma behind nginx', 'nginx', null],
    ['puma/6.4 behind an ALB', 'puma', '6.4'],
    ['actix-web 4', 'actix-web', '4'],
    ['ASP.NET Core', 'kestrel', null],
    ['php-fpm', 'php-fpm', null],
    // versions of products that run on another: they say nothing of the server's
    ['rails 7.1', 'puma', null],
    ['Rails 7.1, Puma 6.4.2', 'puma', '6.4.2'],
    ['nestjs-fastify/8', 'fastify', null],
    ['nestjs-fastify/8 fastify/5.2', 'fastify', '5.2'],
    ['fastapi 0.111', 'uvicorn', null],
    ['Express/4.18 on Node 26', 'express', '26'],
    ['mod_wsgi/4.9', 'apache', null],
    ['axum 0.7', 'hyper', null],
    ['yarp 2.3', 'kestrel', null],
    // products that generate their proxy's configuration are rows of their own
    ['ingress-nginx', 'ingress-nginx', null],
    ['nginx-ingress 3.4', 'nginx-ingress', '3.4'],
    ['kong/3.9', 'kong', '3.9'],
    ['APISIX/3.9.0', 'apisix', '3.9.0'],
    ['contour', 'contour', null],
    ['haproxy-ingress', 'haproxy-ingress', null],
    // of a pair, the one that holds the load balancer's connections
    ['OpenResty/nginx', 'openresty', null],
    ['Rails/nginx', 'nginx', null],
    ['axum/hyper', 'hyper', null],
    ['gunicorn/nginx', 'nginx', null],
    ['gunicorn, nginx/1.25', 'nginx', '1.25'],
    ['flask/gunicorn 21.2', 'gunicorn', '21.2'],
    ['FastAPI on gunicorn', 'gunicorn', null],
    ['rails with unicorn', 'unicorn', null],
    ['hono on bun 1.2', 'bun', '1.2'],
    ['Spring Boot with embedded Jetty', 'spring-boot-jetty', null],
    // images
    ['public.ecr.aws/docker/library/nginx:1.27-alpine', 'nginx', '1.27'],
    ['php:8.2-apache', 'apache', null],
    ['caddy:2.8', 'caddy', '2.8'],
    ['phoenix 1.7.14', 'phoenix', '1.7.14'],
    ['grpc-go', 'grpc-go', null],
    ['  nginx  ', 'nginx', null],
  ])('%j is %s, version %s', (text, id, version) => {
    expect(recognizeServer(text)?.row.id).toBe(id);
    expect(recognizeServer(text)?.version).toBe(version);
  });

  it.each([
    '',
    '   ',
    'awselb/2.0',
    'cloudflare',
    'AmazonS3',
    'Microsoft-HTTPAPI/2.0',
    '(unknown)',
    '1.2.3',
    '-',
    // frameworks and languages that run on many servers
    'flask',
    'Flask 3.0',
    'django/5.0',
    'ktor',
    'nginxx',
    'mynode',
  ])('%j is none of the table', (text) => {
    expect(lookUpServer(text)).toBeNull();
    expect(defaultKeepAliveSeconds(text)).toBeNull();
  });

  it('is found by every name of the table, in any case and with any version', () => {
    const names = SERVERS.flatMap((row) =>
      [row.id, ...row.aliases, ...row.products].map((name) => ({ name, id: row.id })),
    );
    const version = fc.array(fc.nat(99), { minLength: 1, maxLength: 4 }).map((parts) => parts.join('.'));
    fc.assert(
      fc.property(
        fc.constantFrom(...names),
        version,
        fc.constantFrom('/', ' ', ' v', '='),
        ({ name, id }, number, separator) => {
          expect(lookUpServer(name)?.id).toBe(id);
          expect(lookUpServer(`${name.toUpperCase()}${separator}${number}`)?.id).toBe(id);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('is looked for in any text without failing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
        expect(() => recognizeServer(text)).not.toThrow();
      }),
    );
  });
});

describe('the default keep-alive of a server', () => {
  it.each([
    ['nginx/1.22.1', 75, 'measured'],
    ['Apache/2.4.58', 5, 'measured'],
    ['gunicorn', 2, 'measured'],
    ['node 20', 5, 'measured'],
    ['node 25.9.0', 5, 'measured'],
    ['node 26.12', 5, 'measured'],
    ['node', 5, 'measured'],
    ['Express/5.1', 5, 'measured'],
    ['puma 6.4.2', 20, 'source'],
    ['puma 7', 65, 'source'],
    ['puma 7.0.3', 65, 'source'],
    ['puma', 20, 'version-unknown'],
    ['rails 7.1', 20, 'version-unknown'],
    ['fastify 3', 5, 'measured'],
    ['fastify', 72, 'version-unknown'],
    ['nestjs-fastify/8', 72, 'version-unknown'],
    ['fastify 4.26', 72, 'measured'],
    ['sanic 22.12', 5, 'source'],
    ['sanic 23.3', 120, 'source'],
    ['Kestrel', 130, 'source'],
    ['Jetty(9.4.53)', 30, 'measured'],
    ['spring boot', 60, 'source'],
    ['daphne', 60, 'measured'],
    ['phoenix 1.7.10', 5, 'source'],
    ['phoenix 1.7.11', 60, 'source'],
    ['undertow', 60, 'source'],
    ['micronaut 4.2', 300, 'source'],
    ['echo 5', 30, 'source'],
    ['warp', 30, 'source'],
    ['unit', 180, 'source'],
    ['apisix', 60, 'source'],
    ['contour', 60, 'source'],
    ['haproxy-ingress', 50, 'source'],
    ['vllm', 5, 'source'],
    ['llama-server', 5, 'source'],
    ['armeria', 15, 'source'],
    ['granian', 30, 'source'],
    ['elysia', 30, 'measured'],
    ['ktor-cio', 45, 'source'],
    ['ktor-jetty', 30, 'source'],
    ['drogon', 60, 'source'],
    ['http4s', 60, 'source'],
    ['skipper', 60, 'source'],
    ['openliberty', 30, 'documented'],
    ['iis', 120, 'unverified'],
  ])('of %s is %d s, %s', (text, seconds, certainty) => {
    expect(defaultKeepAliveSeconds(text)).toMatchObject({ seconds, certainty });
  });

  it.each([
    ['go', 'never'],
    ['fiber', 'never'],
    ['echo 4.12', 'never'],
    ['rocket 0.5', 'never'],
    ['django-runserver', 'never'],
    ['gunicorn sync', 'each-response'],
    ['unicorn', 'each-response'],
    ['uwsgi', 'each-response-unannounced'],
    ['haproxy', 'unknown'],
    ['passenger', 'front'],
  ] as const)('of %s is no number of seconds: %s', (text, idleClose) => {
    expect(defaultKeepAliveSeconds(text)).toMatchObject({ seconds: null, idleClose });
  });
});
