import type { Finding } from '../compare/finding.ts';
import { RULES } from '../compare/rules.ts';
import type { CheckedPath } from '../join/path.ts';
import type { SourceFile } from '../model.ts';
import { rowsOf, type TimeoutRow, tablesIn } from './table.ts';

interface Difference {
  readonly line: number;
  readonly path: string;
  readonly message: string;
}

/** Rows of one path stand together: two servers can share it. */
function differences(
  table: ReturnType<typeof tablesIn>[number],
  now: readonly TimeoutRow[],
): readonly Difference[] {
  const isIn = (rows: readonly TimeoutRow[], row: TimeoutRow): boolean =>
    rows.some(({ path, timeouts }) => path === row.path && timeouts === row.timeouts);
  const changed = table.rows.flatMap((row) => {
    if (isIn(now, row)) return [];
    const here = now.filter(({ path }) => path === row.path).map(({ timeouts }) => timeouts);
    const message =
      here.length === 0
        ? `The documented path ${row.path} is not found in the files any more.`
        : `${row.path} is documented as "${row.timeouts}"; the files say "${here.join('" and "')}".`;
    return [{ line: row.line, path: row.path, message }];
  });
  const missing = now
    .filter((row) => !table.rows.some(({ path }) => path === row.path))
    .map((row) => ({
      line: table.line,
      path: row.path,
      message: `${row.path} is not documented; the files say "${row.timeouts}".`,
    }));
  return [...changed, ...missing];
}

/** The idle timeout with which a documented table was written; null where none has one. */
export function documentedIdleTimeout(documents: readonly SourceFile[]): number | null {
  const all = documents
    .flatMap(({ text }) => tablesIn(text))
    .map(({ idleTimeoutSeconds }) => idleTimeoutSeconds);
  return all.find((seconds) => seconds !== null) ?? null;
}

/** Where documented tables differ from what the files say. */
export function driftOf(documents: readonly SourceFile[], paths: readonly CheckedPath[]): readonly Finding[] {
  const now = rowsOf(paths);
  return documents.flatMap(({ path: file, text }) =>
    tablesIn(text)
      .flatMap((table) => differences(table, now))
      .map(({ line, path, message }) => ({
        rule: 'documented-timeouts-drift',
        severity: 'warning',
        key: `${file} | ${path}`,
        place: { file, line },
        places: [],
        message,
        why: RULES['documented-timeouts-drift'].why,
        assumed: [],
        write: [{ place: null, where: 'if the files are right', lines: [`alb502 check --document ${file}`] }],
      })),
  );
}
