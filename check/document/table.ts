import { InputError } from '../../lambda/model/failure.ts';
import type { CheckedPath } from '../join/path.ts';
import { byText } from '../path-names.ts';
import { pathName, timeoutsText } from './path-text.ts';

/** A row of the documented table. */
export interface TimeoutRow {
  readonly path: string;
  readonly timeouts: string;
}

/** A documented table and where it stands. */
export interface TimeoutTable {
  /** The line of its first marker, from 1. */
  readonly line: number;
  /** The idle timeout that was given by hand when it was written; null where files said it. */
  readonly idleTimeoutSeconds: number | null;
  readonly rows: readonly (TimeoutRow & { readonly line: number })[];
}

const BEGIN = /^<!-- alb502 timeouts\b([^>]*)-->\s*$/;
const END = /^<!-- end of alb502 timeouts -->\s*$/;
const END_LINE = '<!-- end of alb502 timeouts -->';

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll(/\s+/g, ' ');

/** The rows for some paths, each once, sorted. */
export function rowsOf(paths: readonly CheckedPath[]): readonly TimeoutRow[] {
  const rows = paths.map((path) => ({ path: cell(pathName(path)), timeouts: cell(timeoutsText(path)) }));
  const unique = new Map(rows.map((row) => [`${row.path}|${row.timeouts}`, row]));
  return [...unique.values()].sort(
    (left, right) => byText(left.path, right.path) || byText(left.timeouts, right.timeouts),
  );
}

/** The table with its markers, as Markdown. */
export function renderTable(paths: readonly CheckedPath[], idleTimeoutSeconds: number | null): string {
  const given = idleTimeoutSeconds === null ? '' : ` idle-timeout=${idleTimeoutSeconds}`;
  return [
    `<!-- alb502 timeouts${given} (written by: alb502 check --document) -->`,
    '',
    '| From load balancer to server | Idle timeout < keep-alive |',
    '|---|---|',
    ...rowsOf(paths).map(({ path, timeouts }) => `| ${path} | ${timeouts} |`),
    '',
    END_LINE,
  ].join('\n');
}

function rowOf(text: string): TimeoutRow | null {
  const cells = text
    .split(/(?<!\\)\|/)
    .slice(1, -1)
    .map((part) => part.trim());
  const [path, timeouts] = cells;
  if (path === undefined || timeouts === undefined || /^:?-+:?$/.test(path)) return null;
  return { path, timeouts };
}

/** The tables in a Markdown file; the end of one is a marker, or the end of the file. */
export function tablesIn(text: string): readonly TimeoutTable[] {
  const lines = text.split(/\r?\n/);
  return lines.flatMap((line, begin) => {
    const found = BEGIN.exec(line);
    if (found === null) return [];
    const length = lines.slice(begin + 1).findIndex((other) => END.test(other) || BEGIN.test(other));
    const body = lines.slice(begin + 1, length < 0 ? lines.length : begin + 1 + length);
    const rows = body.flatMap((other, index) => {
      const row = other.startsWith('|') ? rowOf(other) : null;
      return row === null ? [] : [{ ...row, line: begin + 2 + index }];
    });
    const seconds = Number(/\bidle-timeout=(\d+(?:\.\d+)?)\b/.exec(found[1] ?? '')?.[1]);
    return [
      {
        line: begin + 1,
        idleTimeoutSeconds: Number.isFinite(seconds) ? seconds : null,
        // The first is the heading.
        rows: rows.slice(1),
      },
    ];
  });
}

/**
 * A Markdown file with its first table written anew; a file without one gets it as a section at its end.
 *
 * @throws InputError where the end of the table is missing: what is below it could be lost
 */
export function withTable(file: string, text: string, table: string): string {
  const lines = text.split('\n');
  const begin = lines.findIndex((line) => BEGIN.test(line.trimEnd()));
  if (begin < 0) return `${text.trimEnd()}${text.trim() === '' ? '' : '\n\n'}## Timeouts\n\n${table}\n`;
  const length = lines.slice(begin + 1).findIndex((line) => END.test(line));
  if (length < 0)
    throw new InputError(
      `${file}:${begin + 1}: the table of timeouts has no end; put the line ${END_LINE} below it`,
    );
  return [...lines.slice(0, begin), table, ...lines.slice(begin + length + 2)].join('\n');
}
