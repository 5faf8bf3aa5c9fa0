import { causesLine } from '../../diagnose/explanation-text.ts';
import { leadersBeside, leadersOf, undeterminedText } from '../../diagnose/leaders.ts';
import type { Notification } from '../../model/alert.ts';
import type { Action, Diagnosis, Drift } from '../../model/diagnosis.ts';
import { thousands } from '../../model/thousands.ts';
import { plainName } from '../fingerprint.ts';
import { furtherEvidence } from './further-evidence.ts';
import { type Reasons, reasonsOf } from './reasons.ts';
import { clock, oneLineKeepingIndent, percent, share } from './text-format.ts';

/** The causes that lead, with their probabilities, where none is named. */
export function leadersLine(diagnosis: Diagnosis): string {
  const named = leadersOf(diagnosis)
    .slice(0, 3)
    .map(({ cause, probability }) => `${cause} (${percent(probability)})`);
  if (named.length === 0) return `${capital(undeterminedText(diagnosis))}.`;
  return named.length === 1
    ? `It may be ${named[0]}; the evidence does not settle it.`
    : `The evidence does not separate ${named.join(', ')}.`;
}

/** The diagnosis in words, one list of lines a section: what to do comes before why. */
export function diagnosisSections(diagnosis: Diagnosis): string[][] {
  return [
    symptomLines(diagnosis),
    actionLines(diagnosis),
    certaintyLines(diagnosis),
    driftLines(diagnosis),
    missingLines(diagnosis),
    verifyLines(diagnosis),
    rollbackLines(diagnosis),
  ];
}

/** Sections as text, a blank line between them; nothing from AWS can break a line. */
export function linesOf(sections: readonly (readonly string[])[]): string {
  const filled = sections.filter((lines) => lines.length > 0);
  return `${filled.map((lines) => lines.map(oneLineKeepingIndent).join('\n')).join('\n\n')}\n`;
}

/** `30 of 90,000 requests got 502 (0.033 %)`, as far as it could be counted. */
export function countText({ symptom }: Diagnosis): string {
  const { count, requests, ratio, known, requestsKnown } = symptom;
  if (known === false) return `At least ${thousands(count)} requests got 502; not all could be counted`;
  if (requestsKnown === false)
    return `${thousands(count)} requests got 502; how many there were is not known`;
  return `${thousands(count)} of ${thousands(requests)} requests got 502 (${share(ratio)})`;
}

/** What a window without a 502 says. */
export const noFailuresText = ({ symptom }: Diagnosis): string =>
  symptom.known === false
    ? 'Whether there are 502s is not known: they could not be read.'
    : 'No 502 in the window so far.';

/** `all between 01:45 and 02:55 UTC`, for requests are counted over the whole window; empty where it is not known. */
function periodText({ symptom: { firstSeen, lastSeen }, at }: Diagnosis): string {
  return firstSeen === null || lastSeen === null
    ? ''
    : `all between ${clock(firstSeen, at)} and ${clock(lastSeen, at)} UTC`;
}

/** How much, in a sentence; of what was an incident, that it is over. */
export function symptomText({ group, alert: { event, diagnosis } }: Notification): string {
  if (group !== null) return 'The same cause on all of them.';
  if (diagnosis.symptom.count === 0) return noFailuresText(diagnosis);
  if (event === 'posture') return `${countText(diagnosis)} before they stopped.`;
  const period = periodText(diagnosis);
  return `${countText(diagnosis)}${period === '' ? '' : `, ${period}`}.`;
}

/** How many requests failed and when, as lines. */
export function symptomLines(diagnosis: Diagnosis): string[] {
  const causes = causesLine(diagnosis);
  if (diagnosis.symptom.count === 0) return [noFailuresText(diagnosis)];
  const when = periodText(diagnosis);
  return [`${countText(diagnosis)}${when === '' ? '' : `, ${when}`}.`, ...(causes === null ? [] : [causes])];
}

/** Whether an action checks that a change worked. */
export const isVerification = (action: Action): boolean => action.title.startsWith('Verify');

