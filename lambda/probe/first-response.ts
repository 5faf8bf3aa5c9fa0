import { quoted } from '../http1/failure.ts';
import { endsWithHead } from '../http1/response-head.ts';
import type { Response } from '../http1/response-reader.ts';
import type { Answer, Connection } from './connection.ts';
import { type Endpoint, methodOf } from './endpoint.ts';
import { type ProbeFailure, probeFailure } from './failure.ts';
import type { Session } from './session.ts';

/** How long a body may be behind its head, where there must be none. */
const BODY_AFTER_HEAD_MS = 200;

/**
 * Asks once and returns the response, if a load balancer would pass it on.
 *
 * @throws ProbeFailure naming what is wrong with the response, or that none came; the connection is then ended
 */
export async function firstResponse(session: Session, connection: Connection): Promise<Response> {
  const { endpoint } = session;
  const answer = await session.ask(connection, session.remainingMs);
  try {
    if (answer.kind !== 'response') throw failureOf(answer, endpoint);
    const { response } = answer;
    const alone = methodOf(endpoint) === 'HEAD' || endsWithHead(response.statusCode);
    if (alone && (await connection.unaskedBytes(Math.min(BODY_AFTER_HEAD_MS, session.remainingMs)))) {
      throw bodyWhereNone(response, endpoint);
    }
    return response;
  } catch (error) {
    connection.destroy();
    throw error;
  }
}

function failureOf(answer: Exclude<Answer, { kind: 'response' }>, endpoint: Endpoint): ProbeFailure {
  switch (answer.kind) {
    case 'unreadable':
      return probeFailure(answer.fault, endpoint, answer.reason);
    case 'closed':
      return probeFailure('closed', endpoint, answer.started ? 'in the middle of its response' : undefined);
    default:
      return answer.started
        ? probeFailure('not-read-to-the-end', endpoint, 'it had begun, and the time was over')
        : probeFailure(
            'timeout',
            endpoint,
            `it accepted the connection and did not answer ${quoted(endpoint.path)}`,
          );
  }
}

/** Its bytes are taken for the next response on the connection (svix/svix-webhooks #396: 204 with content behind an ALB). */
function bodyWhereNone({ statusCode }: Response, endpoint: Endpoint): ProbeFailure {
  const response = methodOf(endpoint) === 'HEAD' ? 'a response to HEAD' : `status ${statusCode}`;
  return probeFailure(
    'malformed-response',
    endpoint,
    `a body after ${response}, which has none (RFC 9112, section 6.3)`,
  );
}
