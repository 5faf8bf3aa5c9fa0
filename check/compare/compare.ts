import type { CheckedPath } from '../join/path.ts';
import type { CheckedWorkload } from '../model.ts';
import { byText } from '../path-names.ts';
import { type Finding, findingOf, findingOfWorkload } from './finding.ts';
import { connectionFindings } from './keep-alive.ts';
import { SEVERITIES } from './rules.ts';
import { podFindings, shutdownFindings } from './shutdown.ts';

/** The worst first, then by file and line. */
export const worstFirst = (left: Finding, right: Finding): number =>
  SEVERITIES.indexOf(right.severity) - SEVERITIES.indexOf(left.severity) ||
  byText(left.place.file, right.place.file) ||
  left.place.line - right.place.line ||
  byText(left.rule, right.rule) ||
  byText(left.key, right.key);

/** What is wrong on the paths, and with pods that no path leads to; the same thing seen on two paths is one finding, the worst of them. */
export function compare(
  paths: readonly CheckedPath[],
  workloads: readonly CheckedWorkload[] = [],
): readonly Finding[] {
  const all = [
    ...paths.flatMap((path) =>
      [...connectionFindings(path), ...shutdownFindings(path)].map((found) => findingOf(path, found)),
    ),
    ...workloads
      .filter(({ behind }) => behind.length === 0)
      .flatMap((workload) => podFindings(workload).map((found) => findingOfWorkload(workload, found))),
  ].sort(worstFirst);
  const seen = new Set<string>();
  return all.filter(({ rule, place, message }) => {
    const same = `${rule} ${place.file}:${place.line} ${message}`;
    if (seen.has(same)) return false;
    seen.add(same);
    return true;
  });
}
