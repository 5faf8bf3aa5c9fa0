import type { FailingRequest } from '../model/access-log-summary.ts';
import { type Endpoint, endpointName } from './endpoint.ts';

/** A target that may be asked: it is registered in this group. */
export interface AskableTarget {
  readonly targetGroupArn: string;
  readonly endpoint: Endpoint;
}

const MOST_PATHS_OF_GROUP = 3;
/** What redaction leaves behind: the path is not whole, so asking for it would show nothing. */
const REDACTED = /…|\[redacted\]|\*\*\*/i;

/**
 * Which paths to ask of which targets so that the failed requests are repeated without the load balancer: the paths
 * that failed most often, each of a target that failed it. Only GET, which by RFC 9110 (section 9.2.1) changes nothing,
 * and only targets that are registered.
 */
export function pathsToAsk<T extends AskableTarget>(
  failing: readonly FailingRequest[],
  registered: readonly T[],
): readonly T[] {
  const byName = new Map(registered.map((target) => [endpointName(target.endpoint), target]));
  const counted = new Map<string, { readonly ask: T; failures: number }>();
  for (const { method, url, target } of failing) {
    const found = target === null ? undefined : byName.get(target);
    const path = pathOf(url);
    if (method !== 'GET' || found === undefined || path === null) continue;
    const key = `${found.targetGroupArn} ${path}`;
    const known = counted.get(key);
    if (known) known.failures += 1;
    else counted.set(key, { ask: { ...found, endpoint: { ...found.endpoint, path } }, failures: 1 });
  }
  const most = [...counted.values()].sort((left, right) => right.failures - left.failures);
  const taken = new Map<string, number>();
  return most.flatMap(({ ask }) => {
    const count = taken.get(ask.targetGroupArn) ?? 0;
    taken.set(ask.targetGroupArn, count + 1);
    return count < MOST_PATHS_OF_GROUP ? [ask] : [];
  });
}

function pathOf(url: string): string | null {
  if (REDACTED.test(url)) return null;
  const path = /^https?:\/\/[^/]*(\/[\x21-\x7e]*)$/i.exec(url)?.[1];
  return path ?? null;
}
