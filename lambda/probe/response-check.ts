import type { ResponseFact } from '../model/evidence.ts';
import { type Endpoint, endpointName } from './endpoint.ts';
import { type FailureCode, ProbeFailure } from './failure.ts';
import { firstResponse } from './first-response.ts';
import { monotonicMs } from './monotonic.ts';
import type { ProbeResult } from './probe-result.ts';
import { reach } from './reach.ts';

/** Whether a load balancer would pass a response on. */
export interface ResponseCheck {
  /** null where it would. */
  readonly fault: FailureCode | null;
  readonly detail: string;
}

/**
 * Asks for one path once and tells whether a load balancer would pass the response on. One connection, one request;
 * nothing is sent or awaited after `maxSeconds`. What cannot be told is a fault too, never a rejection.
 */
export async function checkResponse(endpoint: Endpoint, maxSeconds: number): Promise<ResponseCheck> {
  try {
    const { session, connection } = await reach(endpoint, monotonicMs() + maxSeconds * 1_000, 0);
    try {
      const { statusCode } = await firstResponse(session, connection);
      return { fault: null, detail: `status ${statusCode}` };
    } finally {
      connection.destroy();
      session.end();
    }
  } catch (error) {
    if (!(error instanceof ProbeFailure)) throw error;
    return { fault: error.code, detail: error.detail ?? error.message };
  }
}

/** What a measurement of the target says of the response it asked for. */
export function checkOf(result: ProbeResult): ResponseCheck {
  return result.verdict === null
    ? { fault: result.errorCode, detail: result.error }
    : { fault: null, detail: `status ${result.statusCode}` };
}

/**
 * What a check says for the diagnosis; null where no response came that could be judged.
 *
 * @param at - ISO time of the check
 */
export function responseFactOf(
  { targetGroupArn, endpoint }: { readonly targetGroupArn: string; readonly endpoint: Endpoint },
  { fault, detail }: ResponseCheck,
  at: string,
): ResponseFact | null {
  if (fault !== null && fault !== 'malformed-response' && fault !== 'response-header-too-large') return null;
  // A query string may hold what nobody else should read.
  const path = endpoint.path.split('?', 1)[0] ?? '/';
  return { targetGroupArn, target: endpointName(endpoint), path, fault, detail, at };
}
