import type { Notification } from '../../model/alert.ts';
import { plainName } from '../fingerprint.ts';
import { cut, headword, oneLine, percent, sentenceOf, share, thousands } from './words.ts';

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

/** Markdown of chat clients: no mention, link or format may come out of a name. */
export function escapeMarkdown(text: string): string {
  return oneLine(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/[*_~`|[\]]/g, '\\$&')
    .replace(/@(?=\w)/g, '@\u200b');
}

/** Code keeps its characters; only what ends it, or what chat clients read inside it, is replaced. */
const code = (text: string): string =>
  `\`${oneLine(text).replaceAll('`', "'").replaceAll('<', '&lt;').replaceAll('>', '&gt;')}\``;

/** The alert as a chat card; all cards of one incident share a thread. */
export function chatOf(notification: Notification): ChatCard {
  const { alert, owner, reason } = notification;
  const { diagnosis } = alert;
  const name = plainName(diagnosis.loadBalancerArn);
  const cause = notification.cause;
  const title = `${headword(notification)}: ${name} (${diagnosis.region}): ${cause === 'undetermined' && alert.event === 'drift' ? 'configuration changed' : cause}`;
  return {
    version: '1.0',
    source: 'custom',
    id: alert.id,
    content: {
      textType: 'client-markdown',
      title: cut(oneLine(title), 250),
      description: cut(description(notification), 4000),
      nextSteps: nextSteps(notification),
      keywords: [alert.event, alert.severity, cause, cut(oneLine(name), 60)],
    },
    metadata: {
      threadId: cut(alert.dedupKey, 200),
      summary: cut(oneLine(`${title}. ${reason}`), 250),
      eventType: `alb502 ${alert.event}`,
      relatedResources: [diagnosis.loadBalancerArn],
      additionalContext: {
        incident: alert.incidentId,
        cause,
        severity: alert.severity,
        ...(owner === null ? {} : { owner: cut(oneLine(owner), 120) }),
      },
    },
  };
}

function description(notification: Notification): string {
  const { diagnosis, event } = notification.alert;
  const cause = notification.cause;
  const { count, requests, ratio } = diagnosis.symptom;
  const sure = diagnosis.verdict === null ? '' : ` (${percent(diagnosis.probability)} sure)`;
  const lines = [
    event === 'resolved'
      ? escapeMarkdown(notification.reason)
      : `*${escapeMarkdown(sentenceOf(cause))}*${sure}`,
    count === 0
      ? 'No 502 in the window so far.'
      : `${thousands(count)} of ${thousands(requests)} requests got 502 (${share(ratio)}).`,
    ...diagnosis.drift
      .slice(0, 4)
      .map(
        ({ key, baseline, current, changedBy }) =>
          `Changed: ${code(`${key} ${baseline ?? '(none)'} -> ${current ?? '(none)'}`)}${changedBy === null ? '' : ` by ${escapeMarkdown(changedBy)}`}`,
      ),
    ...evidenceLines(notification),
  ];
  return lines.join('\n');
}

function evidenceLines({ alert: { diagnosis, event } }: Notification): string[] {
  if (event === 'resolved') return [];
  const own = diagnosis.hypotheses.find(({ cause }) => cause !== 'undetermined');
  return (own?.evidence ?? [])
    .slice(0, 4)
    .map(({ fact, weight }) => `${weight > 0 ? '✔' : '✘'} ${escapeMarkdown(fact)}`);
}

/** At most five steps, each short enough to read on a phone; the whole is in the mail. */
function nextSteps({ alert }: Notification): string[] {
  if (alert.event === 'resolved') return [];
  return alert.diagnosis.actions.slice(0, 5).map(({ title, commands }) => {
    const command = commands[0];
    return cut(
      command === undefined ? escapeMarkdown(title) : `${escapeMarkdown(title)}: ${code(command)}`,
      1000,
    );
  });
}
