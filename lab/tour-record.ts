import type { Alert, Incident } from '../lambda/model/alert.ts';
import type { Cause } from '../lambda/model/cause.ts';
import type { Diagnosis } from '../lambda/model/diagnosis.ts';
import type { CompletedRequest } from './load-balancer/completed-request.ts';
import { isRight, type Scenario } from './scenario.ts';
import { loggedTimes, rootOf, type WireTimeline } from './timeline/timeline.ts';

/** A request that the load balancer answered with 502, as the stand-in saw it. Seconds are lab seconds. */
export interface FailedRequest {
  readonly at: string;
  readonly traceId: string;
  readonly path: string;
  readonly node: string;
  readonly target: string | null;
  /** What really happened; no log tells. */
  readonly fault: string;
  /** How long the connection lay idle before; null for a new one or none. */
  readonly idleGapSeconds: number | null;
  readonly requestOnConnection: number | null;
  /** Request, target and response processing time as the access log has them. */
  readonly times: string;
}

/** What a tour came to (`lab --json`). Times are real seconds since its start; null: it did not happen. */
export interface TourReport {
  readonly version: 1;
  readonly scenario: string;
  readonly truth: Cause | null;
  readonly verdict: Cause | null;
  readonly probability: number;
  /** Whether everything came as the scenario tells. */
  readonly asTold: boolean;
  /** How many times a look was put off because this machine was late. */
  readonly lateLooks: number;
  /** What did not; empty where `asTold`. */
  readonly because: readonly string[];
  readonly seconds: {
    readonly firstFailure: number | null;
    readonly firstAlert: number | null;
    readonly fixed: number | null;
    readonly resolved: number | null;
    readonly total: number;
  };
  readonly labSecondsPerSecond: number;
  readonly requests: number;
  readonly requestsAfterFix: number;
  readonly failures: readonly FailedRequest[];
  /** What was seen on the wire of the first failed request of each kind, 503 and 504 included. */
  readonly timelines: readonly WireTimeline[];
  readonly failuresAfterFix: number;
  readonly alerts: readonly Alert[];
  readonly incident: Incident | null;
}

/** null where it was no 502 of the load balancer's own. */
export function failedRequest(request: CompletedRequest): FailedRequest | null {
  const { fault, idleGapSeconds, requestOnConnection } = request.truth;
  if (fault === null || request.elbStatus !== 502) return null;
  return {
    at: new Date(request.finishedAt).toISOString(),
    traceId: rootOf(request.traceId),
    path: request.url.split('?')[0] ?? '/',
    node: request.node.ip,
    target: request.target,
    fault,
    idleGapSeconds,
    requestOnConnection,
    times: loggedTimes(request),
  };
}

/** One line for a failed request. */
export function failureLine(failed: FailedRequest): string {
  const { path, target, idleGapSeconds } = failed;
  const idle =
    idleGapSeconds === null
      ? 'on a new connection'
      : `on a connection that had been idle for ${idleGapSeconds.toFixed(2)} s`;
  return `${path} ${target === null ? 'to no target' : `to ${target}`}, ${idle}`;
}

const TOO_LATE =
  'this machine was too busy to measure on, so nothing was announced; run it again when it has time';

/** How a tour ended, as far as it shows whether it went as told. */
export interface TourOutcome {
  readonly failures: number;
  /** Notifications of any kind. */
  readonly announcements: number;
  readonly verdict: Cause | null;
  readonly fixed: boolean;
  readonly failuresAfterFix: number;
  readonly resolved: boolean;
  /** Whether this machine was late at the last look, so that nothing was announced. */
  readonly late: boolean;
}

/** What did not come as the scenario tells. */
export function complaintsOf(
  scenario: Pick<Scenario, 'truth' | 'orElse'>,
  outcome: TourOutcome,
): readonly string[] {
  const { failures, announcements, verdict, fixed, failuresAfterFix, resolved, late } = outcome;
  const { truth } = scenario;
  if (truth === null)
    return [
      ...(failures > 0 ? [`${failures} requests failed`] : []),
      ...(announcements > 0 ? ['an alert came, and nothing was wrong'] : []),
    ];
  if (verdict === null && late) return [TOO_LATE];
  const complaints = [
    ...(failures === 0 ? ['no request failed'] : []),
    ...(isRight(scenario, verdict) ? [] : [`the verdict is ${verdict ?? 'missing'}, the truth is ${truth}`]),
  ];
  if (!fixed || complaints.length > 0) return complaints;
  return [
    ...(failuresAfterFix > 0 ? [`${failuresAfterFix} requests failed after the fix`] : []),
    ...(resolved ? [] : ['the alert did not resolve in time']),
  ];
}

/** What a tour kept while it ran. Times are real seconds since its start. */
export interface TourCourse
  extends Pick<
    TourReport,
    'lateLooks' | 'labSecondsPerSecond' | 'requests' | 'failures' | 'timelines' | 'alerts' | 'incident'
  > {
  /** What was announced last; null where nothing was. */
  readonly told: Diagnosis | null;
  readonly announcements: number;
  readonly hasFix: boolean;
  /** The counts when the fix was applied; null where it was not. */
  readonly before: { readonly requests: number; readonly failures: number } | null;
  readonly seconds: {
    readonly firstFailure?: number;
    readonly firstAlert?: number;
    readonly fixed?: number;
    readonly resolved?: number;
    readonly total: number;
  };
}

/** What a tour came to. */
export function reportOf(
  scenario: Pick<Scenario, 'name' | 'truth' | 'orElse'>,
  { told, announcements, hasFix, before, seconds, ...course }: TourCourse,
): TourReport {
  const { failures, requests, lateLooks } = course;
  const failuresAfterFix = before ? failures.length - before.failures : 0;
  const verdict = told?.verdict ?? null;
  const because = complaintsOf(scenario, {
    failures: failures.length,
    announcements,
    verdict,
    fixed: hasFix,
    failuresAfterFix,
    resolved: seconds.resolved !== undefined,
    late: lateLooks > 0,
  });
  const { firstFailure = null, firstAlert = null, fixed = null, resolved = null, total } = seconds;
  return {
    version: 1,
    scenario: scenario.name,
    truth: scenario.truth,
    verdict,
    probability: told?.probability ?? 0,
    asTold: because.length === 0,
    because,
    seconds: { firstFailure, firstAlert, fixed, resolved, total },
    requestsAfterFix: before ? requests - before.requests : 0,
    failuresAfterFix,
    ...course,
  };
}
