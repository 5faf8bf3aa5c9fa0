import { RESPONSE_FAULTS, type ResponseFact, type ResponseFault } from '../model/evidence.ts';
import { type Endpoint, endpointName } from './endpoint.ts';
import { type FailureCode, ProbeFailure } from './failure.ts';
import { firstResponse } from './first-response.ts';
import { monotonicMs } from './monotonic.ts';
import { reach } from './reach.ts';

/** Whether a load balancer would pass a response on. */
export interface ResponseCheck {
  /** null where it would. */
  readonly fault: FailureCode | 'speaks-tls' | 'speaks-plain-http' | null;
  readonly detail: string;
}

/** What a target may answer that speaks TLS and was asked without. */
const MAY_SPEAK_TLS: ReadonlySet<ResponseCheck['fault']> = new Set(['closed', 'not-http', 'timeout']);

/**
 * Asks for one path once and tells whether a load balancer would pass the response on; where none came, asks once more
 * the other way, with TLS or without. Nothing is sent or awaited after `maxSeconds`. What cannot be told is a fault
 * too, never a rejection.
 */
export async function checkResponse(endpoint: Endpoint, maxSeconds: number): Promise<ResponseCheck> {
  const deadlineMs = monotonicMs() + maxSeconds * 1_000;
  // Half of the time is kept for asking the other way.
  const check = await ask(endpoint, monotonicMs() + maxSeconds * 500);
  if (endpoint.tls && check.fault === 'tls') {
    const plain = await ask({ ...endpoint, tls: false }, deadlineMs);
    return plain.fault === null ? { fault: 'speaks-plain-http', detail: plain.detail } : check;
  }
  if (!endpoint.tls && MAY_SPEAK_TLS.has(check.fault)) {
    const encrypted = await ask({ ...endpoint, tls: true }, deadlineMs);
    return encrypted.fault === null ? { fault: 'speaks-tls', detail: encrypted.detail } : check;
  }
  return check;
}

async function ask(endpoint: Endpoint, deadlineMs: number): Promise<ResponseCheck> {
  try {
    const { session, connection } = await reach(endpoint, deadlineMs, 0);
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

const isResponseFault = (fault: ResponseCheck['fault']): fault is ResponseFault =>
  RESPONSE_FAULTS.some((known) => known === fault);

/**
 * What a check says for the diagnosis; null where nothing came that could be judged.
 *
 * @param at - ISO time of the check
 */
export function responseFactOf(
  { targetGroupArn, endpoint }: { readonly targetGroupArn: string; readonly endpoint: Endpoint },
  { fault, detail }: ResponseCheck,
  at: string,
): ResponseFact | null {
  if (fault !== null && !isResponseFault(fault)) return null;
  // A query string may hold what nobody else should read.
  const path = endpoint.path.split('?', 1)[0] ?? '/';
  return { targetGroupArn, target: endpointName(endpoint), path, fault, detail, at };
}
