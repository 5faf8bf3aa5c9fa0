import {
  NO_REQUEST_LIMIT,
  NOTHING_ELSE,
  type ServerRow,
  wholeMilliseconds,
  wholeSeconds,
} from '../server.ts';

const NODE_DEFAULTS: ServerRow['idleClose'] = [
  { since: '26', value: 65 },
  { since: null, value: 5 },
];

const NODE_REQUESTS: ServerRow['requestsPerConnection'] = {
  setting: 'server.maxRequestsPerSocket',
  defaults: [{ since: null, value: null }],
  announced: true,
};

const NODE_COMPANIONS = [
  'Node before 18.2: server.headersTimeout (60 s) must be longer than the keep-alive, or it ends idle connections first',
  'server.headersTimeout above server.requestTimeout (300 s) needs a longer requestTimeout too',
  'Newer versions close about 1 s after the value that the Keep-Alive header advertises',
];

const NODE_SIDE_EFFECTS = [
  'Shutdown waits for idle connections: on SIGTERM call server.close() and server.closeIdleConnections() (Node 19 and later do the second by themselves)',
  'Each idle connection holds one file descriptor and a little memory',
];

const NODE_SOURCE = 'https://nodejs.org/api/http.html#serverkeepalivetimeout';

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
  longestSeconds: null,
  companions: NODE_COMPANIONS,
  sideEffects: NODE_SIDE_EFFECTS,
  requestsPerConnection: NODE_REQUESTS,
  reload: null,
  confidence: 'documented',
  source: NODE_SOURCE,
} as const satisfies Partial<ServerRow>;

/** Servers of the JavaScript world. */
export const NODE_SERVERS: readonly ServerRow[] = [
  {
    ...ON_NODE,
    id: 'node',
    aliases: ['nodejs', 'node.js', 'node-http', 'node-https'],
    name: 'Node.js http',
    layer: 'runtime',
    versionOf: 'itself',
    change: (seconds) => onServer('server', seconds),
    confidence: 'measured',
  },
  {
    ...ON_NODE,
    id: 'express',
    aliases: ['expressjs', 'express.js'],
    name: 'Express',
    change: (seconds) => ['const server = app.listen(port);', ...onServer('server', seconds)],
  },
  {
    ...ON_NODE,
    id: 'koa',
    aliases: ['koajs', 'koa.js'],
    name: 'Koa',
    change: (seconds) => ['const server = app.listen(port);', ...onServer('server', seconds)],
  },
  {
    ...ON_NODE,
    id: 'nestjs',
    aliases: ['nest', 'nest.js'],
    name: 'NestJS on Express',
    change: (seconds) => ['const server = app.getHttpServer();', ...onServer('server', seconds)],
  },
  {
    ...ON_NODE,
    id: 'hapi',
    aliases: ['hapijs', 'hapi.js'],
    name: 'hapi',
    change: (seconds) => onServer('server.listener', seconds),
  },
  {
    ...ON_NODE,
    id: 'fastify',
    aliases: ['nestjs-fastify', 'nest-fastify'],
    name: 'Fastify',
    setting: 'keepAliveTimeout',
    where: 'code, option of Fastify()',
    idleClose: [
      { since: '4', value: 72 },
      { since: null, value: 5 },
    ],
    assumedVersion: '5',
    versionOf: 'itself',
    change: (seconds) => [`const app = Fastify({ keepAliveTimeout: ${wholeMilliseconds(seconds)} });`],
    alsoWrite: NOTHING_ELSE,
    companions: ['Ignored where the option serverFactory is used: set it on the server made there'],
    source: 'https://fastify.dev/docs/latest/Reference/Server/#keepalivetimeout',
  },
  {
    ...ON_NODE,
    id: 'next',
    aliases: ['nextjs', 'next.js'],
    name: 'Next.js',
    setting: '--keepAliveTimeout',
    where: 'flag of `next start`; environment of the standalone server',
    change: (seconds) => [`next start --keepAliveTimeout ${wholeMilliseconds(seconds)}`],
    alsoWrite: (seconds) => [
      `# with output: "standalone" instead: KEEP_ALIVE_TIMEOUT=${wholeMilliseconds(seconds)} node server.js`,
    ],
    comment: '#',
    companions: ['A custom server (server.js of your own) ignores both: set server.keepAliveTimeout there'],
    source: 'https://nextjs.org/docs/app/api-reference/cli/next#configuring-a-timeout-for-downstream-proxies',
  },
  {
    id: 'bun',
    aliases: ['bun-serve', 'bun.serve'],
    name: 'Bun.serve',
    layer: 'runtime',
    setting: 'idleTimeout',
    unit: 'seconds',
    where: 'code, option of Bun.serve()',
    idleClose: [{ since: null, value: 10 }],
    versionOf: 'itself',
    change: (seconds) => [`Bun.serve({ idleTimeout: ${wholeSeconds(seconds)}, fetch: handler });`],
    alsoWrite: NOTHING_ELSE,
    comment: '//',
    longestSeconds: 255,
    companions: ['The longest value is 255: an idle timeout above 230 s cannot be outlasted'],
    sideEffects: [
      'It also ends requests during which no byte moves for that long; raising it lets those live longer',
    ],
    requestsPerConnection: NO_REQUEST_LIMIT,
    reload: null,
    confidence: 'documented',
    source: 'https://bun.sh/docs/runtime/http/server#idletimeout',
  },
  {
    id: 'deno',
    aliases: ['deno-serve', 'deno.serve'],
    name: 'Deno.serve',
    layer: 'runtime',
    setting: 'none',
    unit: 'seconds',
    where: 'not exposed in the versions read',
    idleClose: [{ since: null, value: 'unknown' }],
    versionOf: 'itself',
    change: null,
    alsoWrite: NOTHING_ELSE,
    comment: '//',
    longestSeconds: null,
    companions: [],
    sideEffects: [],
    requestsPerConnection: NO_REQUEST_LIMIT,
    reload: null,
    confidence: 'unverified',
    source: 'https://github.com/denoland/deno/pull/34172',
  },
  {
    id: 'uwebsockets',
    aliases: ['uws', 'uwebsockets.js', 'hyper-express'],
    name: 'uWebSockets.js',
    layer: 'application server',
    setting: 'none for HTTP',
    unit: 'seconds',
    where: 'fixed in its source (HTTP_IDLE_TIMEOUT_S); idleTimeout is for WebSockets only',
    idleClose: [{ since: null, value: 10 }],
    versionOf: 'itself',
    change: null,
    alsoWrite: NOTHING_ELSE,
    comment: '//',
    longestSeconds: null,
    companions: ['Timers run in steps of 4 s, so the close comes up to 4 s off'],
    sideEffects: [],
    requestsPerConnection: NO_REQUEST_LIMIT,
    reload: null,
    confidence: 'documented',
    source: 'https://github.com/uNetworking/uWebSockets.js/issues/939',
  },
];