function actionLines({ actions }: Diagnosis): string[] {
  const steps = actions.filter((action) => !isVerification(action)).slice(0, 6);
  if (steps.length === 0) return [];
  return [
    'WHAT TO DO',
    ...steps.flatMap(({ title, why, commands }, index) => [
      `${index + 1}. ${title}`,
      ...commands.map((command) => `   ${command}`),
      ...reasonLines(why).map((line) => `   ${line}`),
    ]),
  ];
}

/** Why, side effects and what else to check, a line each: the price of a step must not drown in its reason. */
const reasonLines = (why: string): string[] => capital(why).split(/ (?=Side effects?: |Also check: )/);

function evidenceHeading({ verdict }: Diagnosis, { cause, probability }: Reasons): string {
  if (cause === null) return 'WHAT WAS SEEN';
  return verdict === 'undetermined'
    ? `EVIDENCE (for ${cause}, the likeliest at ${percent(probability)})`
    : 'WHY WE THINK SO';
}

function certaintyLines(diagnosis: Diagnosis): string[] {
  const reasons = reasonsOf(diagnosis, 6);
  if (reasons === null) return [];
  const { cause, brief, evidence, others } = reasons;
  const [next] = diagnosis.verdict === 'undetermined' ? [] : leadersBeside(diagnosis, cause);
  return [
    evidenceHeading(diagnosis, reasons),
    ...(brief.length === 0 ? [] : [brief.join(' · ')]),
    ...evidence.map(({ fact, source, weight }) => `${weight > 0 ? '+' : '-'} ${fact} [${source}]`),
    ...others.slice(0, 4).map((sentence) => `${sentence}.`),
    ...(next === undefined ? [] : [`Next likely: ${next.cause} (${percent(next.probability)})`]),
  ];
}

/** Who changed it, when, from where and with what; or that this is not known. */
export function changedByText(
  { changedAt, changedBy, changedFrom, changedWith, unknownBecause, expected }: Drift,
  day: string,
): string {
  if (changedAt === null)
    return `by whom and when is not known${unknownBecause ? `: ${unknownBecause}` : ''}`;
  const parts = [
    `at ${clock(changedAt, day)} UTC by ${changedBy ?? 'an unknown principal'}`,
    ...(changedFrom ? [`from ${changedFrom}`] : []),
    ...(changedWith ? [`with ${changedWith}`] : []),
    ...(expected ? ['(an expected changer)'] : []),
  ];
  return parts.join(' ');
}

/** What differs from the baseline, one line a difference. */
export function driftLines({ drift: entries, at }: Diagnosis): string[] {
  if (entries.length === 0) return [];
  return [
    'CHANGED SINCE THE BASELINE',
    ...entries
      .slice(0, 8)
      .flatMap((entry) => [
        `${plainName(entry.resourceArn)}: ${entry.key} ${entry.baseline ?? '(none)'} -> ${entry.current ?? '(none)'}`,
        `  ${capital(changedByText(entry, at))}`,
        ...(entry.onset ? [`  ${capital(entry.onset)}.`] : []),
      ]),
    ...(entries.length > 8 ? [`and ${entries.length - 8} more`] : []),
  ];
}

function missingLines(diagnosis: Diagnosis): string[] {
  const rest = furtherEvidence(diagnosis);
  if (rest.length === 0) return [];
  return ['STILL UNKNOWN', ...rest.slice(0, 4).flatMap(({ what, how }) => [`- ${what}`, `  ${how}`])];
}

function verifyLines({ actions }: Diagnosis): string[] {
  return actions
    .filter(isVerification)
    .flatMap(({ title, why, commands }) => [
      'VERIFY',
      capital(`${title.replace(/^Verify: /, '')}; ${why}`),
      ...commands.map((command) => `  ${command}`),
    ]);
}

function rollbackLines({ actions }: Diagnosis): string[] {
  const steps = actions.filter((action) => !isVerification(action)).slice(0, 6);
  const lines = steps.flatMap(({ rollback: undo }, index) =>
    undo.length === 0 ? [] : [`To undo ${index + 1}:`, ...undo.map((command) => `   ${command}`)],
  );
  return lines.length === 0 ? [] : ['ROLL BACK', ...lines];
}

/** The text with a capital first letter. */
export const capital = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
