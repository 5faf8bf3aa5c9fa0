import { causesLine } from '../../diagnose/explanation-words.ts';
import type { Notification } from '../../model/alert.ts';
import { chatCommand } from './chat-command.ts';
import { reasonsOf } from './reasons.ts';
import { culpritWords } from './sections.ts';
import { cut, explained, headword, oneLine, percent, placeOf, share, thousands } from './words.ts';

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

/** Code keeps its characters, so that it can be copied; what would end it becomes what only looks like it. */
const code = (text: string): string => `\`${entities(oneLine(text).replaceAll('`', 'ˋ'))}\``;

/** Cuts markdown between lines only, so that nothing stays open. */
function cutLines(lines: readonly string[], length: number): string {
  let text = '';
  for (const line of lines) {
    if (text.length + line.length + 2 > length) return `${text}\n…`;
    text = text === '' ? line : `${text}\n${line}`;
  }
  return text;
}

/** The alert as a chat card; all cards of one incident share a thread. */
export function chatOf(notification: Notification): ChatCard {
  const { alert, owner, reason } = notification;
  const { diagnosis } = alert;
  const name = placeOf(notification);
  const cause = notification.cause;
  const title = `${headword(notification)}: ${name} (${diagnosis.region}): ${cause === 'undetermined' && alert.event === 'drift' ? 'configuration changed' : cause}`;
  return {
    version: '1.0',
    source: 'custom',
    id: cut(oneLine(alert.id), 250),
    content: {
      textType: 'client-markdown',
      title: cut(escapeMarkdown(title), 250),
      description: cutLines(description(notification), 4000),
      nextSteps: nextSteps(notification),
      keywords: [alert.event, alert.severity, cause, cut(escapeMarkdown(name), 60)],
    },
    metadata: {
      threadId: cut(oneLine(alert.dedupKey), 200),
      summary: cut(escapeMarkdown(`${title}. ${reason}`), 250),
      eventType: `alb502 ${alert.event}`,
      relatedResources: [cut(oneLine(diagnosis.loadBalancerArn), 512)],
      additionalContext: {
        incident: cut(oneLine(alert.incidentId), 250),
        cause,
        severity: alert.severity,
        ...(owner === null ? {} : { owner: cut(escapeMarkdown(owner), 120) }),
      },
    },
  };
}

function description(notification: Notification): string[] {
  const { diagnosis, event } = notification.alert;
  const cause = notification.cause;
  const { count, requests, ratio } = diagnosis.symptom;
  const causes = event === 'resolved' ? null : causesLine(diagnosis);
  const sure = diagnosis.verdict === null ? '' : ` (${percent(diagnosis.probability)} sure)`;
  const lines = [
    event === 'resolved'
      ? cut(escapeMarkdown(notification.reason), 600)
      : `*${cut(escapeMarkdown(explained(cause, diagnosis)), 400)}*${sure}`,
    count === 0
      ? 'No 502 in the window so far.'
      : `${thousands(count)} of ${thousands(requests)} requests got 502 (${share(ratio)}).`,
    ...(causes === null ? [] : [escapeMarkdown(causes)]),
    ...diagnosis.drift
      .slice(0, 4)
      .map(
        (entry) =>
          `Changed: ${code(`${cut(entry.key, 100)} ${cut(entry.baseline ?? '(none)', 100)} -> ${cut(entry.current ?? '(none)', 100)}`)} ${cut(escapeMarkdown(culpritWords(entry, diagnosis.at)), 300)}${entry.onset ? `; ${cut(escapeMarkdown(entry.onset), 400)}` : ''}`,
      ),
    ...evidenceLines(notification),
  ];
  return lines;
}

function evidenceLines({ alert: { diagnosis, event } }: Notification): string[] {
  const reasons = event === 'resolved' ? null : reasonsOf(diagnosis, 4);
  if (reasons === null) return [];
  return [
    ...reasons.brief.map((line) => cut(escapeMarkdown(line), 200)),
    ...reasons.evidence.map(
      ({ fact, weight }) => `${weight > 0 ? '✔' : '✘'} ${cut(escapeMarkdown(fact), 400)}`,
    ),
    ...reasons.others.slice(0, 3).map((sentence) => cut(escapeMarkdown(sentence), 400)),
  ];
}

/** At most five steps, each short enough to read on a phone; the whole is in the mail. */
function nextSteps({ alert }: Notification): string[] {
  if (alert.event === 'resolved') return [];
  return alert.diagnosis.actions.slice(0, 5).map(({ title, commands }) => {
    // A remark says where; the first line that is none is what to run or to write.
    const command = commands.find((line) => !/^\s*(#|\/\/|<!--)/.test(line)) ?? commands[0];
    const head = cut(escapeMarkdown(title), 300);
    return command === undefined ? head : `${head}${commandWords(command, STEP_LENGTH - head.length)}`;
  });
}

/** A command whole or not at all: one that is cut would do something else. */
function commandWords(command: string, room: number): string {
  const { line, leftOut } = chatCommand(command);
  if (line === null || line.length > room) return ' (the command is in the mail and the record)';
  const without = leftOut.length === 0 ? '' : ' (what is left out is in the mail and the record)';
  return `: ${code(line)}${without}`;
}
