import type { Notification } from '../../model/alert.ts';
import type { Action, Diagnosis } from '../../model/diagnosis.ts';
import { plainName } from '../fingerprint.ts';
import { clock, cut, headword, oneLine, percent, sentenceOf, share, thousands } from './words.ts';

/** The alert as mail: what, where and why first, then what to change, how sure, how to verify, how to undo. */
export function textOf(notification: Notification): string {
  const { alert } = notification;
  const sections = [
    opening(notification),
    symptom(alert.diagnosis),
    alert.event === 'resolved' ? [] : changes(alert.diagnosis),
    alert.event === 'resolved' ? [] : certainty(alert.diagnosis),
    drift(alert.diagnosis),
    alert.event === 'resolved' ? [] : missing(alert.diagnosis),
    alert.event === 'resolved' ? [] : verify(alert.diagnosis),
    alert.event === 'resolved' ? [] : rollback(alert.diagnosis),
    footer(notification),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.map(oneLineKeepingIndent).join('\n'))
    .join('\n\n')}\n`;
}

const oneLineKeepingIndent = (line: string): string => `${/^ */.exec(line)?.[0] ?? ''}${oneLine(line)}`;

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
    cause === 'undetermined' ? leaders(diagnosis) : `${capital(sentenceOf(cause))} (${cause}${sure}).`;
  return [first, lead];
}

function causeWords(notification: Notification): string {
  const { event } = notification.alert;
  if (event === 'drift') return 'configuration differs from its baseline';
  const cause = notification.cause;
  return cause === 'undetermined' ? (event === 'resolved' ? 'over' : 'cause unclear') : cause;
}

function leaders({ hypotheses }: Diagnosis): string {
  const named = hypotheses.filter(({ cause }) => cause !== 'undetermined').slice(0, 3);
  if (named.length === 0) return `${capital(sentenceOf('undetermined'))}.`;
  return `The evidence does not separate ${named.map(({ cause, probability }) => `${cause} (${percent(probability)})`).join(', ')}.`;
}

function symptom({ symptom: { count, requests, ratio, firstSeen, lastSeen }, at }: Diagnosis): string[] {
  if (count === 0) return ['No 502 in the window so far.'];
  const when =
    firstSeen === null || lastSeen === null ? '' : `, ${clock(firstSeen, at)} to ${clock(lastSeen, at)} UTC`;
  return [`${thousands(count)} of ${thousands(requests)} requests got 502 (${share(ratio)})${when}.`];
}

const isVerification = (action: Action): boolean => action.title.startsWith('Verify');

function changes({ actions }: Diagnosis): string[] {
  const steps = actions.filter((action) => !isVerification(action)).slice(0, 6);
  if (steps.length === 0) return [];
  return [
    'WHAT TO DO',
    ...steps.flatMap(({ title, why, commands }, index) => [
      `${index + 1}. ${title}`,
      ...commands.map((command) => `   ${command}`),
      `   ${capital(why)}`,
    ]),
  ];
}

function certainty({ hypotheses, verdict }: Diagnosis): string[] {
  const own =
    hypotheses.find(({ cause }) => cause === verdict && cause !== 'undetermined') ??
    hypotheses.find(({ cause }) => cause !== 'undetermined');
  if (!own || own.evidence.length === 0) return [];
  const other = hypotheses.find(({ cause }) => cause !== own.cause && cause !== 'undetermined');
  return [
    verdict === 'undetermined' ? `EVIDENCE (for ${own.cause}, the likeliest)` : 'WHY WE THINK SO',
    ...own.evidence
      .slice(0, 6)
      .map(({ fact, source, weight }) => `${weight > 0 ? '+' : '-'} ${fact} [${source}]`),
    ...(other && verdict !== 'undetermined'
      ? [`Next likely: ${other.cause} (${percent(other.probability)})`]
      : []),
  ];
}

function drift({ drift: entries, at }: Diagnosis): string[] {
  if (entries.length === 0) return [];
  return [
    'CHANGED SINCE THE BASELINE',
    ...entries.slice(0, 8).map(({ resourceArn, key, baseline, current, changedAt, changedBy }) => {
      const when = changedAt === null ? '' : `, ${clock(changedAt, at)} UTC`;
      const who = changedBy === null ? '' : ` by ${changedBy}`;
      return `${plainName(resourceArn)}: ${key} ${baseline ?? '(none)'} -> ${current ?? '(none)'}${when}${who}`;
    }),
    ...(entries.length > 8 ? [`and ${entries.length - 8} more`] : []),
  ];
}

function missing({ missingEvidence, verdict }: Diagnosis): string[] {
  // An undetermined verdict has the best missing piece as its first step already.
  const rest = verdict === 'undetermined' ? missingEvidence.slice(1) : missingEvidence;
  if (rest.length === 0) return [];
  return ['STILL UNKNOWN', ...rest.slice(0, 4).flatMap(({ what, how }) => [`- ${what}`, `  ${how}`])];
}

function verify({ actions }: Diagnosis): string[] {
  return actions
    .filter(isVerification)
    .flatMap(({ title, why, commands }) => [
      'VERIFY',
      `${title.replace(/^Verify: /, '')}; ${why}`,
      ...commands.map((command) => `  ${command}`),
    ]);
}

function rollback({ actions }: Diagnosis): string[] {
  const steps = actions.filter((action) => !isVerification(action)).slice(0, 6);
  const lines = steps.flatMap(({ rollback: undo }, index) =>
    undo.map((command) => `${index + 1}. ${command}`),
  );
  return lines.length === 0 ? [] : ['ROLL BACK', ...lines];
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

const capital = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
