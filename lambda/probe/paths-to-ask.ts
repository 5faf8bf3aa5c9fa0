import { failingPaths } from '../diagnose/remedies/failing-paths.ts';
import type { FailingRequest } from '../model/access-log-summary.ts';
import { type Endpoint, endpointName } from './endpoint.ts';
import { reasonToSkipPath } from './skip-paths.ts';

/** A target that may be asked: it is registered in this group. */
export interface AskableTarget {
  readonly targetGroupArn: string;
  readonly endpoint: Endpoint;
  /** What its tags say is never to be asked; null where they cannot be read. */
  readonly skipPaths: readonly string[] | null;
}

/** A path that failed and is not asked again. */
export interface SkippedPath {
  readonly targetGroupArn: string;
  readonly path: string;
  readonly reason: string;
}

export interface PathsToAsk<T extends AskableTarget> {
  /** Those that failed most often first, each of a target that failed it. */
  readonly asks: readonly T[];
  readonly skipped: readonly SkippedPath[];
}

const MOST_PATHS_OF_GROUP = 3;

/**
 * Which paths to ask of which targets so that the failed requests are repeated without the load balancer: the paths
 * that failed most often, each of a target that failed it and is registered; none that its tags or its name forbid.
 *
 * @param skipWords - a path that has one of them is not asked
 */
export function pathsToAsk<T extends AskableTarget>(
  failing: readonly FailingRequest[],
  registered: readonly T[],
  skipWords: readonly string[],
): PathsToAsk<T> {
  const byName = new Map(registered.map((target) => [endpointName(target.endpoint), target]));
  const taken = new Map<string, number>();
  const asks: T[] = [];
  const skipped: SkippedPath[] = [];
  for (const { place, path, host } of failingPaths(failing, (name) => byName.get(name))) {
    const { targetGroupArn, skipPaths } = place;
    const reason = reasonToSkipPath(path, { paths: skipPaths, words: skipWords });
    if (reason !== null) skipped.push({ targetGroupArn, path, reason });
    else {
      const count = taken.get(targetGroupArn) ?? 0;
      taken.set(targetGroupArn, count + 1);
      if (count >= MOST_PATHS_OF_GROUP) continue;
      const hostHeader = host === null ? {} : { hostHeader: host };
      asks.push({ ...place, endpoint: { ...place.endpoint, path, ...hostHeader } });
    }
  }
  return { asks, skipped };
}
