import { type ServerRow, serverRow, wholeMilliseconds, wholeSeconds } from '../server.ts';

const NOTES = [
  'maximum connection age (infinite): at its end the server sends GOAWAY; without a grace period longer than the longest call it then cuts calls',
  'maximum of concurrent streams (unlimited)',
];

/** What the gRPC servers have in common: they speak HTTP/2 only, and by default have no limit. */
const GRPC = {
  layer: 'framework',
  setting: 'maximum connection idle',
  where: 'code, options of the server',
  idleClose: [{ since: null, value: 'never' }],
  comment: '//',
  connectionAge: {
    setting: 'the maximum connection age',
    byDefault: 'none',
    lift: [
      '// remove the maximum connection age, or give it a grace period that is longer than the longest call',
    ],
  },
  sideEffects: ['An idle connection holds a file descriptor, not a thread'],
  http2Only: true,
} as const satisfies Partial<ServerRow>;

type Change = NonNullable<ServerRow['change']>;

const both = (change: Change) => ({ change, http2: { change, notes: NOTES } });

/** gRPC servers. */
export const GRPC_SERVERS: readonly ServerRow[] = [
  serverRow({
    ...GRPC,
    id: 'grpc-go',
    aliases: ['grpc-golang'],
    name: 'gRPC for Go',
    ...both((seconds) => [
      `grpc.KeepaliveParams(keepalive.ServerParameters{MaxConnectionIdle: ${wholeSeconds(seconds)} * time.Second})`,
    ]),
  }),
  serverRow({
    ...GRPC,
    id: 'grpc-java',
    aliases: ['grpc-netty'],
    name: 'gRPC for Java',
    ...both((seconds) => [
      `NettyServerBuilder.maxConnectionIdle(${wholeSeconds(seconds)}, TimeUnit.SECONDS)`,
    ]),
  }),
  serverRow({
    ...GRPC,
    id: 'grpc-python',
    aliases: ['grpcio', 'grpc-core', 'grpc-c'],
    name: 'gRPC for Python and C++',
    unit: 'milliseconds',
    ...both((seconds) => [`("grpc.max_connection_idle_ms", ${wholeMilliseconds(seconds)})`]),
    confidence: 'unverified',
  }),
  serverRow({
    ...GRPC,
    id: 'grpc-node',
    aliases: ['grpc-js', 'grpc-grpc-js'],
    name: 'gRPC for Node.js',
    unit: 'milliseconds',
    ...both((seconds) => [
      `new grpc.Server({ 'grpc.max_connection_idle_ms': ${wholeMilliseconds(seconds)} })`,
    ]),
    confidence: 'unverified',
  }),
  serverRow({
    ...GRPC,
    id: 'tonic',
    aliases: ['grpc-rust'],
    name: 'tonic (Rust)',
    setting: 'none',
    change: null,
    http2: { change: () => [], notes: NOTES },
    confidence: 'unverified',
  }),
];
