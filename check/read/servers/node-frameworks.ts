/** Which row of the table of servers a server of a source file is. */
export type ServerKind =
  | 'node'
  | 'express'
  | 'koa'
  | 'nestjs'
  | 'hapi'
  | 'fastify'
  | 'hono'
  | 'bun'
  | 'elysia'
  | 'deno';

/** Applications that have no server until `listen` is called. */
export const APPLICATIONS: Readonly<Record<string, ServerKind>> = {
  express: 'express',
  'express.default': 'express',
  koa: 'koa',
  connect: 'node',
  polka: 'node',
  'restify.createServer': 'node',
  '@feathersjs/express': 'express',
  '@tinyhttp/app.App': 'node',
};

/** Calls that make a server of Node.js itself. */
export const NODE_SERVERS = new Set([
  'http.createServer',
  'https.createServer',
  'http.Server',
  'https.Server',
  'spdy.createServer',
]);
/** Calls that make a server of Fastify. */
export const FASTIFY = new Set(['fastify', 'fastify.fastify', 'fastify.default']);
/** Calls that make a server of hapi. */
export const HAPI = new Set([
  'glue.compose',
  '@hapi/glue.compose',
  'hapi.createServer',
  '@hapi/hapi.server',
  '@hapi/hapi.Server',
  'hapi.server',
  'hapi.Server',
  'hapi.Hapi.server',
]);

/** By what package.json depends on, where an application comes from another file. */
export const BY_PACKAGE: readonly (readonly [dependency: string, kind: ServerKind])[] = [
  ['express', 'express'],
  ['koa', 'koa'],
  ['connect', 'node'],
  ['polka', 'node'],
];

/** Frameworks whose `listen` makes no server: what makes it says so itself. */
export const HAVE_THEIR_OWN = ['fastify', '@nestjs/core', '@hapi/hapi', 'hapi'];

/** Where Node's own server is in what a framework gives; null where it has none. */
export const SERVER_OF: Readonly<Record<ServerKind, string | null>> = {
  node: '',
  express: '',
  koa: '',
  hono: '',
  nestjs: '.getHttpServer()',
  hapi: '.listener',
  fastify: null,
  bun: null,
  elysia: null,
  deno: null,
};
