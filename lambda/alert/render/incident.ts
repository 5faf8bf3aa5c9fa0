import { toolOf } from '../../diagnose/change-tool.ts';
import type { Incident } from '../../model/alert.ts';
import type { Change } from '../../model/evidence.ts';
import { plainName } from '../fingerprint.ts';
import { diagnosisSections } from './sections.ts';
import { clock, cut, oneLine, percent, sentenceOf, share, thousands } from './words.ts';

/** A section of the record. */
interface Section {
  readonly title: string;
  readonly lines: readonly string[];
}

/** The record as plain text, for a terminal. */
export function incidentText(incident: Incident): string {
  const sections = sectionsOf(incident).map(({ title, lines }) => [title.toUpperCase(), ...lines]);
  return `${[[headline(incident)], ...sections].map((lines) => lines.map(keepIndent).join('\n')).join('\n\n')}\n`;
}

/** The record as Markdown, for a ticket or a review of the incident. */
export function incidentMarkdown(incident: Incident): string {
  const sections = sectionsOf(incident).map(({ title, lines }) => {
    const commands = (line: string): string => (line.startsWith('   ') ? `    ${line}` : markdown(line));
    return `## ${title}\n\n${lines.map(commands).join('  \n')}`;
  });
  return `# ${markdown(headline(incident))}\n\n${sections.join('\n\n')}\n`;
}

const keepIndent = (line: string): string => `${/^ */.exec(line)?.[0] ?? ''}${oneLine(line)}`;

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
    { title: 'Diagnosis', lines: diagnosisSections(incident.diagnosis).flat() },
    { title: 'Roll back when', lines: rollbackSignal(incident) },
    { title: 'Notes', lines: incident.notes.map(({ at, by, text }) => `${at} ${by ?? 'someone'}: ${text}`) },
    { title: 'History', lines: historyLines(incident) },
  ];
  return all.filter(({ lines }) => lines.length > 0);
}

function facts(incident: Incident): string[] {
  const { diagnosis } = incident;
  const cause = diagnosis.verdict ?? 'undetermined';
  return [
    `id: ${incident.id}`,
    `load balancer: ${incident.loadBalancerArn}`,
    `account ${incident.account}, region ${incident.region}, owner ${incident.owner ?? 'not tagged'}`,
    `cause: ${cause} (${sentenceOf(cause)}), ${percent(diagnosis.probability)} sure`,
    `failing from ${incident.firstFailure ?? 'unknown'} to ${incident.lastFailure ?? 'unknown'}`,
    `seen ${incident.openedAt}, ${incident.resolvedAt === null ? 'not over yet' : `over ${incident.resolvedAt}`}`,
    ...(incident.returns === 0 ? [] : [`came back ${incident.returns} times after it had been closed`]),
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

/** The change window: from the first change to the last. */
function changeLines({ changes, openedAt }: Incident): string[] {
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
    return `${clock(at, openedAt)} ${eventName} ${plainName(resourceArn)} ${values.join(' ')} by ${principal ?? 'unknown'}${origin}`;
  };
  return changes.slice(-20).map(said);
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

function historyLines({ timeline }: Incident): string[] {
  return timeline.map(
    ({ at, phase, reason, event }) => `${at} ${phase}${event === null ? '' : `, told: ${event}`}: ${reason}`,
  );
}
