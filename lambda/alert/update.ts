import type { OpenIncident } from '../model/alert.ts';
import { SEVERITIES, type Severity } from '../model/diagnosis.ts';
import { type Look, minutesBetween } from './look.ts';
import type { AlertPolicy } from './policy.ts';

/** How long the next change of verdict waits after one; doubled with each further change. */
const FIRST_WAIT_MINUTES = 10;

const rankOf = (severity: Severity): number => SEVERITIES.indexOf(severity);

/** The one that matters more. */
export const worse = (left: Severity, right: Severity): Severity =>
  rankOf(left) > rankOf(right) ? left : right;

/** Something the pager does not know yet, and whether it is a change of verdict. */
export interface Update {
  readonly reason: string;
  readonly changed: boolean;
}

/**
 * What the pager does not know yet; null if it knows everything. Losing certainty is not news: the announced verdict
 * stands until another one is as sure.
 */
export function updateReason(
  { diagnosis: { verdict, severity, symptom } }: Look,
  announced: OpenIncident['announced'],
  { repeatHours }: AlertPolicy,
  now: string,
): Update | null {
  if (announced === null || symptom.count === 0) return null;
  const since = minutesBetween(announced.at, now);
  if (rankOf(severity) > rankOf(announced.severity))
    return { reason: `the severity rose from ${announced.severity} to ${severity}`, changed: false };
  if (since >= repeatHours * 60)
    return { reason: `still failing ${repeatHours} hours after the last message`, changed: false };
  // When hundreds fail at once, one message covers them all; the records have the details.
  const isFirstNameInGroup = announced.grouped && announced.verdict === 'undetermined';
  const isNews =
    verdict !== null && verdict !== 'undetermined' && verdict !== announced.verdict && !isFirstNameInGroup;
  // A verdict that wavers between two causes would page with every turn.
  const wait = announced.changes === 0 ? 0 : FIRST_WAIT_MINUTES * 2 ** (announced.changes - 1);
  return isNews && since >= wait
    ? { reason: `the verdict changed from ${announced.verdict} to ${verdict}`, changed: true }
    : null;
}
