import type { AccessLogSummary, FailingRequest } from '../model/access-log-summary.ts';
import type { RecordedRequests } from '../model/record.ts';

/** How many of an incident's first failed requests are kept, and how many of the newest. */
const KEPT_EACH = 10;

const identityOf = ({ at, traceId, target }: FailingRequest): string => `${at} ${traceId} ${target}`;

/**
 * The failed requests of an incident's record after a look. What earlier looks found stays: it leaves the window before
 * the incident ends.
 *
 * @param after - ISO time up to which requests belong to an incident before this one; null: there was none
 */
export function recordedRequests(
  known: RecordedRequests | null,
  log: AccessLogSummary | null,
  after: string | null,
): RecordedRequests | null {
  const named = log?.failingRequests ?? [];
  const own = named.filter(({ at }) => after === null || Date.parse(at) >= Date.parse(after));
  if (log === null || own.length === 0) return known;
  const byIdentity = new Map(
    [...(known?.requests ?? []), ...own].map((request) => [identityOf(request), request]),
  );
  const all = [...byIdentity.values()].sort((left, right) => Date.parse(left.at) - Date.parse(right.at));
  const requests = all.length <= 2 * KEPT_EACH ? all : [...all.slice(0, KEPT_EACH), ...all.slice(-KEPT_EACH)];
  const seen = own.length < named.length ? own.length : log.elb502;
  return { requests, atLeast: Math.max(known?.atLeast ?? 0, seen, all.length) };
}
