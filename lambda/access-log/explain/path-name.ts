import { redactedPath } from '../tally/failing-lines.ts';
import type { Failure } from '../tally/failure.ts';
import type { KeyCounts } from '../tally/key-counts.ts';
import { counted } from './fact-text.ts';
import type { LogView } from './log-view.ts';

const MOST_NAMED = 3;

/** How a path is told apart: as it is, or by its route, in which ids count as one. */
export interface Form {
  readonly keyOf: (failure: Failure) => number;
  readonly countsOf: (view: LogView) => KeyCounts;
  readonly isRoute: boolean;
}

export const FORMS: readonly Form[] = [
  { keyOf: ({ exactPath }) => exactPath, countsOf: ({ tally }) => tally.exactPaths, isRoute: false },
  { keyOf: ({ route }) => route, countsOf: ({ tally }) => tally.routes, isRoute: true },
];

/** A segment with a digit in it, but for versions, is an id. */
const routeText = (path: string): string =>
  path.replace(/\/[^/?#\s]*\d[^/?#\s]*/g, (segment) => (/^\/v\d{1,2}$/.test(segment) ? segment : '/*'));

/** A path as clients asked for it, with the method, and as the targets got it where a rule rewrote it. */
export interface Name {
  readonly path: string;
  readonly sent: string | null;
  /** How many paths have this name, as far as failures are of them. */
  readonly paths: number;
}

/** Names of the paths that failures are on, the most frequent first. */
export function namesOf(view: LogView, failures: readonly Failure[], { keyOf, isRoute }: Form): Name[] {
  const { pathTexts } = view.tally;
  const sentOf = (exactPath: number): string | null => {
    const sent = pathTexts.sentOf(exactPath);
    return sent !== null && isRoute ? routeText(sent) : sent;
  };
  const byKey = new Map<
    number,
    { exactPath: number; sent: string | null; count: number; paths: Set<number> }
  >();
  for (const failure of failures) {
    const { exactPath } = failure;
    const known = byKey.get(keyOf(failure));
    if (known === undefined)
      byKey.set(keyOf(failure), {
        ...{ exactPath, sent: sentOf(exactPath), count: 1 },
        paths: new Set([exactPath]),
      });
    else {
      known.count++;
      known.paths.add(exactPath);
      if (known.sent !== null && known.sent !== sentOf(exactPath)) known.sent = null;
    }
  }
  const ordered = [...byKey.values()].sort((a, b) => b.count - a.count);
  const names = new Map<string, Name>();
  for (const { exactPath, sent, paths } of ordered) {
    const text = redactedPath(pathTexts.textOf(exactPath));
    const path = isRoute ? routeText(text) : text;
    if (path !== '' && !names.has(path)) names.set(path, { path, sent, paths: paths.size });
  }
  return [...names.values()];
}

/** The one route that failures are of, as clients asked for it; null where there are several. */
export function routeNameOf(view: LogView, failures: readonly Failure[]): string | null {
  const names = FORMS.filter(({ isRoute }) => isRoute).flatMap((form) => namesOf(view, failures, form));
  return names.length === 1 ? (names[0]?.path ?? null) : null;
}

/** A route that reads as if it were all paths: those of a scanner, say. */
const BELOW_ROOT = ' /*';

/** What the target got stands beside it only where its path is another. */
const shownName = ({ path, sent, paths }: Name): string =>
  path.endsWith(BELOW_ROOT)
    ? `${path.slice(0, -BELOW_ROOT.length)} of ${counted(paths, 'path')} directly below /`
    : sent === null || path.endsWith(` ${sent}`)
      ? path
      : `${path} (the target got ${sent})`;

/** The first names in one text. */
export function shownNames(names: readonly Name[]): string {
  const shown = names.slice(0, MOST_NAMED).map(shownName).join(', ') || 'one path';
  return names.length > MOST_NAMED
    ? `${shown} and ${counted(names.length - MOST_NAMED, 'more path')}`
    : shown;
}
