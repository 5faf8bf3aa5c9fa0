import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import * as z from 'zod';
import { randomFrom } from '../random.ts';
import { accepted, breaksOff } from './breaks.ts';
import { CERTIFICATE, PRIVATE_KEY } from './certificate.ts';
import { portSetting, serve, settingsOf } from './child.ts';

/** Node's own HTTP server as an application uses it. All times are real milliseconds. */
export const nodeHttpSettings = z.object({
  port: portSetting,
  /** An address of its own, where it runs in a network namespace. */
  host: z.ipv4().default('127.0.0.1'),
  /** When an idle connection is to be closed; null leaves Node's default. */
  idleCloseMs: z.number().positive().nullable(),
  /** Requests that take longer lose their connection, as under a worker's timeout; null for never. */
  workerTimeoutMs: z.number().positive().nullable().default(null),
  /** A request that comes on a connection older than this ends it; null for never. */
  connectionAgeMs: z.number().positive().nullable().default(null),
  /** So many of the requests end their connection, whatever they ask; `seed` says which. */
  destroyedShare: z.number().min(0).max(1).default(0),
  seed: z.number().int().default(1),
  /** Speaks TLS, up to this version, with a certificate that nobody signed; null speaks plain HTTP. */
  tlsUpTo: z.enum(['TLSv1.1', 'TLSv1.3']).nullable().default(null),
});

/** Node ends an idle connection this long after the keep-alive it advertises (measured on 20.20 and 24.21). */
const CLOSE_BUFFER_MS = 1000;

/**
 * `/` answers at once, `?ms=N` after N milliseconds, `?status=N` with that status, `?bytes=N` with that much body.
 */
function answer(request: IncomingMessage, response: ServerResponse): void {
  const query = new URL(request.url ?? '/', 'http://lab').searchParams;
  const timer = setTimeout(
    () => {
      response.statusCode = Number(query.get('status') ?? 200);
      response.setHeader('Content-Type', 'text/plain');
      response.end('x'.repeat(Number(query.get('bytes') ?? 3)));
    },
    Number(query.get('ms') ?? 0),
  );
  request.socket.once('close', () => clearTimeout(timer));
  request.resume();
}

if (process.send) {
  const settings = settingsOf(nodeHttpSettings);
  const breaking = { ...settings, random: randomFrom(settings.seed), now: () => performance.now() };
  const listener: RequestListener = (request, response) => {
    const byLoadBalancer = request.headers['user-agent']?.startsWith('ELB-HealthChecker') ?? false;
    if (!byLoadBalancer && breaksOff(request, breaking)) return;
    answer(request, response);
    const limit = settings.workerTimeoutMs;
    if (limit === null) return;
    const timer = setTimeout(() => request.socket.destroy(), limit);
    response.once('close', () => clearTimeout(timer));
  };
  const { tlsUpTo: maxVersion } = settings;
  const secured = { key: PRIVATE_KEY, cert: CERTIFICATE, minVersion: 'TLSv1' } as const;
  const server =
    maxVersion === null ? createServer(listener) : createTlsServer({ ...secured, maxVersion }, listener);
  server.on('connection', (socket) => accepted(socket, performance.now()));
  if (settings.idleCloseMs !== null) {
    // Newer versions let the buffer be set; where they do not, the keep-alive itself has to be shorter.
    if (Reflect.has(server, 'keepAliveTimeoutBuffer')) {
      Reflect.set(server, 'keepAliveTimeoutBuffer', 0);
      server.keepAliveTimeout = settings.idleCloseMs;
    } else server.keepAliveTimeout = Math.max(1, settings.idleCloseMs - CLOSE_BUFFER_MS);
  }
  process.on('SIGTERM', () => server.close(() => process.exit()));
  serve(server, { port: settings.port, host: settings.host });
}
