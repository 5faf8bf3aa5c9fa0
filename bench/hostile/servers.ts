import { once } from 'node:events';
import { createServer as createPlainServer, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import pLimit from 'p-limit';
import { CERTIFICATE, PRIVATE_KEY } from '../../lab/servers/certificate.ts';
import { RemoteError } from '../../lambda/model/failure.ts';
import type { Endpoint } from '../../lambda/probe/endpoint.ts';
import { probe } from '../../lambda/probe/probe.ts';
import { planOf } from '../../lambda/verify/plan.ts';
import { verify } from '../../lambda/verify/verify.ts';
import { HOSTILE_SERVERS, type HostileServer } from './behaviours.ts';

/** What came of attacks: each is a server against one command. */
export interface Attacked {
  readonly tried: number;
  readonly survived: number;
  /** What hung, crashed, or was told as something it is not. */
  readonly wrong: readonly string[];
}

const SIDE_BY_SIDE = 6;
const VERIFY_SECONDS = 3;
/** What a busy machine may add to a deadline. */
const SLACK_SECONDS = 15;
/** Memory that all attacks together may take beside what the process had. */
const MOST_GROWTH_BYTES = 256 * 1024 * 1024;

/**
 * Lets hostile servers on loopback loose on `probe` and `verify`.
 *
 * @param servers - all of them, unless a part is given
 */
export async function attackServers(servers: readonly HostileServer[] = HOSTILE_SERVERS): Promise<Attacked> {
  const crashes: string[] = [];
  const crashed = (error: unknown) => void crashes.push(`crash: ${error}`);
  process.on('uncaughtException', crashed);
  process.on('unhandledRejection', crashed);
  const memory = watchMemory();
  const limit = pLimit(SIDE_BY_SIDE);
  try {
    const attacks = servers.flatMap((server) => [
      limit(() => attack(server, 'probe', server.seconds, probed)),
      limit(() => attack(server, 'verify', VERIFY_SECONDS, verified)),
    ]);
    const wrong = (await Promise.all(attacks)).filter((fault) => fault !== null);
    const all = [...wrong, ...crashes, ...memory.stop()];
    return { tried: attacks.length, survived: Math.max(0, attacks.length - all.length), wrong: all };
  } finally {
    process.off('uncaughtException', crashed);
    process.off('unhandledRejection', crashed);
  }
}

function watchMemory(): { readonly stop: () => readonly string[] } {
  const before = process.memoryUsage().rss;
  let most = before;
  const timer = setInterval(() => {
    most = Math.max(most, process.memoryUsage().rss);
  }, 100);
  return {
    stop: () => {
      clearInterval(timer);
      const growth = most - before;
      return growth > MOST_GROWTH_BYTES ? [`memory: ${Math.round(growth / 1_048_576)} MB more`] : [];
    },
  };
}

type Command = (server: HostileServer, endpoint: Endpoint) => Promise<string | null>;

/** @returns what is wrong; null where nothing is */
async function attack(
  server: HostileServer,
  name: string,
  seconds: number,
  command: Command,
): Promise<string | null> {
  const { endpoint, close } = await listen(server);
  const startedAtMs = performance.now();
  let timer: NodeJS.Timeout | undefined;
  const hung = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve('hangs'), (seconds + SLACK_SECONDS) * 1_000);
  });
  try {
    const fault = await Promise.race([command(server, endpoint), hung]);
    const took = (performance.now() - startedAtMs) / 1_000;
    return fault === null ? null : `${name}: ${server.name}: ${fault} (${took.toFixed(1)} of ${seconds} s)`;
  } catch (error) {
    return `${name}: ${server.name}: throws ${error}`;
  } finally {
    clearTimeout(timer);
    close();
  }
}

async function probed(
  { probe: expected, seconds }: HostileServer,
  endpoint: Endpoint,
): Promise<string | null> {
  const limits = { maxSeconds: seconds, watchSeconds: 1, requests: 6, pauseMs: 0 };
  const result = await probe(endpoint, 60, limits);
  const said = result.verdict === null ? result.errorCode : 'measured';
  return expected.includes(said) ? null : `told as ${said}, expected ${expected.join(' or ')}`;
}

async function verified({ statuses = [] }: HostileServer, endpoint: Endpoint): Promise<string | null> {
  const plan = planOf([0.2], 1, { maxRequests: 100, maxSeconds: VERIFY_SECONDS }, () => 1);
  try {
    const options = { endpoint, plan, firstStep: 1, maxSeconds: VERIFY_SECONDS, onProgress: () => {} };
    const { byStatus } = await verify(options);
    const madeUp = Object.keys(byStatus).filter((status) => !statuses.includes(status));
    return madeUp.length === 0 ? null : `counts ${madeUp.join(', ')}`;
  } catch (error) {
    // That it got no answer at all is what it is to say.
    if (error instanceof RemoteError) return null;
    throw error;
  }
}

async function listen(server: HostileServer): Promise<{ endpoint: Endpoint; close: () => void }> {
  const sockets = new Set<Socket>();
  const serve = (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => {});
    socket.once('data', () => server.answer?.(socket));
    server.accept?.(socket);
  };
  const listening =
    server.tls !== true
      ? createPlainServer(serve)
      : createTlsServer({ key: PRIVATE_KEY, cert: CERTIFICATE }, serve);
  listening.on('tlsClientError', () => {});
  listening.listen(0, '127.0.0.1');
  await once(listening, 'listening');
  const address = listening.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    endpoint: { host: '127.0.0.1', port: address.port, tls: server.askedOverTls ?? false, path: '/' },
    close: () => {
      for (const socket of sockets) socket.destroy();
      listening.close();
    },
  };
}
