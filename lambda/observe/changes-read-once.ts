import type { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import {
  cloudTrailClient,
  type RegionChanges,
  readNetworkChanges,
  readRegionChanges,
} from './change.reader.ts';
import { CHANGES_BEFORE_MS } from './depth.ts';

/**
 * CloudTrail takes two look-ups a second for account and region, so investigations of the same minutes share one; each
 * process of the function keeps its own, and together they stay within the two.
 */
const CHANGES_FRESH_MS = 3 * 60_000;

const LOOK_UP_PAUSE_MS = 500;

interface Kept {
  readonly readAt: number;
  readonly changes: Promise<RegionChanges>;
}

type Window = { readonly start: string; readonly end: string };

const trails = new Map<string, CloudTrailClient>();
const kept = new Map<typeof readRegionChanges, Map<string, Kept>>();

/**
 * Changes of a region's load balancers up to the end of a window, read once for all looks of the same minutes.
 *
 * @param processes How many processes ask CloudTrail at the same time: each takes its part of the two look-ups a second.
 */
export const changesReadOnce = (region: string, window: Window, processes: number): Promise<RegionChanges> =>
  recentChanges(region, window, processes, readRegionChanges);

/** The same for changes of security groups and network ACLs. */
export const networkChangesReadOnce = (
  region: string,
  window: Window,
  processes: number,
): Promise<RegionChanges> => recentChanges(region, window, processes, readNetworkChanges);

function recentChanges(
  region: string,
  window: Window,
  processes: number,
  read: typeof readRegionChanges,
): Promise<RegionChanges> {
  const readAt = Date.parse(window.end);
  const byRegion = kept.get(read) ?? new Map<string, Kept>();
  kept.set(read, byRegion);
  const known = byRegion.get(region);
  if (known && readAt - known.readAt < CHANGES_FRESH_MS) return known.changes;
  const trail = trails.get(region) ?? cloudTrailClient(region, { maxAttempts: 8 });
  trails.set(region, trail);
  const start = new Date(Date.parse(window.start) - CHANGES_BEFORE_MS).toISOString();
  const pauseMs = LOOK_UP_PAUSE_MS * processes;
  const changes = read(trail, region, { start, end: window.end }, { pauseMs });
  // A failed read must not be served to the next investigation.
  changes.catch(() => byRegion.delete(region));
  byRegion.set(region, { readAt, changes });
  return changes;
}
