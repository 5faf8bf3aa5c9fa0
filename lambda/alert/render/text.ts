import { causesLine, portionOfCause } from '../../diagnose/explanation-text.ts';
import { STOPGAP } from '../../diagnose/remedies/attribute-change.ts';
import type { Notification } from '../../model/alert.ts';
import type { Diagnosis } from '../../model/diagnosis.ts';
import { likelihoodText } from '../../model/likelihood.ts';
import { thousands } from '../../model/thousands.ts';
import { plainName } from '../fingerprint.ts';
import { changeLine } from './changes.ts';
import { recordCommand, silenceLink } from './monitor-command.ts';
import { briefReasons } from './reasons.ts';
import { recoveryLines } from './recovery-text.ts';
import { capital, isVerification, leadersLine, linesOf, symptomText } from './sections.ts';
import { cut, explained, percent } from './text-format.ts';
import { titleOf } from './title.ts';

/** Steps of a mail; the record has all. */
const STEPS = 3;
/** Names of load balancers in a summary. */
const NAMES = 10;
/** A command that is longer stands at the end, where it does not push away what is read first. */
const SHORT_COMMAND = 72;
const SHORT_COMMANDS = 3;
/** A longer one fills a phone; the record has it. */
const LONG_COMMAND = 400;

/**
 * The alert as mail, two screens of a phone: what, how much, where and why, what to do, who owns it, and where the
 * rest is. Evidence, verification and rollback are in the record.
 */
export function textOf(notification: Notification): string {
  return linesOf([
    opening(notification),
    ...middle(notification),
    footer(notification),
    commandLines(notification),
    consoleLines(notification),
  ]);
}

function opening(notification: Notification): string[] {
  const { diagnosis, event, severity } = notification.alert;
  const title = titleOf(notification);
  if (event === 'resolved') return [title];
  if (event === 'drift' || event === 'heartbeat-lost') return [title, `${capital(notification.reason)}.`];
  const causes = causesLine(diagnosis);
  return [
    title,
    `${capital(severity)}${certaintyText(notification)}. ${symptomText(notification)}`,
    ...(causes === null ? [] : [causes]),
  ];
}

/** `. Cause almost certain (99 %)`; nothing where the diagnosis of now says something else than what is announced. */
function certaintyText({ cause, alert: { diagnosis } }: Notification): string {
  const { verdict, probability } = diagnosis;
  if (cause === 'undetermined' || verdict !== cause) return '';
  return `. Cause ${likelihoodText(probability)} (${percent(probability)})${portionOfCause(cause, diagnosis)}`;
}

function middle(notification: Notification): string[][] {
  const { diagnosis, event } = notification.alert;
  if (event === 'resolved') return [recoveryLines(notification)];
  const parts = [groupLines(notification), stepLines(diagnosis)];
  return event === 'drift'
    ? [changeLines(diagnosis), ...parts]
    : [...parts, whyLines(notification), changeLines(diagnosis)];
}

/** Who is part of a fleet-wide event, and whose figures follow. */
function groupLines({ group, alert }: Notification): string[] {
  if (group === null) return [];
  const names = group.names.slice(0, NAMES).map((arn) => cut(plainName(arn), 40));
  const more = group.count - names.length;
  return [
    `They are ${names.join(', ')}${more > 0 ? ` and ${thousands(more)} more` : ''}.`,
    `The rest is about one of them, ${plainName(alert.diagnosis.loadBalancerArn)}; the others have their own records.`,
  ];
}

const stepsOf = ({ actions }: Diagnosis) =>
  actions.filter((action) => !isVerification(action)).slice(0, STEPS);

/** Whole or at the end: a part of a configuration would be another one. */
const isShort = (commands: readonly string[]): boolean =>
  commands.length <= SHORT_COMMANDS && commands.every((line) => line.length <= SHORT_COMMAND);

function stepLines(diagnosis: Diagnosis): string[] {
  const steps = stepsOf(diagnosis);
  if (steps.length === 0) return [];
  return [
    'WHAT TO DO',
    ...steps.flatMap(({ title, commands }, index) => [
      `${index + 1}. ${cut(title, 240)}`,
      ...(isShort(commands) ? commands.map((command) => `   ${command}`) : []),
    ]),
  ];
}

function whyLines({ cause, alert: { diagnosis } }: Notification): string[] {
  const lead = cause === 'undetermined' ? leadersLine(diagnosis) : `${capital(explained(cause, diagnosis))}.`;
  return ['WHY', lead, ...briefReasons(diagnosis, 3)];
}

function changeLines({ drift, at }: Diagnosis): string[] {
  if (drift.length === 0) return [];
  const shown = drift.slice(0, 3).map((entry) => `${plainName(entry.resourceArn)}: ${changeLine(entry, at)}`);
  return ['CHANGED', ...shown, ...(drift.length > 3 ? [`and ${drift.length - 3} more`] : [])];
}

const ACTIONS_THERE = { drift: ', also to accept it', other: ', also to silence it' } as const;

/** Whose it is and where to go on. */
function footer(notification: Notification): string[] {
  const { alert, at, reason, owner } = notification;
  const { dashboard, runbook } = alert.links;
  const { what, command } = recordCommand(notification);
  const maySilence = silenceLink(notification) !== null;
  return [
    ...(owner === null ? [] : [`Owner: ${cut(owner, 120)}`]),
    ...(runbook === null ? [] : [`Runbook: ${runbook}`]),
    ...(dashboard === null
      ? []
      : [
          `Dashboard${maySilence ? ACTIONS_THERE[alert.event === 'drift' ? 'drift' : 'other'] : ''}: ${dashboard}`,
        ]),
    `${what}:`,
    `   ${command}`,
    `Sent at ${at.slice(0, 16).replace('T', ' ')} UTC${alert.event === 'resolved' || alert.event === 'drift' ? '' : `: ${cut(reason, 200)}`}`,
  ];
}

/** Last, for its length. */
const consoleLines = ({ alert: { links } }: Notification): string[] =>
  links.console === '' ? [] : [`Load balancer: ${links.console}`];

/** The command of the first step, where it was too long for its place. */
function commandLines({ alert: { diagnosis, event } }: Notification): string[] {
  const [first] = event === 'resolved' ? [] : stepsOf(diagnosis);
  if (first === undefined || isShort(first.commands)) return [];
  // The same change by hand would double it: the record has both.
  const byHand = first.commands.indexOf(STOPGAP);
  const own = byHand < 0 ? first.commands : first.commands.slice(0, byHand);
  const length = own.reduce((sum, line) => sum + line.length, 0);
  return length > LONG_COMMAND ? [] : ['COMMANDS OF STEP 1', ...own.map((line) => `   ${line}`)];
}
