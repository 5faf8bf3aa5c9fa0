import { endMonitoring } from '../investigate/end-monitoring.ts';
import type { MonitorStore } from '../store/monitor-store.ts';

/** So many at a time: the screening has a minute, and the next one goes on. */
const LET_GO_AT_ONCE = 25;

export interface DroppedRegionPorts {
  /** ISO time. */
  readonly now: () => string;
  readonly store: MonitorStore;
  readonly dashboardUrl: string | null;
}

/**
 * Closes the alerts of regions that were taken out of the configuration, and takes their load balancers off the
 * overview: nobody looks at them any more, so they would stay as they were for ever.
 *
 * @param watched - regions that are screened now
 * @returns one sentence for each region
 */
export async function endMonitoringOfDroppedRegions(
  watched: readonly string[],
  { now, store, dashboardUrl }: DroppedRegionPorts,
): Promise<readonly string[]> {
  const dropped = (await store.screenedRegions())
    .map(({ region }) => region)
    .filter((region) => !watched.includes(region));
  if (dropped.length === 0) return [];
  const fleet = await store.fleet();
  const sentences: string[] = [];
  for (const region of dropped) {
    const left = fleet.filter((entry) => entry.region === region);
    for (const { loadBalancerArn } of left.slice(0, LET_GO_AT_ONCE)) {
      const stored = await store.load(loadBalancerArn);
      const reason = `${region} is not watched any more`;
      await endMonitoring({ loadBalancerArn, region, stored, reason, dashboardUrl, clock: now() }, store);
    }
    if (left.length <= LET_GO_AT_ONCE) await store.forgetRegion(region);
    sentences.push(`${region} is watched no more: let go of ${Math.min(left.length, LET_GO_AT_ONCE)}`);
  }
  return sentences;
}
