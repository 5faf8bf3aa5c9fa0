import { causesLine, portionOfCause } from '../../diagnose/explanation-text.ts';
import type { Notification } from '../../model/alert.ts';
import type { Diagnosis } from '../../model/diagnosis.ts';
import { likelihoodText } from '../../model/likelihood.ts';
import { changeLine } from './changes.ts';
import { chatCommand } from './chat-command.ts';
import { recordCommand } from './monitor-command.ts';
import { briefFact, reasonsOf } from './reasons.ts';
import { recoveryLines } from './recovery-text.ts';
import { capital, isVerification, leadersLine, symptomText } from './sections.ts';
import { cut, explained, oneLine, percent, placeOf } from './text-format.ts';
import { accountOf, titleOf } from './title.ts';

/** Longer steps are hard to read on a phone. */
const STEP_LENGTH = 350;

/** AWS's custom notification for its chat client ("Custom notifications", AWS Chatbot administrator guide). */
export interface ChatCard {
  readonly version: '1.0';
  readonly source: 'custom';
  readonly id: string;
  readonly content: {
    readonly textType: 'client-markdown';
    readonly title: string;
    readonly description: string;
    readonly nextSteps: readonly string[];
    readonly keywords: readonly string[];
  };
  readonly metadata: {
    readonly threadId: string;
    readonly summary: string;
    readonly eventType: string;
    readonly relatedResources: readonly string[];
    readonly additionalContext: Readonly<Record<string, string>>;
  };
}

/** What chat clients would read as format, link or mention, by characters that only look like it. */
const LOOKALIKES: Readonly<Record<string, string>> = {
  '*': '∗',
  '~': '∼',
  '`': 'ˋ',
  '|': '¦',
  '[': '(',
  ']': ')',
  '\\': '∖',
};

const entities = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/**
 * Text from AWS for a chat client: no mention, link or format may come out of a name. Clients differ in what a
 * backslash does, so nothing rests on it; an underscore within a word formats nothing and stays as it is.
 */
