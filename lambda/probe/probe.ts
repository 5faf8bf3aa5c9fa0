import { valuesOf } from '../http1/header.ts';
import type { Connection } from './connection.ts';
import { declaredKeepAliveSeconds } from './declared-keep-alive.ts';
import { type Endpoint, endpointName } from './endpoint.ts';
import { ProbeFailure, probeFailure } from './failure.ts';
import { firstResponse } from './first-response.ts';
import { awaitAnnouncedClose, measureIdleClose } from './idle-close.ts';
import { monotonicMs } from './monotonic.ts';
import { withOtherProtocol } from './other-protocol.ts';
import { judge, type Measurement, type ProbeResult } from './probe-result.ts';
import { reach } from './reach.ts';
import { countRequests } from './request-limit.ts';
import { type ProbeLimits, RequestBudget, type Session } from './session.ts';

/** Requests that measuring an idle timeout can make use of. */
const IDLE_REQUESTS = 44;
/** How long counting requests may take of a probe's time. */
const COUNT_AT_MOST_MS = 10_000;

/** Longest wait that suits an idle timeout when nobody said how long: the required keep-alive and a bit. */
export function defaultLimits(requiredSeconds: number): ProbeLimits {
  const watchSeconds = requiredSeconds + 1;
  return { maxSeconds: watchSeconds + 15, watchSeconds, requests: 200, pauseMs: 0 };
}

/**
 * Measures one target and judges it; what cannot be measured is a result with its error, never a rejection.
 */
export async function probe(
  endpoint: Endpoint,
  idleTimeoutSeconds: number,
  limits: ProbeLimits,
): Promise<ProbeResult> {
  const target = endpointName(endpoint);
  const deadlineMs = monotonicMs() + limits.maxSeconds * 1_000;
  try {
    const measured = await measure(endpoint, limits, deadlineMs);
    return { version: 1, target, ...measured, verdict: judge(measured, idleTimeoutSeconds) };
  } catch (error) {
    if (!(error instanceof ProbeFailure)) throw error;
    const mayAskAgain = limits.requests > 1;
    return failedResult(target, mayAskAgain ? await withOtherProtocol(endpoint, error, deadlineMs) : error);
  }
}

/** The result of a target that could not be measured. */
export function failedResult(target: string, failure: ProbeFailure): ProbeResult {
  return {
    version: 1,
    target,
    server: null,
    declaredKeepAliveSeconds: null,
    statusCode: null,
    idleClose: null,
    requestsPerConnection: null,
    verdict: null,
    errorCode: failure.code,
    error: failure.message,
  };
}

async function measure(endpoint: Endpoint, limits: ProbeLimits, deadlineMs: number): Promise<Measurement> {
  const { session, connection } = await reach(endpoint, deadlineMs, limits.pauseMs);
  try {
    return await measureReached(session, connection, limits);
  } finally {
    connection.destroy();
    session.end();
  }
}

async function measureReached(
  session: Session,
  connection: Connection,
  limits: ProbeLimits,
): Promise<Measurement> {
  const { endpoint } = session;
  const budgets = split(limits.requests);
  budgets.count.take();
  const response = await firstResponse(session, connection);
  const known = {
    server: valuesOf(response.headers, 'server')[0] ?? null,
    declaredKeepAliveSeconds: declaredKeepAliveSeconds(response),
    statusCode: response.statusCode,
  };
  if (!response.persistent) {
    const idleClose = await awaitAnnouncedClose(connection, session);
    return { ...known, idleClose, requestsPerConnection: { limit: 1, announced: true, trials: [1] } };
  }
  // Counted before, not beside: a worker that is recycled after many requests takes idle connections with it.
  const countUntilMs = monotonicMs() + Math.min(COUNT_AT_MOST_MS, limits.maxSeconds * 150);
  const counted = await countRequests(session, budgets.count, connection, countUntilMs);
  // What is asked last must still be answered before the deadline.
  const lastAnswerMs = Math.min(Math.max(session.answerMs, 1_000), session.remainingMs / 8);
  const endAtMs = Math.min(monotonicMs() + limits.watchSeconds * 1_000, session.deadlineMs - lastAnswerMs);
  const idleClose = await measureIdleClose(session, budgets.idle, counted.connection, endAtMs);
  if (!idleClose) throw probeFailure('timeout', endpoint, 'no connection became idle in time');
  return { ...known, idleClose, requestsPerConnection: counted.requests };
}

/** Two fifths of the requests, and no more than it can use, for the idle timeout; the rest for counting. */
function split(requests: number): { idle: RequestBudget; count: RequestBudget } {
  const idle = Math.min(IDLE_REQUESTS, Math.floor(requests * 0.4));
  return { idle: new RequestBudget(idle), count: new RequestBudget(requests - idle) };
}
