import type { ScreenedRegion } from '../store/monitor-store.ts';
import { type Html, html } from './html.ts';

/** What is not seen of a region, a line each; nothing where everything is. */
export function renderRegionNotes(regions: readonly ScreenedRegion[]): Html {
  const named = (of: (region: ScreenedRegion) => boolean): string =>
    regions
      .filter(of)
      .map(({ region }) => region)
      .sort()
      .join(', ');
  const denied = named(({ progress }) => (progress.deniedAt ?? null) !== null);
  const silent = named(({ progress }) => progress.trail?.state === 'none');
  return html`${denied === '' ? null : html`<p><strong>Not watched: ${denied}.</strong> A policy denies it; name it in <b>excludedRegions</b> or allow it.</p>`}${silent === '' ? null : html`<p><strong>No CloudTrail trail in ${silent}.</strong> Changes of configuration are noticed late there, within <b>postureHours</b>, and after a 502.</p>`}`;
}
