import type { Notification } from '../../model/alert.ts';
import { plainName } from '../fingerprint.ts';
import { capital, diagnosisSections, driftLines, leadersLine, linesOf, symptomLines } from './sections.ts';
import { cut, headword, percent, sentenceOf } from './words.ts';

/** The alert as mail: what, where and why first, then what to change, how sure, how to verify, how to undo. */
export function textOf(notification: Notification): string {
  const { diagnosis, event } = notification.alert;
  const middle =
    event === 'resolved' ? [symptomLines(diagnosis), driftLines(diagnosis)] : diagnosisSections(diagnosis);
  return linesOf([opening(notification), ...middle, footer(notification)]);
}

function opening(notification: Notification): string[] {
  const { diagnosis, event } = notification.alert;
  const name = plainName(diagnosis.loadBalancerArn);
  const cause = notification.cause;
  const what = event === 'posture' || event === 'drift' ? '' : '502s on ';
  const first = `${headword(notification)}: ${what}${name} (${diagnosis.region}): ${causeWords(notification)}`;
  if (event === 'drift') return [first];
  if (event === 'resolved') return [first, `${notification.reason}.`];
  const sure = diagnosis.verdict === null ? '' : `, ${percent(diagnosis.probability)} sure`;
  const lead =
    cause === 'undetermined' ? leadersLine(diagnosis) : `${capital(sentenceOf(cause))} (${cause}${sure}).`;
  return [first, lead];
}

function causeWords(notification: Notification): string {
  const { event } = notification.alert;
  if (event === 'drift') return 'configuration differs from its baseline';
  const cause = notification.cause;
  return cause === 'undetermined' ? (event === 'resolved' ? 'over' : 'cause unclear') : cause;
}

function footer({ alert, at, reason, owner }: Notification): string[] {
  const { dashboard, console: consoleLink, runbook } = alert.links;
  return [
    ...(alert.event === 'resolved' ? [] : [`Sent because: ${reason}.`]),
    ...(owner === null ? [] : [`Owner: ${cut(owner, 120)}`]),
    ...(runbook === null ? [] : [`Runbook: ${runbook}`]),
    ...(dashboard === null ? [] : [`Dashboard: ${dashboard}`]),
    `Load balancer: ${consoleLink}`,
    `Incident ${alert.incidentId}, ${at}`,
  ];
}
