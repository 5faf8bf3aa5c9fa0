import Table from 'cli-table3';
import { plainName } from '../lambda/alert/fingerprint.ts';
import { oneLine, share } from '../lambda/alert/render/text-format.ts';
import type { Diagnosis } from '../lambda/model/diagnosis.ts';
import { thousands } from '../lambda/model/thousands.ts';
import { shortCause } from './diagnosis-headline.ts';
import { severityMark } from './severity-mark.ts';
import { style } from './terminal.ts';
import { wrapped } from './wrapped.ts';

/** Below this a table has no room for its words, and each load balancer gets a few lines instead. */
const TABLE_COLUMNS = 76;
const SEVERITY_COLUMNS = 10;
const MOST_NAME_COLUMNS = 24;
const COUNT_COLUMNS = 9;
const HEAD = ['severity', 'load balancer', '502s', 'cause', 'what to do first'];

interface Row {
  readonly severity: Diagnosis['severity'];
  readonly name: string;
  /** How many and what share, `84` and `0.42 %`; empty where there was none. */
  readonly failures: readonly string[];
  readonly cause: string;
  readonly todo: string;
}

/**
 * One row for each load balancer, in the order given: what it is called, how bad it is, how many 502s, why, and one
 * thing to do.
 *
 * @param columns - of the terminal; a narrow one gets a few lines for each instead of a table
 */
export function renderTable(diagnoses: readonly Diagnosis[], columns: number): string {
  const regions = new Set(diagnoses.map(({ region }) => region));
  const rows = diagnoses.map((diagnosis) => rowOf(diagnosis, regions.size > 1));
  return columns < TABLE_COLUMNS
    ? rows.map((row) => stackedLines(row, columns)).join('\n')
    : tableOf(rows, columns);
}

function rowOf(diagnosis: Diagnosis, withRegion: boolean): Row {
  const { severity, loadBalancerArn, region, symptom, actions } = diagnosis;
  const name = plainName(loadBalancerArn);
  return {
    severity,
    name: oneLine(withRegion ? `${name} (${region})` : name),
    failures: symptom.count === 0 ? [] : [thousands(symptom.count), share(symptom.ratio)],
    cause: oneLine(shortCause(diagnosis)),
    todo: oneLine(actions[0]?.title ?? ''),
  };
}

function tableOf(rows: readonly Row[], columns: number): string {
  const longest = Math.max(...rows.map(({ name }) => name.length), 'load balancer'.length) + 2;
  const nameColumns = Math.min(MOST_NAME_COLUMNS, longest);
  const left = columns - SEVERITY_COLUMNS - nameColumns - COUNT_COLUMNS;
  const causeColumns = Math.floor(left * 0.42);
  const table = new Table({
    head: HEAD,
    colWidths: [SEVERITY_COLUMNS, nameColumns, COUNT_COLUMNS, causeColumns, left - causeColumns],
    wordWrap: true,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 1 },
    chars: NO_LINES,
  });
  for (const { severity, name, failures, cause, todo } of rows)
    table.push([
      severityMark(severity),
      atHyphens(name, nameColumns - 1),
      failures.join('\n'),
      atHyphens(cause, causeColumns - 1),
      todo,
    ]);
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

/** Breaks words that are wider than their column at hyphens, where the table would cut them. */
const atHyphens = (text: string, columns: number): string =>
  text
    .split(' ')
    .map((word) => (word.length <= columns ? word : brokenAtHyphens(word, columns)))
    .join(' ');

function brokenAtHyphens(word: string, columns: number): string {
  const lines = [''];
  for (const part of word.split(/(?<=-)/)) {
    const line = `${lines.at(-1)}${part}`;
    if (line.length > columns) lines.push(part);
    else lines[lines.length - 1] = line;
  }
  return lines.filter((line) => line !== '').join('\n');
}

const NO_LINES = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '',
} as const;

function stackedLines({ severity, name, failures, cause, todo }: Row, columns: number): string {
  const [count, ratio] = failures;
  const failed = count === undefined ? 'no 502' : `${count} 502${count === '1' ? '' : 's'} (${ratio})`;
  return [
    `${severityMark(severity)} ${style.bold(name)}: ${failed}`,
    `  ${cause}`,
    ...(todo === '' ? [] : [`  to do: ${todo}`]),
  ]
    .map((line) => wrapped(line, columns, '    '))
    .join('\n');
}
