import { endMonitoring } from '../investigate/end-monitoring.ts';
import type { MonitorStore } from '../store/monitor-store.ts';

/** So many at a time: the screening has a minute, and the next one goes on. */
const MOST_ENDED_AT_ONCE = 25;

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
    for (const { loadBalancerArn } of left.slice(0, MOST_ENDED_AT_ONCE)) {
      const stored = await store.load(loadBalancerArn);
      const reason = `${region} is no longer watched`;
      await endMonitoring({ loadBalancerArn, region, stored, reason, dashboardUrl, clock: now() }, store);
    }
    if (left.length <= MOST_ENDED_AT_ONCE) await store.forgetRegion(region);
    sentences.push(
      `${region} is no longer watched: stopped monitoring ${Math.min(left.length, MOST_ENDED_AT_ONCE)}`,
    );
  }
  return sentences;
}
