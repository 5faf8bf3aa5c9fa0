import { execFile } from 'node:child_process';
import { access, mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { startServer } from '../process.ts';
import { type TableServer, versionOf, withoutRemarks } from './table-server.ts';

/** The packages, each in the version whose default the table has. */
const PACKAGES = [
  ...['express@5.3.0', 'koa@3.3.0', '@hapi/hapi@21.4.10', 'fastify@5.12.8', 'hono@4.13.19'],
  ...['@hono/node-server@1.19.19', 'elysia@1.4.30', 'bun@1.4.5'],
] as const;

let installing: Promise<string> | undefined;

/** Installs them once a machine, in a folder of temporary files that only a whole installation gets its name of. */
async function installed(): Promise<string> {
  installing ??= install();
  return installing;
}

async function install(): Promise<string> {
  const folder = join(tmpdir(), `alb502-servers-${PACKAGES.join('-').replaceAll(/[^\w.-]/g, '_')}`);
  const isThere = await access(join(folder, 'node_modules')).then(
    () => true,
    () => false,
  );
  if (isThere) return folder;
  const fresh = await mkdtemp(`${folder}-`);
  try {
    const args = ['install', '--prefix', fresh, '--no-save', '--no-audit', '--no-fund', ...PACKAGES];
    await promisify(execFile)('npm', args);
    await mkdir(folder, { recursive: true });
    await rename(fresh, folder);
  } catch (error) {
    throw new Error(`npm cannot install ${PACKAGES.join(' ')}`, { cause: error });
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
  return folder;
}

const packageSchema = z.object({ version: z.string() });

async function packageVersion(name: string): Promise<string> {
  const text = await readFile(join(await installed(), 'node_modules', name, 'package.json'), 'utf8');
  return packageSchema.parse(JSON.parse(text)).version;
}

/** Which program runs it: this Node, or one of the packages. */
type Runtime = 'node' | 'bun';

async function commandOf(runtime: Runtime): Promise<string> {
  return runtime === 'node' ? process.execPath : join(await installed(), 'node_modules/.bin', runtime);
}

/** A server in JavaScript: its program for a port and for lines of advice. */
function program(
  id: string,
  version: TableServer['version'],
  source: (port: number, lines: readonly string[]) => string,
  runtime: Runtime = 'node',
  lateBySeconds = 0,
  earlyBySeconds = 0,
): TableServer {
  return {
    id,
    version,
    start: (lines) =>
      startServer(async (port) => {
        const folder = await installed();
        const text = source(port, withoutRemarks(lines)).replaceAll(/from '([^']+)'/g, (_, name: string) =>
          name.startsWith('node:') ? `from '${name}'` : `from '${entryOf(folder, name)}'`,
        );
        return {
          command: await commandOf(runtime),
          args: ['server.mjs'],
          files: { 'server.mjs': text },
        };
      }),
    earlyBySeconds,
    lateBySeconds,
    requests: 200,
  };
}

const ENTRIES: Readonly<Record<string, string>> = {
  express: 'express/index.js',
  koa: 'koa/lib/application.js',
  '@hapi/hapi': '@hapi/hapi/lib/index.js',
  fastify: 'fastify/fastify.js',
  hono: 'hono/dist/index.js',
  '@hono/node-server': '@hono/node-server/dist/index.mjs',
  elysia: 'elysia/dist/index.mjs',
};

function entryOf(folder: string, name: string): string {
  const entry = ENTRIES[name];
  if (entry === undefined) throw new Error(`${name} has no entry here`);
  return join(folder, 'node_modules', entry);
}

const STEPS = [4.1, 4] as const;

const thisNode = async (): Promise<string> => process.versions.node;
const ofBin = (runtime: Runtime) => async () => versionOf(await commandOf(runtime), ['--version']);

const listen = (port: number, lines: readonly string[]): string =>
  `const port = { port: ${port}, host: '127.0.0.1' };\n${lines.length > 0 ? lines.join('\n') : 'const server = app.listen(port);'}`;

/** Servers that npm packages; Node itself is this one. */
export const NODE_TABLE: readonly TableServer[] = [
  program(
    'node',
    thisNode,
    (port, lines) => `import { createServer } from 'node:http';
const server = createServer((_, response) => response.end('ok'));
${lines.join('\n')}
server.listen(${port}, '127.0.0.1');
`,
    'node',
    1.1,
  ),
  program(
    'express',
    thisNode,
    (port, lines) => `import express from 'express';
const app = express().get('/', (_, response) => response.send('ok'));
${listen(port, lines).replace('{ port:', '').replace(", host: '127.0.0.1' }", '')}
`,
    'node',
    1.1,
  ),
  program(
    'koa',
    thisNode,
    (port, lines) => `import Koa from 'koa';
const app = new Koa().use((context) => { context.body = 'ok'; });
${listen(port, lines)}
`,
    'node',
    1.1,
  ),
  program(
    'hapi',
    thisNode,
    (port, lines) => `import Hapi from '@hapi/hapi';
const server = Hapi.server({ port: ${port}, host: '127.0.0.1' });
server.route({ method: 'GET', path: '/', handler: () => 'ok' });
${lines.join('\n')}
await server.start();
`,
    'node',
    1.1,
  ),
  program(
    'hono',
    thisNode,
    (port, lines) => `import { Hono } from 'hono';
import { serve } from '@hono/node-server';
const app = new Hono().get('/', (context) => context.text('ok'));
const port = ${port};
${lines.length > 0 ? lines.join('\n') : 'const server = serve({ fetch: app.fetch, port });'}
`,
    'node',
    1.1,
  ),
  program(
    'fastify',
    () => packageVersion('fastify'),
    (port, lines) => `import Fastify from 'fastify';
${lines[0] ?? 'const app = Fastify();'}
app.get('/', async () => 'ok');
await app.listen({ port: ${port}, host: '127.0.0.1' });
`,
    'node',
    1.1,
  ),
  program(
    'bun',
    ofBin('bun'),
    (port, lines) => `const handler = () => new Response('ok');
${(lines[0] ?? 'Bun.serve({ fetch: handler });').replace('{ ', `{ hostname: '127.0.0.1', port: ${port}, `)}
`,
    'bun',
    // Its timers run in steps of 4 s.
    ...STEPS,
  ),
  program(
    'elysia',
    ofBin('bun'),
    (port, lines) => `import { Elysia } from 'elysia';
const app = ${lines[0] ?? 'new Elysia()'};
app.get('/', () => 'ok').listen({ hostname: '127.0.0.1', port: ${port} });
`,
    'bun',
    // Its timers run in steps of 4 s.
    ...STEPS,
  ),
];
