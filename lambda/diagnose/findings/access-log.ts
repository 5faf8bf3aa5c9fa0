import type { AccessLogSummary, Signatures } from '../../model/access-log-summary.ts';
import type { Finding, FindingReader } from '../finding.ts';
import type { FindingId } from '../weights.ts';

const SOURCE = 'access log';
/** From so many failures on it tells something that nothing explains them, */
const FEWEST_FAILURES = 6;
/** and from so many on as much as it can. */
const ENOUGH_FAILURES = 30;

const CLASSES: readonly { readonly of: keyof Signatures; readonly id: FindingId; readonly words: string }[] =
  [
    {
      of: 'closedOnReuse',
      id: 'log-closed-on-reuse',
      words: 'were sent to a target that closed the connection at once, without an answer',
    },
    { of: 'midRequest', id: 'log-mid-request', words: 'broke off while the target was at work' },
    { of: 'neverDispatched', id: 'log-never-dispatched', words: 'never reached a target (-1 in the times)' },
    {
      of: 'answeredBadly',
      id: 'log-answered-badly',
      words: 'were answered in a way that could not be passed on',
    },
  ];

/** Which share of the failures looks how. */
function classFindings({ targetGroups, elb502 }: AccessLogSummary): Finding[] {
  return CLASSES.flatMap(({ of, id, words }) => {
    const count = targetGroups.reduce((sum, { signatures }) => sum + signatures[of], 0);
    if (count === 0) return [];
    const fact = `${count} of ${elb502} failed requests ${words}`;
    return [{ id, fact, source: SOURCE, strength: count / elb502 }];
  });
}

/** Whether the log has what failures are held against: without answered requests nothing can stand out. */
export function hasAnswered({ targetGroups, requests, elb502 }: AccessLogSummary): boolean {
  const answered = targetGroups.reduce(
    (sum, group) => sum + (group.answered ?? group.requests - group.elb502),
    0,
  );
  return answered > 0 && requests > elb502;
}

/** That no target that failed answered anything: either none ever did, or the answered requests are not in the log. */
function nothingAnswered(summary: AccessLogSummary): Finding[] {
  const failing = summary.targetGroups.filter(({ elb502 }) => elb502 > 0);
  const answered = failing.reduce((sum, group) => sum + (group.answered ?? group.requests - group.elb502), 0);
  if (failing.length === 0 || answered > 0) return [];
  const fact = 'no request to what failed was answered in the log';
  return [{ id: 'log-nothing-answered', fact, source: SOURCE }];
}

/** That nothing explains the failures, though there are enough of them and of answered requests to tell. */
function nothingInCommon(summary: AccessLogSummary): Finding[] {
  const { unexplained, explanations } = summary;
  if (explanations === undefined || !unexplained || !hasAnswered(summary)) return [];
  if (unexplained.failures < FEWEST_FAILURES) return [];
  const fact = `${unexplained.failures} of ${summary.elb502} failed requests have nothing in common: no path, client, target, moment, time of work, idle time or count of requests`;
  const strength = Math.min(1, unexplained.failures / ENOUGH_FAILURES);
  return [{ id: 'log-nothing-in-common', fact, source: SOURCE, strength }];
}

/**
 * How the failures look that no explanation accounts for. What the explanations say is not a finding: each speaks for
 * its own failures only (see `failureParts`).
 */
export const accessLogFindings: FindingReader = ({ accessLog }) =>
  accessLog === null || accessLog.elb502 === 0
    ? []
    : [...classFindings(accessLog), ...nothingAnswered(accessLog), ...nothingInCommon(accessLog)];
