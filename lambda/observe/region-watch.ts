import type { Settings } from '../env.ts';

/** A region that is enabled today is watched within this. */
const FRESH_MS = 3_600_000;

/**
 * Which regions to watch: those that are named, the monitor's own where none is, or all that the account has enabled,
 * which is asked once an hour and process. Where that cannot be read, what was read last still holds.
 *
 * @param readEnabled - rejects where the regions cannot be read
 * @param now - epoch milliseconds
 */
export function regionWatch(
  readEnabled: (region: string) => Promise<readonly string[]>,
  now: () => number = Date.now,
): (settings: Pick<Settings, 'regions' | 'excludedRegions'>, own: string) => Promise<readonly string[]> {
  let kept: { readonly readAt: number; readonly regions: readonly string[] } | null = null;
  return async ({ regions: wanted, excludedRegions }, own) => {
    if (wanted !== 'all') return wanted.length > 0 ? [...new Set(wanted)] : [own];
    const watched = (enabled: readonly string[]) => enabled.filter((name) => !excludedRegions.includes(name));
    if (kept && now() - kept.readAt < FRESH_MS) return watched(kept.regions);
    try {
      kept = { readAt: now(), regions: await readEnabled(own) };
    } catch (error) {
      if (!kept) throw error;
    }
    return watched(kept.regions);
  };
}
