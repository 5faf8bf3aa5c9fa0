import { describe, expect, test } from 'vitest';
import { type Files, factsOf, summaries } from './reading.ts';

describe('an application that another file makes', () => {
  test.each<readonly [string, Files, readonly string[]]>([
    [
      'of Koa, under any name, without a dependency in the nearest package.json',
      {
        'package.json': '{"dependencies":{"koa":"2.15.0"}}',
        'apps/shop/package.json': '{}',
        'apps/shop/main.ts': "import { storefront } from './web';\nstorefront.listen(4000);\n",
        'apps/shop/web.ts': "import Koa from 'koa';\nexport const storefront = new Koa();\n",
      },
      ['koa 5 default apps/shop/main.ts:2'],
    ],
    [
      'of Express, by require',
      {
        'package.json': '{"dependencies":{"express":"4.19.2"}}',
        'bin/www': "const shop = require('../shop');\nshop.listen(80);\n",
        'shop.js': "const shop = require('express')();\nmodule.exports = shop;\n",
      },
      ['express 5 default bin/www:2'],
    ],
    [
      'by a function, through a module that hands it on',
      {
        'package.json': '{"dependencies":{"express":"4.19.2"}}',
        'index.js': "import { build } from './lib/index.js';\nbuild().listen(80);\n",
        'lib/index.js': "export * from './build.js';\n",
        'lib/build.js':
          "import express from 'express';\nexport function build() {\n  const it = express();\n  return it;\n}\n",
      },
      ['express 5 default index.js:2'],
    ],
    [
      'by a path of tsconfig.json',
      {
        'package.json': '{}',
        'tsconfig.json':
          '{\n  // paths\n  "compilerOptions": { "baseUrl": "src", "paths": { "@/*": ["*"] } }\n}\n',
        'src/main.ts': "import shop from '@/shop';\nshop.listen(80);\n",
        'src/shop.ts': "import express from 'express';\nconst shop = express();\nexport default shop;\n",
      },
      ['express 5 default src/main.ts:2'],
    ],
    [
      'of Fastify, which is its own server and counts once',
      {
        'package.json': '{"dependencies":{"fastify":"5.0.0"}}',
        'main.js': "import { shop } from './shop.js';\nawait shop.listen({ port: 80 });\n",
        'shop.js':
          "import fastify from 'fastify';\nexport const shop = fastify({ keepAliveTimeout: 66000 });\n",
      },
      ['fastify 66 set shop.js:2'],
    ],
    [
      'of hapi, composed of a manifest',
      {
        'package.json': '{"dependencies":{"hapi":"16.7.0","glue":"5.0.0"}}',
        'server.js':
          "const Glue = require('glue');\nGlue.compose(manifest, {}, (error, server) => {\n  server.start();\n  server.connections[0].listener.keepAliveTimeout = 66000;\n});\n",
      },
      ['hapi 66 set server.js:4'],
    ],
    [
      'of an old hapi, whose connections come later',
      {
        'package.json': '{"dependencies":{"hapi":"16.7.0"}}',
        'server.js':
          "const Hapi = require('hapi');\nconst server = new Hapi.Server();\nserver.connection({ port: 80 });\nserver.start();\n",
      },
      ['hapi 5 default server.js:2'],
    ],
  ])('%s', (_name, files, expected) => {
    expect(summaries(files)).toEqual(expected);
  });
});

describe('a value that another file gives', () => {
  const server = (top: string, value: string): string =>
    `${top}\nconst app = require('express')();\nconst server = app.listen(80);\nserver.keepAliveTimeout = ${value};\n`;
  test.each<readonly [string, Files]>([
    [
      'set on its exports',
      {
        'server.js': server("const config = require('./lib/config');", 'config.idle'),
        'lib/config.js': 'const config = module.exports;\nconfig.idle = 66 * 1000;\n',
      },
    ],
    [
      'set within an object that is exported',
      {
        'server.js': server("const config = require('./config');", 'config.api.idle'),
        'config.js':
          'const config = { api: {} };\nconfig.api.idle = Number(process.env.IDLE || 66000);\nmodule.exports = config;\n',
      },
    ],
    [
      'written out in an object',
      {
        'server.js': server("import config from './config.js';", 'config.api.idle'),
        'config.js': 'const second = 1000;\nexport default { api: { idle: 66 * second } };\n',
      },
    ],
    [
      'a constant by its name',
      {
        'server.js': server("import { IDLE as idle } from './limits';", 'idle'),
        'limits.ts': 'export const IDLE = 66_000 as const;\n',
      },
    ],
  ])('%s', (_name, files) => {
    const read = summaries({ 'package.json': '{"dependencies":{"express":"4.19.2"}}', ...files });
    expect(read).toEqual(['express 66 set server.js:4']);
  });

  test('a server that one file makes and another sets counts once', () => {
    const files = {
      'package.json': '{"dependencies":{"express":"4.19.2"}}',
      'shop.js':
        "const http = require('http');\nconst app = require('express')();\nmodule.exports = http.createServer(app);\n",
      'main.js': "const shop = require('./shop');\nshop.keepAliveTimeout = 66000;\nshop.listen(80);\n",
    };
    expect(summaries(files)).toEqual(['express 66 set main.js:2']);
    const pool = {
      ...files,
      'main.js': "const shop = require('./shop');\nagent.keepAliveTimeout = 66000;\n",
    };
    expect(summaries(pool)).toEqual(['express 5 default shop.js:3']);
  });

  test('modules that need each other end', () => {
    const files = {
      'package.json': '{"dependencies":{"express":"4.19.2"}}',
      'server.js': server("import { idle } from './a.js';", 'idle'),
      'a.js': "export { idle } from './b.js';\n",
      'b.js': "export { idle } from './a.js';\n",
    };
    expect(summaries(files)).toEqual(['express unknown server.js:4']);
  });

  test('a value that is set under a condition says so', () => {
    const conditional = (test: string): Files => ({
      'package.json': '{"dependencies":{"express":"4.19.2"}}',
      'server.js': `const app = require('express')();\nconst server = app.listen(80);\nif (${test}) {\n  server.keepAliveTimeout = 66000;\n}\n`,
    });
    const assuming = (files: Files) => factsOf(files).servers.map(({ keepAliveSeconds }) => keepAliveSeconds);
    expect(assuming(conditional('process.env.BEHIND_PROXY'))).toMatchObject([
      { value: 66, assuming: 'the condition process.env.BEHIND_PROXY of line 3 holds' },
    ]);
    for (const test of ["'keepAliveTimeout' in server", 'server'])
      expect(assuming(conditional(test))).toEqual([
        expect.not.objectContaining({ assuming: expect.anything() }),
      ]);
  });
});
