import { request as httpRequest } from 'node:http';
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
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** Sends one request to a node, on a connection of its own. Never throws: a failure is a result. */
export function send(
  front: Front,
  { path, method, traceId, headers, signal }: ClientRequest,
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
    outgoing.end();
  });
}
