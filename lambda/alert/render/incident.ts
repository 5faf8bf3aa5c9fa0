import { causeSentence, portionOfCause } from '../../diagnose/explanation-text.ts';
import { undeterminedText } from '../../diagnose/leaders.ts';
import { toolOf } from '../../diagnose/remedies/change-tool.ts';
import type { Incident } from '../../model/alert.ts';
import type { Diagnosis } from '../../model/diagnosis.ts';
import type { Change } from '../../model/evidence.ts';
import type { Attachment, RecordedSilence } from '../../model/record.ts';
import { thousands } from '../../model/thousands.ts';
import { plainName } from '../fingerprint.ts';
import { silenceReason } from '../silence.ts';
import { requestLine } from './failing-request.ts';
import { diagnosisSections } from './sections.ts';
import { clock, cut, oneLine, oneLineKeepingIndent, percent, share } from './text-format.ts';

/** What a line begins with that is to be read as it is. */
const VERBATIM = '    ';

/** How lines of a section begin that are code; what goes beyond it is the code's own indentation, and part of it. */
const QUOTED_CODE = new RegExp(`^${VERBATIM}`);
/** Commands and configuration stand indented between sentences of prose, as in the alert's text. */
const ADVISED_CODE = /^ {3}(?![A-Z].*\.$)|^ {2}(?=(?:aws|alb502) )/;

/** A section of the record. */
interface Section {
  readonly title: string;
  readonly lines: readonly string[];
  readonly code?: RegExp;
}

/** The record as plain text, for a terminal. */
export function incidentText(incident: Incident): string {
  const sections = sectionsOf(incident).map(({ title, lines }) => [title.toUpperCase(), ...lines]);
  return `${[[headline(incident)], ...sections].map((lines) => lines.map(oneLineKeepingIndent).join('\n')).join('\n\n')}\n`;
}

/** The record as Markdown, for a ticket or a review of the incident. */
export function incidentMarkdown(incident: Incident): string {
  const sections = sectionsOf(incident).map(
    ({ title, lines, code = QUOTED_CODE }) => `## ${title}\n\n${markdownBody(lines, code)}`,
  );
  return `# ${markdown(headline(incident))}\n\n${sections.join('\n\n')}\n`;
}

/** Prose, and what is indented as code: commands, their output and lines of logs are to be read as they are. */
function markdownBody(lines: readonly string[], code: RegExp): string {
  const blocks: { readonly isCode: boolean; readonly lines: string[] }[] = [];
  for (const line of lines) {
    const isCode = code.test(line);
    const last = blocks.at(-1);
    if (last?.isCode === isCode) last.lines.push(line);
    else blocks.push({ isCode, lines: [line] });
  }
  return blocks
    .map((block) =>
      block.isCode
        ? fenced(block.lines.map((line) => line.replace(code, '')))
        : block.lines.map(markdown).join('  \n'),
    )
    .join('\n\n');
}