export function escapeMarkdown(text: string): string {
  return entities(oneLine(text))
    .replace(/[*~`|[\]\\]/g, (character) => LOOKALIKES[character] ?? ' ')
    .replace(/(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g, '‗')
    .replace(/@(?=\S)/g, '@\u200b')
    .replace(/:\/\//g, ':\u200b//');
}

/** Code keeps its characters, so that it can be copied; {@link chatCommand} lets nothing through that would end it. */
const code = (text: string): string => `\`${entities(oneLine(text))}\``;

/** Cuts markdown between lines only, so that nothing stays open. */
function cutLines(lines: readonly string[], length: number): string {
  let text = '';
  for (const line of lines) {
    // Two line breaks and the mark that something is left out.
    if (text.length + line.length + 3 > length) return `${text}\n…`;
    text = text === '' ? line : `${text}\n${line}`;
  }
  return text;
}

/** The alert as a chat card; all cards of one incident share a thread. */
export function chatOf(notification: Notification): ChatCard {
  const { alert, owner, reason, cause } = notification;
  const title = titleOf(notification);
  return {
    version: '1.0',
    source: 'custom',
    id: cut(oneLine(alert.id), 250),
    content: {
      textType: 'client-markdown',
      title: cut(escapeMarkdown(title), 250),
      // The client does not show a card without one.
      description: cutLines(description(notification), 4000) || cut(escapeMarkdown(title), 250),
      nextSteps: nextSteps(notification),
      keywords: [alert.event, alert.severity, cause, cut(escapeMarkdown(placeOf(notification)), 60)],
    },
    metadata: {
      threadId: cut(oneLine(alert.dedupKey), 200),
      summary: cut(escapeMarkdown(`${title}. ${capital(reason)}`), 250),
      eventType: `alb502 ${alert.event}`,
      relatedResources: [cut(oneLine(alert.diagnosis.loadBalancerArn), 512)],
      additionalContext: {
        incident: cut(oneLine(alert.incidentId), 250),
        cause,
        severity: alert.severity,
        account: cut(escapeMarkdown(accountOf(notification)), 120),
        ...(owner === null ? {} : { owner: cut(escapeMarkdown(owner), 120) }),
      },
    },
  };
}

function description(notification: Notification): string[] {
  const { diagnosis, event } = notification.alert;
  const links = linksLine(notification);
  if (event === 'resolved') return [...recoveryLines(notification).map(prose), links];
  const lead =
    event === 'drift'
      ? [prose(`${capital(notification.reason)}.`)]
      : [causeLine(notification), prose(symptomText(notification)), links];
  return [
    ...lead,
    ...diagnosis.drift.slice(0, 4).map((entry) => `Changed: ${prose(changeLine(entry, diagnosis.at))}`),
    ...(event === 'drift' ? [links] : evidenceLines(diagnosis)),
  ];
}

const prose = (text: string): string => cut(escapeMarkdown(text), 600);

function causeLine({ cause, alert: { diagnosis } }: Notification): string {
  const { verdict, probability } = diagnosis;
  if (cause === 'undetermined') return `*${prose(leadersLine(diagnosis))}*`;
  const sure =
    verdict === cause
      ? ` ${capital(likelihoodText(probability))} (${percent(probability)})${portionOfCause(cause, diagnosis)}.`
      : '';
  return `*${cut(escapeMarkdown(capital(explained(cause, diagnosis))), 400)}.*${sure}`;
}

/** Characters that no chat client reads as the end of a link; whoever needs others finds the link in the mail. */
const LINKABLE = /^https:\/\/[\w./?=&%#:~+,;-]+$/;

/** Whose it is, and where to go on: links as AWS's chat client takes them, `<https://...|dashboard>`. */
function linksLine({ owner, alert: { links } }: Notification): string {
  const linked = [
    [links.runbook, 'runbook'],
    [links.dashboard, 'dashboard'],
    [links.console, 'load balancer'],
  ] as const;
  return [
    ...(owner === null ? [] : [`Owner: ${cut(escapeMarkdown(owner), 120)}`]),
    ...linked.flatMap(([address, name]) =>
      address !== null && LINKABLE.test(address) ? [`<${address.replaceAll('&', '&amp;')}|${name}>`] : [],
    ),
  ].join(' · ');
}

function evidenceLines(diagnosis: Diagnosis): string[] {
  const causes = causesLine(diagnosis);
  const reasons = reasonsOf(diagnosis, 4);
  return [
    ...(causes === null ? [] : [escapeMarkdown(causes)]),
    ...(reasons?.brief ?? []).map((line) => cut(escapeMarkdown(line), 200)),
    ...(reasons?.evidence ?? []).map(
      ({ fact, weight }) => `${weight > 0 ? '✔' : '✘'} ${escapeMarkdown(briefFact(fact))}`,
    ),
    ...(reasons?.others ?? []).slice(0, 3).map((sentence) => cut(escapeMarkdown(sentence), 400)),
  ];
}

/** At most five steps, each short enough to read on a phone; the last is where the rest is. */
function nextSteps(notification: Notification): string[] {
  const { alert } = notification;
  const { what, command: record } = recordCommand(notification);
  const steps =
    alert.event === 'resolved'
      ? []
      : alert.diagnosis.actions.filter((action) => !isVerification(action)).slice(0, 4);
  return [
    ...steps.map(({ title, commands }) => {
      // A remark says where; the first line that is none is what to run or to write.
      const command = commands.find((line) => !/^\s*(#|\/\/|<!--)/.test(line)) ?? commands[0];
      const head = cut(escapeMarkdown(title), 300);
      return command === undefined ? head : `${head}${commandText(command, STEP_LENGTH - head.length)}`;
    }),
    `${what}${commandText(record, STEP_LENGTH)}`,
  ];
}

/** A command whole or not at all: one that is cut would do something else. */
function commandText(command: string, room: number): string {
  const { line, leftOut } = chatCommand(command);
  if (line === null || line.length > room) return ' (the command is in the mail and the record)';
  const without = leftOut.length === 0 ? '' : ' (what is left out is in the mail and the record)';
  return `: ${code(line)}${without}`;
}
