import { plainName } from '../lambda/alert/fingerprint.ts';
import { diagnosisSections, linesOf } from '../lambda/alert/render/sections.ts';
import { oneLine } from '../lambda/alert/render/text-format.ts';
import { type Diagnosis, SEVERITIES, type Severity } from '../lambda/model/diagnosis.ts';
import { inTextOrder } from '../lambda/model/text-order.ts';
import { headline } from './diagnosis-headline.ts';
import { renderTable } from './diagnosis-table.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import type { ReportOptions } from './report-options.ts';
import { severityMark } from './severity-mark.ts';
import { style as colors, printJson, printText, proseColumns } from './terminal.ts';
import type { Unread } from './unread.ts';
import { wrapped } from './wrapped.ts';

/** Names of load balancers without findings that are listed. */
const MOST_QUIET_NAMES = 20;

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

/** What a person is told besides. */
export interface ReportContext extends ReportOptions {
  /** Account and regions, or files: for the last line. */
  readonly where: string;
  /** What AWS did not let the scan read. */
  readonly unread: readonly Unread[];
  /** Whether load balancers were asked for by name: their findings are then printed in full. */
  readonly named: boolean;
  /** What the command takes to print one in full; null where it can only print all. */
  readonly detailsWith: string | null;
}

const rank = (severity: Severity): number => SEVERITIES.indexOf(severity);

/** The worst first, and of these the one with the most 502s. */
export const worstFirst = (left: Diagnosis, right: Diagnosis): number =>
  rank(right.severity) - rank(left.severity) ||
  right.symptom.count - left.symptom.count ||
  inTextOrder(left.loadBalancerArn, right.loadBalancerArn);

/** `info`, where none was asked for: everything that was found. */
const isNoticed = ({ severity }: Diagnosis, least: Severity = 'info'): boolean =>
  rank(severity) >= rank(least);

/** 1 where anything is worth a look: 502s, a mismatch, drift, or a load balancer that could not be judged. */
export function exitCodeOf({ diagnoses }: DiagnosisReport, least?: Severity): ExitCode {
  return diagnoses.some((diagnosis) => isNoticed(diagnosis, least)) ? EXIT.found : EXIT.nothingFound;
}

/** Prints a report to stdout: as JSON, or for a person. */
export function printReport(report: DiagnosisReport, context: ReportContext): void {
  if (context.json) printJson({ version: 1, ...report });
  else printText(renderReport(report, context, proseColumns()));
}

/**
 * The report as a person reads it. Of one load balancer, of those that were asked for by name, and with `--details` it
 * has every finding in full; of several the table stands last, because the end is what a terminal shows.
 */
export function renderReport(
  { diagnoses, skipped }: DiagnosisReport,
  context: ReportContext,
  columns: number,
): string {
  const noticed = diagnoses.filter((diagnosis) => isNoticed(diagnosis, context.minSeverity)).sort(worstFirst);
  const several = diagnoses.length > 1;
  const full = !context.summary && (context.details || context.named || !several);
  const tabular = context.summary || several;
  const prose = (lines: readonly string[]) => lines.map((line) => wrapped(line, columns, '   '));
  const blocks = full ? noticed.map((diagnosis) => renderDiagnosis(diagnosis, columns)) : [];
  const closing = [
    ...prose(skipped.map(skippedLine)),
    ...(full && !several ? [] : prose(context.unread.map(unreadLine))),
    ...(tabular && noticed.length > 0 ? ['', renderTable(noticed, columns), ''] : []),
    ...prose(quietLines(diagnoses, context.minSeverity)),
    ...prose([
      `${diagnoses.length} load balancer${several || diagnoses.length === 0 ? 's' : ''} looked at, ${noticed.length} ${context.minSeverity === undefined ? 'with findings' : `at least ${context.minSeverity}`} (${oneLine(context.where)})`,
      ...(full || noticed.length === 0 ? [] : [detailsLine(context, several)]),
    ]),
  ];
  return [...blocks, `${closing.join('\n').replace(/^\n+/, '')}\n`].join(
    `${'-'.repeat(Math.min(columns, 72))}\n`,
  );
}

function detailsLine({ detailsWith, named, summary }: ReportContext, several: boolean): string {
  const how =
    summary && (named || !several)
      ? 'without --summary'
      : `with ${detailsWith === null ? '' : `${detailsWith}, or for all with `}--details`;
  return `Why, the commands and how to undo them: the same command ${how}`;
}

const skippedLine = ({ resource, reason }: Skipped): string =>
  `${colors.cyan('skipped')} ${oneLine(resource)}: ${oneLine(reason)}`;

const unreadLine = ({ what, reason, loadBalancers }: Unread): string =>
  `${colors.yellow('not read')} for ${loadBalancers} load balancer${loadBalancers === 1 ? '' : 's'}: ${oneLine(what)} (${oneLine(reason)})`;

/** Those with nothing to say, and those with less than was asked for. */
function quietLines(diagnoses: readonly Diagnosis[], least: Severity | undefined): string[] {
  const quiet = diagnoses.filter(({ severity }) => severity === 'none');
  const less = diagnoses.filter((diagnosis) => isNoticed(diagnosis) && !isNoticed(diagnosis, least));
  return [
    ...(less.length === 0 ? [] : [`${less.length} less severe than ${least}: ${namesOf(less)}`]),
    ...(quiet.length === 0
      ? []
      : [`${colors.green('ok')} ${quiet.length} without findings: ${namesOf(quiet)}`]),
  ];
}

function namesOf(diagnoses: readonly Diagnosis[]): string {
  const names = diagnoses.slice(0, MOST_QUIET_NAMES).map(({ loadBalancerArn }) => plainName(loadBalancerArn));
  const more = diagnoses.length - names.length;
  return oneLine(`${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`);
}

function renderDiagnosis(diagnosis: Diagnosis, columns: number): string {
  const { severity, loadBalancerArn, region } = diagnosis;
  const name = colors.bold(oneLine(plainName(loadBalancerArn)));
  const first = `${severityMark(severity)} ${name} (${oneLine(region)}): ${headline(diagnosis)}`;
  const body = linesOf(diagnosisSections(diagnosis));
  const lines = body.split('\n').map((line) => styled(line, columns));
  return `${wrapped(first, columns, '  ')}\n\n${lines.join('\n')}`;
}

/** Commands stay on one line, so that they can be copied; prose is wrapped under its own indent. */
function styled(line: string, columns: number): string {
  if (/^[A-Z][A-Z ]+(\(.*\))?$/.test(line)) return colors.bold(line);
  const indent = /^ */.exec(line)?.[0] ?? '';
  if (indent !== '' && !/^ *[A-Z]/.test(line)) return colors.cyan(line);
  return wrapped(line, columns, `${indent}${/^ *(\d+\.|[+-]) /.test(line) ? '   ' : ''}`);
}
