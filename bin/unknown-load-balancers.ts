import {
  type UnknownLoadBalancer,
  unknownLoadBalancerError,
} from '../lambda/observe/load-balancer-selection.ts';

/**
 * A name that no region knows is a mistake; a name that one region knows is not.
 *
 * @throws InputError naming it, with names that are near
 */
export function complainAboutUnknown(
  scans: readonly { readonly unknown: readonly UnknownLoadBalancer[]; readonly failed: boolean }[],
  wanted: readonly string[],
  regions: readonly string[],
): void {
  for (const name of wanted) {
    const misses = scans.map(({ unknown }) => unknown.find((entry) => entry.wanted === name));
    const reachable = scans.some(({ failed }) => !failed);
    if (!reachable || misses.some((miss, index) => miss === undefined && scans[index]?.failed === false))
      continue;
    const near = [...new Set(misses.flatMap((miss) => miss?.near ?? []))];
    throw unknownLoadBalancerError({ wanted: name, near }, regions);
  }
}
