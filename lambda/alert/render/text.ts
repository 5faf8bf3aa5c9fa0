import { argument } from '../../diagnose/command.ts';
import type { Notification } from '../../model/alert.ts';
import { plainName } from '../fingerprint.ts';
import { capital, diagnosisSections, driftLines, leadersLine, linesOf, symptomLines } from './sections.ts';
import { clock, cut, explained, headword, percent, placeOf, share, thousands } from './words.ts';

/** The alert as mail: what, where and why first, then what to change, how sure, how to verify, how to undo. */
export function textOf(notification: Notification): string {
  return linesOf([opening(notification), ...middle(notification), footer(notification)]);
}

function middle(notification: Notification): string[][] {
  const { diagnosis, event } = notification.alert;
  if (event === 'resolved') return [proofLines(notification), driftLines(diagnosis)];
  const [what = [], ...rest] = diagnosisSections(diagnosis);
  // A notice of a change begins with the change, not with how to undo it.
  if (event === 'drift') return [driftLines(diagnosis), ...withoutDrift(rest, diagnosis)];
  return notification.group === null ? rest : [groupLines(notification, what), ...rest];
}

/** The sections but the one about drift, which stands first already. */
function withoutDrift(
  sections: readonly string[][],
  diagnosis: Notification['alert']['diagnosis'],
): string[][] {
  const [title] = driftLines(diagnosis);
  return sections.filter(([first]) => first === undefined || first !== title);
}

function opening(notification: Notification): string[] {
  const { diagnosis, event } = notification.alert;
  const what = event === 'posture' || event === 'drift' ? '' : '502s on ';
  const place = `${what}${placeOf(notification)} (${diagnosis.region})`;
  const first = `${headword(notification)}: ${place}: ${causeWords(notification)}`;
  if (event === 'drift') return [first];
  if (event === 'resolved') return [first, `${capital(notification.reason)}.`];
  const symptom = notification.group === null ? symptomLines(diagnosis) : [];
  return [first, leadOf(notification), ...symptom];
}

function leadOf({ cause, alert: { diagnosis } }: Notification): string {
  if (cause === 'undetermined') return leadersLine(diagnosis);
  const sure = diagnosis.verdict === cause ? ` (${percent(diagnosis.probability)} sure)` : '';
  return `${capital(explained(cause, diagnosis))}${sure}.`;
}

/** Who is part of a fleet-wide event, and whose figures follow. */
function groupLines({ group, alert }: Notification, symptom: readonly string[]): string[] {
  if (group === null) return [];
  const names = group.names.map((arn) => cut(plainName(arn), 40));
  const more = group.count - names.length;
  return [
    `They are ${names.join(', ')}${more > 0 ? ` and ${thousands(more)} more` : ''}.`,
    `All the rest is about one of them, ${plainName(alert.diagnosis.loadBalancerArn)}; the others have their own records.`,
    ...symptom,
  ];
}

/** What shows that it is over, and what can bring it back. */
function proofLines({ proof, cause, alert: { diagnosis, event } }: Notification): string[] {
  const again =
    cause === 'keepalive-mismatch' &&
    event === 'resolved' &&
    proof !== null &&
    diagnosis.mismatches.length > 0
      ? [
          'If nothing was changed, it comes back with the traffic: alb502 scan shows whether the mismatch is still there.',
        ]
      : [];
  if (proof === null) return again;
  const { before, after, chanceByPauses, chanceByRequests } = proof;
  const chances = [
    ...(chanceByPauses === null ? [] : [`${chance(chanceByPauses)} by its usual pauses`]),
    ...(chanceByRequests === null ? [] : [`${chance(chanceByRequests)} by its rate`]),
  ];
  return [
    `Before: ${thousands(before.failures)} of ${thousands(before.requests)} requests got 502, ${clock(before.from, after.to)} to ${clock(before.to, after.to)} UTC.`,
    `Since ${clock(after.from, after.to)} UTC: ${thousands(after.failures)} of ${thousands(after.requests)}.`,
    ...(chances.length === 0 ? [] : [`Chance that this silence is luck: ${chances.join(', ')}.`]),
    ...again,
  ];
}

const chance = (probability: number): string => (probability < 0.001 ? 'below 0.1 %' : share(probability));

function causeWords(notification: Notification): string {
  const { event } = notification.alert;
  if (event === 'drift') return 'configuration differs from its baseline';
  const cause = notification.cause;
  return cause === 'undetermined' ? (event === 'resolved' ? 'over' : 'cause unclear') : cause;
}

function footer(notification: Notification): string[] {
  const { alert, at, reason, owner } = notification;
  const { dashboard, console: consoleLink, runbook } = alert.links;
  return [
    ...(alert.event === 'resolved' ? [] : [`Sent because: ${reason}.`]),
    ...(owner === null ? [] : [`Owner: ${cut(owner, 120)}`]),
    ...(runbook === null ? [] : [`Runbook: ${runbook}`]),
    ...(dashboard === null ? [] : [`Dashboard: ${dashboard}`]),
    ...(consoleLink === '' ? [] : [`Load balancer: ${consoleLink}`]),
    `Incident ${alert.incidentId}, ${at}`,
    recordLine(notification),
  ];
}

/** Where more is to be found, or what to do if it is meant so. */
function recordLine({ alert, group }: Notification): string {
  const name = argument('LOAD_BALANCER_ARN', alert.diagnosis.loadBalancerArn);
  if (group !== null) return 'The records: alb502 incident list --open';
  if (alert.incidentId.startsWith('drift:')) return `If it is meant: alb502 baseline accept ${name}`;
  if (alert.incidentId.startsWith('posture:')) return `The configuration: alb502 baseline show ${name}`;
  return `The whole record: alb502 incident show ${argument('INCIDENT', alert.incidentId)}`;
}
