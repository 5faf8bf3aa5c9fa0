import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Files, factsOf, summaries } from './reading.ts';

const dependencies = (
  names: Readonly<Record<string, string>>,
  engines: Readonly<Record<string, string>> = {},
) => JSON.stringify({ dependencies: names, engines });

const EXPRESS = { 'package.json': dependencies({ express: '^4.18.2' }) };

const CASES: readonly {
  readonly name: string;
  readonly files: Files;
  readonly expected: readonly string[];
}[] = [
  {
    name: 'http, nothing set',
    files: { 'server.js': "const http = require('http');\nhttp.createServer(handler).listen(3000);" },
    expected: ['node 5 default server.js:2'],
  },
  {
    name: 'named import, TypeScript, a cast',
    files: {
      'src/main.ts':
        "import { createServer, type Server } from 'node:http';\nconst server: Server = createServer();\n(server as any).keepAliveTimeout = 61_000;",
    },
    expected: ['node 61 set src/main.ts:3'],
  },
  {
    name: 'options of createServer',
    files: {
      'server.mjs':
        "import https from 'https';\nconst s = https.createServer({\n  key,\n  keepAliveTimeout: 65 * 1000,\n}, app);",
    },
    expected: ['node 65 set server.mjs:4'],
  },
  {
    name: 'Express with constants and arithmetic',
    files: {
      ...EXPRESS,
      'index.js':
        "const express = require('express');\nconst app = express();\nconst SECOND = 1e3, ALB = 60;\nconst server = app.listen(80);\nserver.keepAliveTimeout = (ALB + 5) * SECOND;",
    },
    expected: ['express 65 set index.js:5'],
  },
  {
    name: 'an application of another file',
    files: { ...EXPRESS, 'index.js': "import app from './app.js';\nexport const server = app.listen(3000);" },
    expected: ['express 5 default index.js:2'],
  },
  {
    name: 'bin/www of the Express generator',
    files: {
      ...EXPRESS,
      'bin/www':
        "#!/usr/bin/env node\nvar app = require('../app');\nvar http = require('http');\nvar server = http.createServer(app);\nserver.keepAliveTimeout = +process.env.KEEP_ALIVE || 65000;\n",
    },
    expected: ['express 65 set bin/www:5'],
  },
  {
    name: 'a variable without a default',
    files: {
      'a.js':
        "const s = require('http').createServer();\ns.keepAliveTimeout = Number(process.env.KEEP_ALIVE);",
    },
    expected: ['node unknown a.js:2'],
  },
  {
    name: 'what two branches make is set on both',
    files: {
      'a.js':
        "import http from 'http';\nimport https from 'https';\nlet s;\nif (tls) s = https.createServer(o, f);\nelse s = http.createServer(f);\ns.keepAliveTimeout = 70000;",
    },
    expected: ['node 70 set a.js:6', 'node 70 set a.js:6'],
  },
  {
    name: 'Koa, a field of a class',
    files: {
      'a.ts':
        "import Koa from 'koa';\nimport { createServer } from 'http';\nexport class Web {\n  private server = createServer(new Koa().callback());\n  start() {\n    this.server.keepAliveTimeout = 66 * 1000;\n  }\n}",
    },
    expected: ['koa 66 set a.ts:6'],
  },
  {
    name: 'NestJS',
    files: {
      'main.ts':
        "import { NestFactory } from '@nestjs/core';\nasync function bootstrap() {\n  const app = await NestFactory.create(AppModule);\n  await app.listen(3000);\n  app.getHttpServer().keepAliveTimeout = 65000;\n}",
    },
    expected: ['nestjs 65 set main.ts:5'],
  },
  {
    name: 'NestJS on Fastify',
    files: {
      'package.json': dependencies({ fastify: '^5.0.0' }),
      'main.ts':
        "import { NestFactory } from '@nestjs/core';\nimport { FastifyAdapter } from '@nestjs/platform-fastify';\nNestFactory.create(AppModule, new FastifyAdapter({ keepAliveTimeout: 75000 }));",
    },
    expected: ['fastify 75 set main.ts:3'],
  },
  {
    name: 'Fastify, whose default depends on its version',
    files: {
      'old/package.json': dependencies({ fastify: '^3.29.0' }),
      'old/a.js': "const app = require('fastify')({ logger: true });",
      'new/package.json': dependencies({ fastify: '5.1.0' }),
      'new/a.js': "import Fastify from 'fastify';\nconst app = Fastify();",
      'any/package.json': dependencies({ fastify: '*' }),
      'any/a.js': "import { fastify } from 'fastify';\nconst app = fastify();",
    },
    expected: ['fastify unknown any/a.js:2', 'fastify 72 default new/a.js:2', 'fastify 5 default old/a.js:1'],
  },
  {
    name: 'options of Fastify that another file makes',
    files: {
      'package.json': dependencies({ fastify: '5.1.0' }),
      'a.js':
        "import Fastify from 'fastify';\nimport { options } from './options.js';\nFastify({ ...options, logger: true });",
    },
    expected: ['fastify unknown a.js:3'],
  },
  {
    name: 'hapi and Hono',
    files: {
      'a.js':
        "const Hapi = require('@hapi/hapi');\nconst server = Hapi.server({ port: 80 });\nserver.listener.keepAliveTimeout = 65e3;",
      'b.ts': "import { serve } from '@hono/node-server';\nserve({ fetch: app.fetch, port: 8787 });",
    },
    expected: ['hapi 65 set a.js:3', 'hono 5 default b.ts:2'],
  },
  {
    name: 'Bun counts in seconds',
    files: {
      'a.ts': 'Bun.serve({ port: 3000, idleTimeout: 120, fetch });',
      'b.ts': 'export default { port: 3000, fetch: app.fetch };',
      'c.ts': 'Bun.serve({ idleTimeout: 0, fetch });',
    },
    expected: ['bun 120 set a.ts:1', 'bun 10 default b.ts:1', 'bun never c.ts:1'],
  },
  {
    name: 'zero is for ever',
    files: { 'a.js': "const s = require('http').createServer();\ns.keepAliveTimeout = 0;" },
    expected: ['node never a.js:2'],
  },
  {
    name: 'a server that another file makes',
    files: {
      ...EXPRESS,
      'tune.js': 'export const tune = (server) => {\n  server.keepAliveTimeout = 65000;\n};',
    },
    expected: ['express 65 set tune.js:2'],
  },
  {
    name: 'the package ms',
    files: {
      'a.ts':
        "import ms from 'ms';\nimport http from 'http';\nconst s = http.createServer();\ns.keepAliveTimeout = ms('65s');",
    },
    expected: ['node 65 set a.ts:4'],
  },
  {
    name: 'clients, tests and what is built are no servers',
    files: {
      'client.js':
        "import { Agent } from 'undici';\nimport http from 'http';\nconst agent = new Agent({ keepAliveTimeout: 10 });\nagent.keepAliveTimeout = 1;\nconst a = new http.Agent({ keepAlive: true });",
      'server.test.js': "require('http').createServer().listen(1);",
      'dist/server.js': "require('http').createServer().listen(1);",
      'test/helpers.js': "require('http').createServer().listen(1);",
      'socket.js': "import net from 'net';\nnet.createServer().listen(1);",
    },
    expected: [],
  },
  {
    name: 'next start, with and without the flag',
    files: {
      'a/package.json':
        '{\n "scripts": {\n  "dev": "next dev",\n  "start": "next start --keepAliveTimeout 70000"\n }\n}',
      'b/package.json': '{\n "scripts": { "start": "next start -p 80" }\n}',
      'c/package.json': '{ "scripts": { "start": "node server.js" } }',
    },
    expected: ['next 70 set a/package.json:4', 'next 5 default b/package.json:2'],
  },
];

