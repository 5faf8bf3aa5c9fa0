import wrapAnsi from 'wrap-ansi';
import { plainName } from '../lambda/alert/fingerprint.ts';
import { diagnosisSections, linesOf } from '../lambda/alert/render/sections.ts';
import { oneLine, percent, sentenceOf } from '../lambda/alert/render/words.ts';
import type { Diagnosis } from '../lambda/model/diagnosis.ts';
import { likelihoodWords } from '../lambda/model/likelihood.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { style as colors, printJson, printText, proseColumns } from './terminal.ts';

/** Something that was not looked at, and why. */
export interface Skipped {
  readonly resource: string;
  readonly reason: string;
}

/** What scan and diagnose print with `--json` (contract, version 1). */
export interface DiagnosisReport {
  readonly diagnoses: readonly Diagnosis[];
  readonly skipped: readonly Skipped[];
}

/** 1 where anything is worth a look: 502s, a mismatch, drift, or a load balancer that could not be judged. */
export function exitCodeOf({ diagnoses }: DiagnosisReport): ExitCode {
  return diagnoses.some(({ severity }) => severity !== 'none') ? EXIT.found : EXIT.nothingFound;
}

/**
 * Prints a report to stdout: as JSON, or for a person.
 *
 * @param where - account and regions, for the last line
 */
export function printReport(report: DiagnosisReport, json: boolean, where: string): void {
  if (json) printJson({ version: 1, ...report });
  else printText(renderReport(report, where, proseColumns()));
}

const MARK: Readonly<Record<Diagnosis['severity'], (text: string) => string>> = {
  critical: colors.red,
  warning: colors.yellow,
  info: colors.cyan,
  none: colors.green,
};

/** The report as a person reads it: the worst first, the quiet ones in one line, what was left out last. */
export function renderReport(
  { diagnoses, skipped }: DiagnosisReport,
  where: string,
  columns: number,
): string {
  const noticed = diagnoses.filter(({ severity }) => severity !== 'none');
  const quiet = diagnoses.filter(({ severity }) => severity === 'none');
  const blocks = noticed.map((diagnosis) => renderDiagnosis(diagnosis, columns));
  const names = oneLine(quiet.map(({ loadBalancerArn }) => plainName(loadBalancerArn)).join(', '));
  const closing = [
    ...(quiet.length === 0 ? [] : [`${colors.green('ok')} ${quiet.length} without findings: ${names}`]),
    ...skipped.map(
      ({ resource, reason }) => `${colors.cyan('skipped')} ${oneLine(resource)}: ${oneLine(reason)}`,
    ),
    `${diagnoses.length} load balancer${diagnoses.length === 1 ? '' : 's'} looked at, ${noticed.length} with findings (${oneLine(where)})`,
  ];
  return [...blocks, `${closing.map((line) => wrap(line, columns, '   ')).join('\n')}\n`].join(
    `${'-'.repeat(Math.min(columns, 72))}\n`,
  );
}

function headline(diagnosis: Diagnosis): string {
  const { verdict, probability, mismatches, symptom, drift } = diagnosis;
  if (verdict === 'undetermined') return 'cause unclear';
  if (verdict !== null)
    return `${verdict} (${likelihoodWords(probability)}, ${percent(probability)}): ${sentenceOf(verdict)}`;
  if (mismatches.length > 0)
    return `${symptom.known === false ? 'whether there were 502s is not known, and' : 'no 502 yet, but'} the keep-alive does not outlast the idle timeout`;
  if (drift.length > 0) return 'configuration differs from its baseline';
  return symptom.count === 0 ? 'its 502s could not be counted' : 'no finding';
}

function renderDiagnosis(diagnosis: Diagnosis, columns: number): string {
  const { severity, loadBalancerArn, region } = diagnosis;
  const mark = MARK[severity](severity.toUpperCase());
  const first = `${mark} ${colors.bold(oneLine(plainName(loadBalancerArn)))} (${oneLine(region)}): ${headline(diagnosis)}`;
  const body = linesOf(diagnosisSections(diagnosis));
  const lines = body.split('\n').map((line) => styled(line, columns));
  return `${wrap(first, columns, '  ')}\n\n${lines.join('\n')}`;
}

/** Commands stay on one line, so that they can be copied; prose is wrapped under its own indent. */
function styled(line: string, columns: number): string {
  if (/^[A-Z][A-Z ]+(\(.*\))?$/.test(line)) return colors.bold(line);
  const indent = /^ */.exec(line)?.[0] ?? '';
  if (indent !== '' && !/^ *[A-Z]/.test(line)) return colors.cyan(line);
  return wrap(line, columns, `${indent}${/^ *(\d+\.|[+-]) /.test(line) ? '   ' : ''}`);
}

function wrap(line: string, columns: number, indent: string): string {
  const [first = '', ...rest] = wrapAnsi(line, columns - indent.length, { trim: false }).split('\n');
  return [first, ...rest.map((part) => `${indent}${part.trimStart()}`)]
    .map((part) => part.trimEnd())
    .join('\n');
}
