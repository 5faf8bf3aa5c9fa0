import { failingPaths } from '../diagnose/failing-paths.ts';
import type { FailingRequest } from '../model/access-log-summary.ts';
import { type Endpoint, endpointName } from './endpoint.ts';

/** A target that may be asked: it is registered in this group. */
export interface AskableTarget {
  readonly targetGroupArn: string;
  readonly endpoint: Endpoint;
}

const MOST_PATHS_OF_GROUP = 3;

/**
 * Which paths to ask of which targets so that the failed requests are repeated without the load balancer: the paths
 * that failed most often, each of a target that failed it and is registered.
 */
export function pathsToAsk<T extends AskableTarget>(
  failing: readonly FailingRequest[],
  registered: readonly T[],
): readonly T[] {
  const byName = new Map(registered.map((target) => [endpointName(target.endpoint), target]));
  const taken = new Map<string, number>();
  return failingPaths(failing, (name) => byName.get(name)).flatMap(({ place, path }) => {
    const count = taken.get(place.targetGroupArn) ?? 0;
    taken.set(place.targetGroupArn, count + 1);
    return count < MOST_PATHS_OF_GROUP ? [{ ...place, endpoint: { ...place.endpoint, path } }] : [];
  });
}
