import type { Endpoint } from './endpoint.ts';
import { type FailureCode, ProbeFailure } from './failure.ts';
import { monotonicMs } from './monotonic.ts';
import { askOnce, withOtherProtocol } from './other-protocol.ts';

/** Whether a load balancer would pass a response on. */
export interface ResponseCheck {
  /** null where it would. */
  readonly fault: FailureCode | null;
  readonly detail: string;
}

/**
 * Asks for one path once and tells whether a load balancer would pass the response on; where none came, asks once more
 * the other way, with TLS or without. Nothing is sent or awaited after `maxSeconds`. What cannot be told is a fault
 * too, never a rejection.
 */
export async function checkResponse(endpoint: Endpoint, maxSeconds: number): Promise<ResponseCheck> {
  const startedAtMs = monotonicMs();
  try {
    // Half of the time is kept for asking the other way.
    const { statusCode } = await askOnce(endpoint, startedAtMs + maxSeconds * 500);
    return { fault: null, detail: `status ${statusCode}` };
  } catch (error) {
    if (!(error instanceof ProbeFailure)) throw error;
    const { code, detail, message } = await withOtherProtocol(
      endpoint,
      error,
      startedAtMs + maxSeconds * 1_000,
    );
    return { fault: code, detail: detail ?? message };
  }
}