/** Nothing in a fenced block is markup but a fence that is as long as its own. */
function fenced(lines: readonly string[]): string {
  const code = lines.map(oneLineKeepingIndent).join('\n');
  const longest = Math.max(2, ...[...code.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}\n${code}\n${fence}`;
}

const markdown = (text: string): string => oneLine(text).replace(/[\\`*_[\]<>#|]/g, '\\$&');

function headline({ loadBalancerArn, region, diagnosis, resolvedAt }: Incident): string {
  const state = resolvedAt === null ? 'open' : 'over';
  return `${plainName(loadBalancerArn)} (${region}): ${diagnosis.verdict ?? 'undetermined'}, ${state}`;
}

function sectionsOf(incident: Incident): Section[] {
  const all: Section[] = [
    { title: 'Incident', lines: facts(incident) },
    { title: 'Proof', lines: proofLines(incident) },
    { title: 'Configuration', lines: configurationLines(incident) },
    { title: 'Changes', lines: changeLines(incident) },
    { title: 'Diagnosis', lines: diagnosisSections(incident.diagnosis).flat(), code: ADVISED_CODE },
    { title: 'Failed requests', lines: requestLines(incident) },
    { title: 'Roll back when', lines: rollbackSignal(incident) },
    { title: 'Commands and outputs', lines: incident.attachments.flatMap(attachmentLines) },
    { title: 'Silences', lines: incident.silences.map(silenceLine) },
    { title: 'Notes', lines: incident.notes.map(({ at, by, text }) => `${at} ${by ?? 'someone'}: ${text}`) },
    { title: 'History', lines: historyLines(incident) },
  ];
  return all.filter(({ lines }) => lines.length > 0);
}

function causeFact(diagnosis: Diagnosis): string {
  const cause = diagnosis.verdict ?? 'undetermined';
  return cause === 'undetermined'
    ? `${cause} (${undeterminedText(diagnosis)})`
    : `${cause} (${causeSentence(cause, diagnosis)}), ${percent(diagnosis.probability)} sure${portionOfCause(cause, diagnosis)}`;
}

function facts(incident: Incident): string[] {
  const { diagnosis } = incident;
  return [
    `id: ${incident.id}`,
    `load balancer: ${incident.loadBalancerArn}`,
    `account ${incident.account}, region ${incident.region}, owner ${incident.owner ?? 'not tagged'}`,
    `cause: ${causeFact(diagnosis)}`,
    `failing from ${incident.firstFailure ?? 'unknown'} to ${incident.lastFailure ?? 'unknown'}`,
    `seen ${incident.openedAt}, ${incident.resolvedAt === null ? 'not over yet' : `over ${incident.resolvedAt}`}`,
    ...(incident.returns === 0
      ? []
      : [
          `came back ${incident.returns === 1 ? 'once' : `${incident.returns} times`} after it had been closed`,
        ]),
  ];
}

function proofLines({ proof }: Incident): string[] {
  if (proof === null) return [];
  const { before, after, chanceByPauses, chanceByRequests } = proof;
  const rate = (part: typeof before): string =>
    `${thousands(part.failures)} of ${thousands(part.requests)} requests (${part.requests === 0 ? 'none' : share(part.failures / part.requests)}), ${part.from} to ${part.to}`;
  return [
    `before: ${rate(before)}`,
    `after: ${rate(after)}`,
    ...(chanceByPauses === null
      ? []
      : [`chance that the silence is luck, by the usual pauses: ${share(chanceByPauses)}`]),
    ...(chanceByRequests === null
      ? []
      : [`chance that the silence is luck, by the rate: ${share(chanceByRequests)}`]),
  ];
}

/** Only what differs: baseline, first look, last look. */
function configurationLines({ configuration }: Incident): string[] {
  if (configuration === null) return [];
  const { baseline, opened, latest } = configuration;
  return Object.keys({ ...baseline, ...opened, ...latest }).flatMap((arn) => {
    const [before = {}, first = {}, last = {}] = [baseline?.[arn] ?? opened[arn], opened[arn], latest[arn]];
    const keys = [...new Set([...Object.keys(before), ...Object.keys(first), ...Object.keys(last)])].sort();
    return keys
      .filter((key) => before[key] !== first[key] || first[key] !== last[key])
      .map((key) => {
        const values = [before[key], first[key], last[key]].map((value) => cut(value ?? '(none)', 120));
        return `${plainName(arn)}: ${key}: accepted ${values[0]}, at the first look ${values[1]}, at the last ${values[2]}`;
      });
  });
}

function changeLines({ changes, openedAt }: Incident): string[] {
  const [first] = changes;
  const last = changes.at(-1);
  if (first === undefined || last === undefined) return [];
  const said = ({
    at,
    eventName,
    resourceArn,
    principal,
    sourceIpAddress,
    userAgent,
    to,
  }: Change): string => {
    const values = Object.entries(to ?? {}).map(([key, value]) => `${cut(key, 80)}=${cut(value, 80)}`);
    const tool = toolOf({ userAgent, principal });
    const origin = `${sourceIpAddress === null ? '' : ` from ${cut(sourceIpAddress, 60)}`}${tool === null ? '' : ` with ${cut(tool, 60)}`}`;
    const what = [eventName, plainName(resourceArn), ...values].join(' ');
    return `${clock(at, openedAt)} ${what} by ${principal ?? 'unknown'}${origin}`;
  };
  return [`change window: ${first.at} to ${last.at}`, ...changes.slice(-20).map(said)];
}

/** What tells that a step did harm, so that it is undone by the commands under ROLL BACK. */
function rollbackSignal({ diagnosis }: Incident): string[] {
  if (diagnosis.actions.every(({ rollback }) => rollback.length === 0)) return [];
  const { ratio } = diagnosis.symptom;
  return [
    `the share of 502s rises above ${share(ratio)}, what it was before the step, or 504s appear that were not there`,
    'look at HTTPCode_ELB_502_Count, HTTPCode_ELB_504_Count and TargetResponseTime for 15 minutes after each step',
  ];
}

function requestLines({ failingRequests }: Incident): string[] {
  if (failingRequests === null) return [];
  const { requests, atLeast } = failingRequests;
  const left = atLeast - requests.length;
  return [
    left > 0
      ? `${requests.length} of at least ${thousands(atLeast)}: the first and the newest; the access log has the others`
      : 'as the access log has them',
    ...requests.map((request) => `${VERBATIM}${requestLine(request)}`),
  ];
}

function attachmentLines({ at, by, command, output }: Attachment): string[] {
  return [
    `${at} ${by ?? 'someone'}:`,
    ...`$ ${command}\n${output}`.split('\n').map((line) => `${VERBATIM}${line}`),
  ];
}

const silenceLine = ({ from, ...silence }: RecordedSilence): string => `${from} ${silenceReason(silence)}`;

function historyLines({ timeline, diagnosis }: Incident): string[] {
  return timeline.map(({ at, phase, reason, event, verdict, probability = 0 }) => {
    const other = verdict != null && verdict !== diagnosis.verdict;
    const found = other ? ` (this look came to ${verdict}, ${percent(probability)})` : '';
    return `${at} ${phase}${event === null ? '' : `, announced: ${event}`}: ${reason}${found}`;
  });
}
