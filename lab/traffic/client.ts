import { request as httpRequest } from 'node:http';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Front } from '../load-balancer/load-balancer.ts';

/** What a client got. */
export interface ClientResult {
  readonly traceId: string;
  readonly path: string;
  /** null: no complete response came. */
  readonly status: number | null;
}

export interface ClientRequest {
  readonly path: string;
  readonly method?: string;
  /** Sent as the root of the trace, so that the client can name its request; `1-8 digits-24 digits`. */
  readonly traceId: string;
  /** Bytes of a body; none by default. */
  readonly bodyBytes?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** As much of a body as a client with an ordinary uplink sends at once, and how long it takes to. */
const CHUNK_BYTES = 32 * 1024;
const CHUNK_MS = 2;

/**
 * A body that comes piece by piece, as over the internet, and not as fast as memory is copied. An answer that comes
 * earlier ends it, as with curl.
 */
async function* bodyOf(bytes: number): AsyncGenerator<Buffer> {
  for (let left = bytes; left > 0; left -= CHUNK_BYTES) {
    yield Buffer.alloc(Math.min(left, CHUNK_BYTES), 'x');
    if (left > CHUNK_BYTES) await sleep(CHUNK_MS);
  }
}

/** Sends one request to a node, on a connection of its own. Never throws: a failure is a result. */
export function send(
  front: Front,
  { path, method, traceId, bodyBytes, headers, signal }: ClientRequest,
): Promise<ClientResult> {
  return new Promise((resolve) => {
    const failed = () => resolve({ traceId, path, status: null });
    const outgoing = httpRequest({
      host: front.host,
      port: front.port,
      path,
      method: method ?? 'GET',
      agent: false,
      headers: {
        Host: 'shop.lab',
        'User-Agent': 'alb502-lab',
        'X-Amzn-Trace-Id': `Root=${traceId}`,
        ...(bodyBytes === undefined ? {} : { 'Content-Length': String(bodyBytes) }),
        ...headers,
      },
      ...(signal ? { signal } : {}),
    });
    outgoing.once('error', failed);
    outgoing.once('response', (response) => {
      response.resume();
      response.once('error', failed);
      response.once('close', () =>
        resolve({ traceId, path, status: response.complete ? (response.statusCode ?? null) : null }),
      );
    });
    if (bodyBytes === undefined) outgoing.end();
    else Readable.from(bodyOf(bodyBytes)).pipe(outgoing);
  });
}
