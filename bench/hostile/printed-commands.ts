import { stripVTControlCharacters } from 'node:util';
import { renderReport } from '../../bin/diagnosis-report.ts';
import { renderLogs } from '../../bin/logs/report.ts';
import { verdictOf } from '../../bin/logs/verdict.ts';
import { HealthChecks } from '../../lambda/access-log/health-check/health-checks.ts';
import { LinesOutside } from '../../lambda/access-log/tally/lines-outside.ts';
import { notificationOf } from '../../lambda/alert/notification.ts';
import { chatOf } from '../../lambda/alert/render/chat.ts';
import { incidentMarkdown, incidentText } from '../../lambda/alert/render/incident.ts';
import { smsOf } from '../../lambda/alert/render/sns.ts';
import { textOf } from '../../lambda/alert/render/text.ts';
import type { Incident, Notification } from '../../lambda/model/alert.ts';
import type { Diagnosis } from '../../lambda/model/diagnosis.ts';
import type { EvidenceBundle } from '../../lambda/model/evidence.ts';
import { renderLoadBalancer } from '../../lambda/widget/load-balancer.ts';
import { parseWidgetEvent } from '../../lambda/widget/widget-event.ts';
import { incidentOf } from '../../test/store/entries.ts';

/** How a line begins that is meant for a shell. */
const COMMAND = /^(?:aws|alb502|curl|openssl|ss|zcat|journalctl|echo) /;
export const isCommand = (line: string): boolean => COMMAND.test(line);

/** What a format prints for a shell, as a person copies it: a line or a span of code, whole. */
export interface Printed {
  readonly format: string;
  readonly lines: readonly string[];
}

const AT = '2026-11-23T12:00:00.000Z';

/** The lines of the machine form, which all other forms print or leave out. */
export const machineLines = ({ actions, missingEvidence }: Diagnosis): readonly string[] => [
  ...actions.flatMap(({ commands, rollback }) => [...commands, ...rollback]),
  ...missingEvidence.map(({ how }) => how).filter(isCommand),
];

const notificationFor = (diagnosis: Diagnosis, incidentId: string): Notification =>
  notificationOf({
    announcement: {
      ...{ event: 'firing', incidentId, dedupKey: incidentId, reason: 'attack', grouped: false },
      ...{ cause: diagnosis.verdict ?? 'undetermined', severity: 'critical' },
    },
    ...{ diagnosis, owner: null, runbook: null, dashboardUrl: null, now: AT },
  });

const incidentFor = (diagnosis: Diagnosis, id: string): Incident => ({
  ...incidentOf('shop', id, AT),
  ...{ loadBalancerArn: diagnosis.loadBalancerArn, region: diagnosis.region, diagnosis },
});

/** Lines of text that begin with a command, and what follows the words before one. */
function linesOfText(text: string): string[] {
  return text.split('\n').flatMap((line) => {
    const bare = line.trim();
    const said = /^(?:The [a-z ]+|If it is meant|Shortened): (alb502 .*)$/.exec(bare)?.[1];
    return isCommand(bare) ? [bare] : said === undefined ? [] : [said, bare];
  });
}

const unescaped = (text: string): string =>
  text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');

/** What stands between a pair of backticks, as a chat client shows it. */
const codeSpans = (text: string): string[] =>
  [...text.matchAll(/`([^`]*)`/g)].map(([, code = '']) => unescaped(code));

function fencedLines(markdown: string): string[] {
  const lines: string[] = [];
  let fence = '';
  for (const line of markdown.split('\n')) {
    const ticks = /^`{3,}$/.exec(line)?.[0] ?? '';
    if (fence === '' && ticks !== '') fence = ticks;
    else if (fence !== '' && ticks === fence) fence = '';
    else if (fence !== '') lines.push(line);
  }
  return lines;
}

function widgetLines(diagnosis: Diagnosis, incident: Incident): string[] {
  const { frame } = parseWidgetEvent({}, Date.parse(AT));
  const { loadBalancerArn, region } = incident;
  const entry = {
    ...{ loadBalancerArn, region, owner: null, phase: 'firing' as const, since: AT },
    ...{ severity: 'critical' as const, verdict: diagnosis.verdict, probability: 1, count: 1, requests: 2 },
    ...{ lastSeen: AT, mismatch: null, driftCount: 0, drift: [], incidentId: incident.id, updatedAt: AT },
  };
  const about = {
    entry,
    silence: null,
    recurring: null,
    frame,
    endpoint: 'arn:aws:lambda',
    actionsAllowed: false,
  };
  return [incident, null].flatMap((record) =>
    [...renderLoadBalancer({ ...about, incident: record }).markup.matchAll(/<pre>(.*?)<\/pre>/gs)].map(
      ([, code = '']) => unescaped(code),
    ),
  );
}

/** Every line that any format prints for a shell. */
export function printedCommands(
  bundle: EvidenceBundle,
  diagnosis: Diagnosis,
  incidentId: string,
): readonly Printed[] {
  const incident = incidentFor(diagnosis, incidentId);
  const card = chatOf(notificationFor(diagnosis, incidentId));
  const notification = notificationFor(diagnosis, incidentId);
  const report = renderReport(
    { diagnoses: [diagnosis], skipped: [] },
    { where: 'here', unread: [], named: false, detailsWith: null },
    80,
  );
  const log = bundle.accessLog;
  const logged = log === null ? '' : renderLogs(EMPTY_READING, [verdictOf(log, 60)], WIDE);
  return [
    { format: 'mail', lines: linesOfText(textOf(notification)) },
    { format: 'sms', lines: linesOfText(smsOf(notification)) },
    { format: 'chat', lines: [...card.content.nextSteps, card.content.description].flatMap(codeSpans) },
    { format: 'record', lines: linesOfText(incidentText(incident)) },
    { format: 'markdown', lines: fencedLines(incidentMarkdown(incident)) },
    { format: 'widget', lines: widgetLines(diagnosis, incident) },
    { format: 'scan', lines: linesOfText(stripVTControlCharacters(report)) },
    { format: 'logs', lines: linesOfText(stripVTControlCharacters(logged)) },
  ];
}

const EMPTY_READING = {
  ...{ linesRead: 0, linesRejected: 0, linesOutside: 0, rejected: [], reasons: new Map() },
  loadBalancers: [],
  absentFields: new Map(),
  outside: new LinesOutside(),
  healthChecks: new HealthChecks(),
};
const WIDE = { idleTimeoutSeconds: 60, columns: 80 };
