import type { Endpoint } from './endpoint.ts';

/** A healthy target that a load balancer forwards to, as it is reached: the only thing the probe function connects to. */
export interface RegisteredTarget {
  readonly loadBalancerArn: string;
  readonly targetGroupArn: string;
  /** Address and traffic port, with the protocol and the health-check path of the group. */
  readonly endpoint: Endpoint;
  readonly idleTimeoutSeconds: number;
  /** What the tags say is never to be asked; null where they cannot be read. */
  readonly skipPaths: readonly string[] | null;
}

/** How many targets one run probes. */
export interface SampleSize {
  readonly perGroup: number;
  readonly total: number;
}

/**
 * Picks a few targets of each group, others in each turn, so that in time all are probed.
 *
 * @param turn - counts the runs
 */
export function sampleTargets(
  targets: readonly RegisteredTarget[],
  { perGroup, total }: SampleSize,
  turn: number,
): readonly RegisteredTarget[] {
  const groups = new Map<string, RegisteredTarget[]>();
  for (const target of targets) {
    const group = groups.get(target.targetGroupArn);
    if (group) group.push(target);
    else groups.set(target.targetGroupArn, [target]);
  }
  const picked = [...groups.values()].map((group) => rotated(group, turn * perGroup).slice(0, perGroup));
  // One of each group comes before the second of any, and no group waits forever where there are too many.
  const byRank = Array.from({ length: perGroup }, (_, rank) => picked.flatMap((group) => group[rank] ?? []));
  const [first = [], ...others] = byRank;
  return [...rotated(first, turn * total), ...others.flat()].slice(0, total);
}

/** The items from the Nth on, then those before it. */
export function rotated<T>(items: readonly T[], by: number): readonly T[] {
  const start = items.length === 0 ? 0 : by % items.length;
  return [...items.slice(start), ...items.slice(0, start)];
}
