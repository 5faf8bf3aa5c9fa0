import { type ServerRow, serverRow, wholeMilliseconds, wholeSeconds } from '../server.ts';

/** 65 s is merged for a later major version (nodejs/node #62782); 26.12 has 5 s still. */
const NODE_DEFAULTS: ServerRow['idleClose'] = [{ since: null, value: 5 }];

const NODE_REQUESTS: ServerRow['requestsPerConnection'] = {
  setting: 'server.maxRequestsPerSocket',
  defaults: [{ since: null, value: null }],
  announced: true,
};

const NODE_COMPANIONS = [
  'Node before 18.2: server.headersTimeout (60 s; 40 s until December 2019) must be longer than the keep-alive, or it ends idle connections first',
  'server.headersTimeout above server.requestTimeout (300 s) needs a longer requestTimeout too',
  'Newer versions close about 1 s after the value that the Keep-Alive header advertises',
];

const NODE_SIDE_EFFECTS = [
  'Shutdown waits for idle connections: on SIGTERM call server.close() and server.closeIdleConnections() (Node 19 and later do the second by themselves)',
  'Each idle connection holds one file descriptor and a little memory',
];

/** The line that every framework on Node's own server shares. */
const onServer = (server: string, seconds: number): readonly string[] => [
  `${server}.keepAliveTimeout = ${wholeMilliseconds(seconds)};`,
];

/** What every framework on Node's own server has in common. */
const ON_NODE = {
  layer: 'framework',
  setting: 'server.keepAliveTimeout',
  unit: 'milliseconds',
  where: "code, on Node's HTTP server",
  idleClose: NODE_DEFAULTS,
  versionOf: 'Node.js',
  alsoWrite: (seconds: number) => [
    `// Node before 18.2 also: server.headersTimeout = ${wholeMilliseconds(seconds + 5)};`,
  ],
  comment: '//',
  companions: NODE_COMPANIONS,
  sideEffects: NODE_SIDE_EFFECTS,
  requestsPerConnection: NODE_REQUESTS,
} as const satisfies Partial<ServerRow>;

/** Servers of the JavaScript world. */
export const NODE_SERVERS: readonly ServerRow[] = [
  serverRow({
    ...ON_NODE,
    id: 'node',
    aliases: ['nodejs', 'node.js', 'node-http', 'node-https'],
    name: 'Node.js http',
    layer: 'runtime',
    versionOf: 'itself',
    change: (seconds) => onServer('server', seconds),
    confidence: 'measured',
  }),
  serverRow({
    ...ON_NODE,
    id: 'express',
    aliases: ['expressjs', 'express.js'],
    name: 'Express',
    confidence: 'measured',
    change: (seconds) => ['const server = app.listen(port);', ...onServer('server', seconds)],
  }),
  serverRow({
    ...ON_NODE,
    id: 'koa',
    aliases: ['koajs', 'koa.js'],
    name: 'Koa',
    confidence: 'measured',
    change: (seconds) => ['const server = app.listen(port);', ...onServer('server', seconds)],
  }),
  serverRow({
    ...ON_NODE,
    id: 'nestjs',
    aliases: ['nest', 'nest.js'],
    name: 'NestJS on Express',
    confidence: 'documented',
    change: (seconds) => ['const server = app.getHttpServer();', ...onServer('server', seconds)],
  }),
  serverRow({
    ...ON_NODE,
    id: 'hapi',
    aliases: ['hapijs', 'hapi.js'],
    name: 'hapi',
    confidence: 'measured',
    change: (seconds) => onServer('server.listener', seconds),
  }),
  serverRow({
    ...ON_NODE,
    id: 'fastify',
    products: ['nestjs-fastify', 'nest-fastify'],
    name: 'Fastify',
    setting: 'keepAliveTimeout',
    where: 'code, option of Fastify()',
    idleClose: [
      { since: '4', value: 72 },
      { since: null, value: 5 },
    ],
    assumedVersion: '5',
    versionOf: 'itself',
    confidence: 'measured',
    change: (seconds) => [`const app = Fastify({ keepAliveTimeout: ${wholeMilliseconds(seconds)} });`],
    alsoWrite: () => [],
    companions: ['Ignored where the option serverFactory is used: set it on the server made there'],
  }),
  serverRow({
    ...ON_NODE,
    id: 'next',
    aliases: ['nextjs', 'next.js'],
    name: 'Next.js',
    confidence: 'documented',
    setting: '--keepAliveTimeout',
    where: 'flag of `next start`; environment of the standalone server',
    change: (seconds) => [`next start --keepAliveTimeout ${wholeMilliseconds(seconds)}`],
    alsoWrite: (seconds) => [
      `# with output: "standalone" instead: KEEP_ALIVE_TIMEOUT=${wholeMilliseconds(seconds)} node server.js`,
    ],
    comment: '#',
    companions: ['A custom server (server.js of your own) ignores both: set server.keepAliveTimeout there'],
  }),
  serverRow({
    ...ON_NODE,
    id: 'hono',
    aliases: ['hono-node', 'hono-node-server'],
    name: 'Hono on Node.js (@hono/node-server)',
    change: (seconds) => [
      'const server = serve({ fetch: app.fetch, port });',
      ...onServer('server', seconds),
    ],
    companions: ['On Bun or Deno: name bun or deno instead; their settings count', ...NODE_COMPANIONS],
    confidence: 'measured',
  }),
  serverRow({
    ...ON_NODE,
    id: 'sveltekit',
    aliases: ['svelte-kit', 'adapter-node'],
    name: 'SvelteKit (adapter-node)',
    setting: 'KEEP_ALIVE_TIMEOUT',
    unit: 'seconds',
    where: 'environment of the process',
    change: (seconds) => [`KEEP_ALIVE_TIMEOUT=${wholeSeconds(seconds)} node build`],
    alsoWrite: (seconds) => [`# Node before 18.2 also: HEADERS_TIMEOUT=${wholeSeconds(seconds + 5)}`],
    comment: '#',
    companions: ['An adapter-node without that variable needs a server of your own around handler.js'],
  }),
];
