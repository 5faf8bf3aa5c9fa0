import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection } from './connection.ts';
import { planIdle } from './idle-plan.ts';
import { type ConnectionSlot, IdleRound } from './idle-round.ts';
import { type IdleClose, rounded, summarizeIdle } from './idle-summary.ts';
import type { Observation } from './idle-watch.ts';
import { monotonicMs } from './monotonic.ts';
import type { RequestBudget, Session } from './session.ts';

/**
 * Measures how long the target keeps an idle connection, on several connections side by side.
 *
 * @param first - a connection that has just had a complete response, where there is one
 * @param endAtMs - when to stop watching, on the monotonic clock
 */
export async function measureIdleClose(
  session: Session,
  budget: RequestBudget,
  first: Connection | undefined,
  endAtMs: number,
): Promise<IdleClose | undefined> {
  const watchSeconds = Math.max(0, (endAtMs - monotonicMs()) / 1_000);
  // The first connection has spent its request already.
  const plan = planIdle(budget.left + (first ? 1 : 0), watchSeconds);
  const seats: ConnectionSlot[] = [
    ...Array.from({ length: plan.trials }, (): ConnectionSlot => ({ role: 'trial' })),
    ...(plan.above ? [{ role: 'above' } as const] : []),
    ...plan.ladderSeconds.map((askAfterSeconds): ConnectionSlot => ({ role: 'ask', askAfterSeconds })),
    ...plan.staggerSeconds.map((startAfterSeconds): ConnectionSlot => ({ role: 'trial', startAfterSeconds })),
  ];
  const seen = await new IdleRound(session, budget).run(seats, endAtMs, first);
  const refined = await refine(session, budget, seen, plan.refinements);
  return summarizeIdle([...seen, ...refined]);
}

/** Narrows down where a target without FIN stopped answering: one more round between answered and not. */
async function refine(
  session: Session,
  budget: RequestBudget,
  seen: readonly Observation[],
  connections: number,
): Promise<readonly Observation[]> {
  const dead = seen.filter(({ kind }) => kind === 'unanswered').map(({ idleSeconds }) => idleSeconds);
  if (dead.length === 0 || seen.some(({ kind }) => kind === 'closed')) return [];
  const high = Math.min(...dead);
  const low = Math.max(
    0,
    ...seen.filter(({ kind }) => kind === 'answered').map(({ idleSeconds }) => idleSeconds),
  );
  const affordable = Math.min(connections, Math.floor(budget.left / 2));
  if (low >= high || affordable < 1 || session.remainingMs < high * 1_000 + session.answerTimeoutMs)
    return [];
  const step = (high - low) / (affordable + 1);
  const seats = Array.from(
    { length: affordable },
    (_, index): ConnectionSlot => ({
      role: 'ask',
      askAfterSeconds: low + step * (index + 1),
    }),
  );
  return new IdleRound(session, budget).run(seats, session.deadlineMs);
}

/** Waits for the FIN of a target that announced it, to say how long after its response it came. */
export async function awaitAnnouncedClose(connection: Connection, session: Session): Promise<IdleClose> {
  await Promise.race([connection.closed, sleep(Math.min(500, Math.max(0, session.remainingMs)))]);
  const endedMs = connection.closure?.atMs ?? monotonicMs();
  const seconds = connection.closure ? rounded((endedMs - connection.idleSinceMs) / 1_000) : 0;
  connection.destroy();
  return {
    seconds,
    by: 'response-close',
    trials: connection.closure ? [seconds] : [],
    confirmation: { answeredAfterSeconds: null, deadAfterSeconds: null },
  };
}
