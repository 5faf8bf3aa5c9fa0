import type { Connection } from './connection.ts';
import { monotonicMs } from './monotonic.ts';
import type { RequestBudget, Session } from './session.ts';

/** How many requests one connection served. */
export type RequestsPerConnection =
  | {
      readonly limit: number;
      /** Whether the last response carried `Connection: close`; if not, the ALB meets a closed connection. */
      readonly announced: boolean;
      /** What each connection served; they differ where the target does not count requests. */
      readonly trials: readonly number[];
    }
  | { readonly atLeast: number };

/** What counting learnt, and the connection it ended on where that is still open and idle. */
export interface Counted {
  readonly requests: RequestsPerConnection;
  readonly connection?: Connection;
}

interface Count {
  readonly answered: number;
  readonly end: 'announced' | 'unannounced' | 'stopped';
}

/**
 * Sends requests one after another on one connection until the target ends it, the budget is spent or the time
 * is over; an end without announcement is looked for a second time, to tell a limit from an accident.
 *
 * @param connection - has answered one request already
 * @param untilMs - when to stop, on the monotonic clock
 */
export async function countRequests(
  session: Session,
  budget: RequestBudget,
  connection: Connection,
  untilMs: number,
): Promise<Counted> {
  const first = await count(session, budget, connection, 1, untilMs);
  if (first.end === 'stopped') {
    return { requests: { atLeast: first.answered }, ...(connection.open ? { connection } : {}) };
  }
  connection.destroy();
  const announced = first.end === 'announced';
  const second =
    announced || budget.left <= first.answered ? undefined : await again(session, budget, untilMs);
  const trials = [first.answered, ...(second ? [second.answered] : [])];
  return { requests: { limit: Math.min(...trials), announced, trials } };
}

/** Counts on another connection; undefined where it tells nothing. */
async function again(session: Session, budget: RequestBudget, untilMs: number): Promise<Count | undefined> {
  const connection = await session.connect().catch(() => undefined);
  if (!connection) return undefined;
  const counted = await count(session, budget, connection, 0, untilMs);
  connection.destroy();
  return counted.end === 'stopped' ? undefined : counted;
}

async function count(
  session: Session,
  budget: RequestBudget,
  connection: Connection,
  alreadyAnswered: number,
  untilMs: number,
): Promise<Count> {
  let answered = alreadyAnswered;
  for (;;) {
    await session.pace();
    if (connection.closure) return { answered, end: answered > 0 ? 'unannounced' : 'stopped' };
    const leftMs = untilMs - monotonicMs();
    if (leftMs <= 0 || !budget.take()) return { answered, end: 'stopped' };
    const answer = await session.ask(connection, Math.max(leftMs, session.answerTimeoutMs));
    if (answer.kind === 'closed' && !answer.started && answered > 0) return { answered, end: 'unannounced' };
    if (answer.kind !== 'response') {
      connection.destroy();
      return { answered, end: 'stopped' };
    }
    answered++;
    if (!answer.response.persistent) return { answered, end: 'announced' };
  }
}
