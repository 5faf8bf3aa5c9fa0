import { type CheckResult, comparedPaths } from '../../check/check-repository.ts';
import type { Finding, Write } from '../../check/compare/finding.ts';
import { isCompared } from '../../check/compare/keep-alive.ts';
import type { CheckSeverity } from '../../check/compare/rules.ts';
import { pathName, timeoutsText } from '../../check/document/path-text.ts';
import { BY_HAND_FILE } from '../../check/join/by-hand.ts';
import type { CheckedPath, NotJoined } from '../../check/join/path.ts';
import type { SkippedFile } from '../../check/report/json.ts';
import { writeHeading } from '../../check/report/write-text.ts';
import { style } from '../terminal.ts';
import { wrapped } from '../wrapped.ts';

const INDENT = '  ';
/** Entries of a list that are printed; the rest is counted. */
const MOST_LISTED = 20;

const MARKS: Readonly<Record<CheckSeverity, string>> = {
  error: style.red('ERROR'),
  warning: style.yellow('WARNING'),
  note: style.cyan('NOTE'),
};

/** `1 path`, `2 paths`. */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`;

type Prose = (text: string, indent?: string) => string;

const prose =
  (columns: number): Prose =>
  (text, indent = INDENT) =>
    wrapped(`${indent}${text}`, columns, indent);

/** Lines to write are for copying: they are not broken. */
const writeBlock = (write: Write, index: number, line: Prose): readonly string[] => [
  line(index === 0 ? writeHeading(write) : writeHeading(write).replace(/^Write/, 'Or instead')),
  ...write.lines.map((text) => `${INDENT}${INDENT}${text}`),
];

function findingBlock(finding: Finding, line: Prose): string {
  const { severity, rule, place, message, why, assumed, write, places } = finding;
  return [
    `${MARKS[severity]} ${style.bold(`${place.file}:${place.line}`)} ${rule}`,
    line(message),
    line(why),
    ...assumed.map((each) => line(`Assumed: ${each}.`)),
    ...write.flatMap((each, index) => writeBlock(each, index, line)),
    ...(places.length === 0
      ? []
      : [
          line(
            `See also ${places.map((other) => `${other.place.file}:${other.place.line} (${other.what})`).join(', ')}.`,
          ),
        ]),
  ].join('\n');
}

function pathLines(path: CheckedPath, line: Prose): readonly string[] {
  const note = isCompared(path) ? '' : ' (not compared)';
  return [line(`${timeoutsText(path)}${note}`), line(pathName(path), `${INDENT}${INDENT}`)];
}

function list<T>(
  title: string,
  items: readonly T[],
  render: (item: T) => readonly string[],
): readonly string[] {
  if (items.length === 0) return [];
  const more = items.length - MOST_LISTED;
  return [
    [
      style.bold(title),
      ...items.slice(0, MOST_LISTED).flatMap(render),
      ...(more > 0 ? [`${INDENT}and ${more} more; --json lists them all`] : []),
    ].join('\n'),
  ];
}

const notJoinedLines = ({ name, place, why, write }: NotJoined, line: Prose): readonly string[] => [
  line(`${place.file}:${place.line} ${name}: ${why}.`),
  ...(write === null ? [] : [`${INDENT}${INDENT}${write}`]),
];

/** The last lines: what was looked at, and how much of it could be compared. */
export function summary(result: CheckResult): string {
  const { facts, findings, accepted, paths, notJoined, unread } = result;
  const count = (severity: CheckSeverity): number =>
    findings.filter((finding) => finding.severity === severity).length;
  const compared = comparedPaths(result);
  const open = [
    ...(paths.length > compared ? [`${paths.length - compared} not compared`] : []),
    ...(notJoined.length > 0 ? [`${notJoined.length} not joined`] : []),
    ...(unread.length > 0 ? [`${unread.length} not read`] : []),
  ];
  const found =
    findings.length === 0
      ? compared === 0
        ? 'that is no all-clear'
        : 'nothing found'
      : [
          counted(count('error'), 'error'),
          counted(count('warning'), 'warning'),
          counted(count('note'), 'note'),
        ].join(', ');
  const rest = accepted.length === 0 ? '' : `; ${accepted.length} accepted in the baseline`;
  return `${counted(facts.files.length, 'file')} read, ${counted(compared, 'path')} compared${open.length === 0 ? '' : ` (${open.join(', ')})`}: ${found}${rest}.`;
}

/** The report as a person reads it: the worst finding first, the count last. */
export function renderCheck(result: CheckResult, skipped: readonly SkippedFile[], columns: number): string {
  const line = prose(columns);
  const byHand = `Not joined by any file. To join them, put their entries into ${BY_HAND_FILE}: {"paths": [ENTRY, ...]}`;
  const blocks = [
    ...result.findings.map((finding) => findingBlock(finding, line)),
    ...list('Paths', result.paths, (path) => pathLines(path, line)),
    ...list(wrapped(byHand, columns, ''), result.notJoined, (each) => notJoinedLines(each, line)),
    ...list('Not read', result.unread, ({ place, what, why }) => [
      line(`${place.file}:${place.line} ${what}: ${why}`),
    ]),
    ...list('Skipped', skipped, ({ file, why }) => [line(`${file}: ${why}`)]),
    ...list('In the baseline and not found any more; take them out', result.stale, ({ rule, key }) => [
      line(`${rule} ${key}`),
    ]),
    wrapped(summary(result), columns, ''),
  ];
  return `${blocks.join('\n\n')}\n`;
}
