import type { Connection } from './connection.ts';
import { probeFailure } from './failure.ts';
import { quoted } from './response-head.ts';
import type { Response } from './response-reader.ts';
import type { Session } from './session.ts';

/** What a load balancer takes of response headers in all (AWS: quotas of Application Load Balancers). */
const MOST_HEAD_BYTES = 32 * 1024;

/**
 * Asks once and returns the response, if a load balancer would pass it on.
 *
 * @throws ProbeFailure naming what is wrong with the response, or that none came; the connection is then ended
 */
export async function firstResponse(session: Session, connection: Connection): Promise<Response> {
  const { endpoint } = session;
  const answer = await session.ask(connection, session.remainingMs);
  if (answer.kind === 'response') {
    const { headBytes } = answer.response;
    if (headBytes <= MOST_HEAD_BYTES) return answer.response;
    connection.destroy();
    throw probeFailure('response-header-too-large', endpoint, `${headBytes} bytes`);
  }
  connection.destroy();
  if (answer.kind === 'malformed') throw probeFailure(answer.fault, endpoint, answer.reason);
  if (answer.kind === 'closed') {
    throw probeFailure('closed', endpoint, answer.started ? 'in the middle of its response' : undefined);
  }
  throw probeFailure(
    'timeout',
    endpoint,
    `it accepted the connection and did not answer ${quoted(endpoint.path)}`,
  );
}