describe('sources of Node.js', () => {
  test.each(CASES)('$name', ({ files, expected }) => {
    expect(summaries(files)).toEqual(expected);
  });

  test('everything that is said of a server', () => {
    const { servers } = factsOf({
      'package.json': dependencies({ express: '4.18.2' }, { node: '>=20' }),
      'a.js': [
        "import express from 'express';",
        'const app = express();',
        'const server = app.listen(process.env.PORT || 8080);',
        'server.keepAliveTimeout = process.env.KEEP_ALIVE_MS ?? 65000;',
        'server.headersTimeout = 66000;',
        'server.maxRequestsPerSocket = 1000;',
        "process.on('SIGTERM', () => server.close());",
      ].join('\n'),
    });
    expect(servers).toMatchObject([
      {
        id: 'a.js#server',
        server: 'express',
        folder: '.',
        keepAliveSeconds: {
          state: 'set',
          value: 65,
          variable: 'KEEP_ALIVE_MS',
          written: 'server.keepAliveTimeout = process.env.KEEP_ALIVE_MS ?? 65000',
        },
        keepAliveAs: { template: 'server.keepAliveTimeout = %s;', unit: 'milliseconds' },
        headersTimeoutSeconds: { state: 'set', value: 66, place: { line: 5 } },
        requestsPerConnection: { state: 'set', value: 1000 },
        closesIdleOnShutdown: true,
        ports: [8080],
      },
    ]);
  });

  test.each([
    ['FROM node:18-alpine\n', 'server.close();', false],
    ['FROM node:20-alpine\n', 'server.close();', true],
    ['FROM node:18-alpine\n', 'server.closeIdleConnections();', true],
    ['FROM alpine\n', 'server.close();', null],
    ['FROM node:20\n', '', null],
  ])('on %j with %j idle connections are closed: %s', (docker, stop, expected) => {
    const { servers } = factsOf({
      Dockerfile: docker,
      'a.js': `import http from 'http';\nconst server = http.createServer();\n${stop}`,
    });
    expect(servers.find(({ place }) => place.file === 'a.js')?.closesIdleOnShutdown).toBe(expected);
  });

  test('a source that cannot be parsed says so, with its line', () => {
    expect(factsOf({ 'a.js': 'const s = createServer();\nfunction ( {\n' }).unread).toMatchObject([
      { place: { file: 'a.js', line: 2 } },
    ]);
    expect(factsOf({ 'a.js': 'app.listen(\n' }).unread).toEqual([]);
  });

  test('blanks, remarks and spellings of a number change nothing', () => {
    const noise = fc.constantFrom(
      ' ',
      '\n',
      '/* keepAliveTimeout = 1 */',
      '// server.keepAliveTimeout = 2;\n',
      '\t',
    );
    const spellings = fc.constantFrom(
      (ms: number) => `${ms}`,
      (ms: number) => `${ms / 1000} * 1000`,
      (ms: number) => `Number('${ms}')`,
      (ms: number) => `parseInt("${ms}", 10)`,
      (ms: number) => `(${ms} as number)`,
      (ms: number) => `process.env['X'] ? Number(process.env['X']) : ${ms}`,
      (ms: number) => `Number(process.env.X || '${ms}')`,
    );
    fc.assert(
      fc.property(
        fc.array(noise, { minLength: 4, maxLength: 4 }),
        fc.integer({ min: 1, max: 3600 }),
        spellings,
        (gaps, seconds, spell) => {
          const text = `import http from 'http';${gaps[0]}const server = http.createServer();${gaps[1]}\nserver${gaps[2]}.keepAliveTimeout${gaps[3]} = ${spell(seconds * 1000)};`;
          expect(factsOf({ 'a.ts': text }).servers).toMatchObject([
            { keepAliveSeconds: { state: 'set', value: seconds } },
          ]);
        },
      ),
    );
  });

  test.each([
    [
      'sums of sums',
      `const a0 = 1;\n${Array.from({ length: 60 }, (_, i) => `const a${i + 1} = a${i} + a${i};`).join('\n')}\nserver.keepAliveTimeout = a60;`,
    ],
    ['names in a circle', 'let a = b; let b = a; const s = a.listen(1); a = s; s.keepAliveTimeout = a;'],
    [
      'spreads of spreads',
      `const o = {${'...o,'.repeat(3000)}};\nconst f = require('fastify')(o); // keepAliveTimeout`,
    ],
    ['deep parentheses', `createServer(${'('.repeat(50_000)}`],
    ['deep arrays', `createServer(${'['.repeat(5000)}${']'.repeat(5000)})`],
    ['a long chain', `const app = x${'.use(y)'.repeat(10_000)}; app.listen(1); createServer()`],
    ['a long sum', `server.keepAliveTimeout = 1${' + 1'.repeat(30_000)}`],
  ])('%s neither hang nor throw', (_, text) => {
    expect(() => factsOf({ 'a.js': text })).not.toThrow();
  });
});
