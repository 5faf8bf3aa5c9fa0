import type { Response } from '../http1/response-reader.ts';
import type { Endpoint } from './endpoint.ts';
import { type FailureCode, ProbeFailure, probeFailure } from './failure.ts';
import { firstResponse } from './first-response.ts';
import { speaksHttp2Only } from './http2-only.ts';
import { monotonicMs } from './monotonic.ts';
import { reach } from './reach.ts';

/** How a target may fail that speaks TLS and was asked without. */
const MAY_SPEAK_TLS: ReadonlySet<FailureCode> = new Set(['closed', 'not-http', 'timeout']);

/** How one may fail that speaks only HTTP/2 and was asked in HTTP/1.1. */
const MAY_SPEAK_HTTP2: ReadonlySet<FailureCode> = new Set(['tls', 'closed', 'not-http']);

/**
 * Asks for the endpoint's path once, on a connection of its own.
 *
 * @param deadlineMs - on the monotonic clock; nothing is sent or awaited after it
 * @throws ProbeFailure where no response comes that a load balancer would pass on
 */
export async function askOnce(endpoint: Endpoint, deadlineMs: number): Promise<Response> {
  const { session, connection } = await reach(endpoint, deadlineMs, 0);
  try {
    return await firstResponse(session, connection);
  } finally {
    connection.destroy();
    session.end();
  }
}

/**
 * Where a target could not be asked, asks once more the other way, with TLS or without, or only in HTTP/2: a port that
 * speaks another of the three is the commonest reason.
 *
 * @returns a failure that says so, or the one that was given
 */
export async function withOtherProtocol(
  endpoint: Endpoint,
  failure: ProbeFailure,
  deadlineMs: number,
): Promise<ProbeFailure> {
  if (endpoint.tls && !MAY_SPEAK_HTTP2.has(failure.code)) return failure;
  if (!endpoint.tls && !MAY_SPEAK_TLS.has(failure.code)) return failure;
  if (await speaksHttp2Only(endpoint, deadlineMs - monotonicMs()))
    return probeFailure('speaks-http2', endpoint);
  if (endpoint.tls && failure.code !== 'tls') return failure;
  try {
    const { statusCode } = await askOnce({ ...endpoint, tls: !endpoint.tls }, deadlineMs);
    const code = endpoint.tls ? 'speaks-plain-http' : 'speaks-tls';
    return probeFailure(code, endpoint, `status ${statusCode}`);
  } catch (error) {
    if (!(error instanceof ProbeFailure)) throw error;
    return failure;
  }
}
