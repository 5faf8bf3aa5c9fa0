import { redactedPath } from '../tally/failing-lines.ts';
import type { Failure } from '../tally/failure.ts';
import type { KeyCounts } from '../tally/key-counts.ts';
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
}

/** Names of the paths that failures are on, the most frequent first. */
export function namesOf(view: LogView, failures: readonly Failure[], { keyOf, isRoute }: Form): Name[] {
  const { pathTexts } = view.tally;
  const sentOf = (exactPath: number): string | null => {
    const sent = pathTexts.sentOf(exactPath);
    return sent !== null && isRoute ? routeText(sent) : sent;
  };
  const byKey = new Map<number, { exactPath: number; sent: string | null; count: number }>();
  for (const failure of failures) {
    const { exactPath } = failure;
    const known = byKey.get(keyOf(failure));
    if (known === undefined) byKey.set(keyOf(failure), { exactPath, sent: sentOf(exactPath), count: 1 });
    else {
      known.count++;
      if (known.sent !== null && known.sent !== sentOf(exactPath)) known.sent = null;
    }
  }
  const ordered = [...byKey.values()].sort((a, b) => b.count - a.count);
  const names = new Map<string, Name>();
  for (const { exactPath, sent } of ordered) {
    const text = redactedPath(pathTexts.textOf(exactPath));
    const path = isRoute ? routeText(text) : text;
    if (path !== '' && !names.has(path)) names.set(path, { path, sent });
  }
  return [...names.values()];
}

/** The one route that failures are of, as clients asked for it; null where there are several. */
export function routeNameOf(view: LogView, failures: readonly Failure[]): string | null {
  const names = FORMS.filter(({ isRoute }) => isRoute).flatMap((form) => namesOf(view, failures, form));
  return names.length === 1 ? (names[0]?.path ?? null) : null;
}

/** What the target got stands beside it only where its path is another. */
const shownName = ({ path, sent }: Name): string =>
  sent === null || path.endsWith(` ${sent}`) ? path : `${path} (the target got ${sent})`;

/** The first names in one text. */
export function shownNames(names: readonly Name[]): string {
  const shown = names.slice(0, MOST_NAMED).map(shownName).join(', ') || 'one path';
  return names.length > MOST_NAMED ? `${shown} and ${names.length - MOST_NAMED} more paths` : shown;
}
