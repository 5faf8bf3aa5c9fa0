import { thousands } from '../model/thousands.ts';
import type { ScreenedRegion } from '../store/monitor-store.ts';
import type { FleetTable } from './fleet-content.ts';
import { type Html, html } from './html.ts';
import { timeText } from './time.ts';

const HOUR_MS = 3_600_000;

/** What is known of the watch, whatever was found. */
export type Watch = Pick<FleetTable, 'fleet' | 'regions' | 'postureHours' | 'frame'>;

const newestOf = (times: readonly (string | null)[]): string | null =>
  times
    .filter((time) => time !== null)
    .sort()
    .at(-1) ?? null;

const regionsWord = (count: number): string => (count === 1 ? '1 region' : `${thousands(count)} regions`);

const load = (count: number): string =>
  count === 1 ? '1 load balancer' : `${thousands(count)} load balancers`;

const pendingOf = (regions: readonly ScreenedRegion[]): number =>
  regions.reduce((sum, { progress }) => sum + progress.posturePending.length, 0);

/** When the configuration of every load balancer is looked at next; null where that is going on or not known. */
function nextPassAt({ regions, postureHours }: Watch): string | null {
  const next = regions
    .map(({ progress }) => progress)
    .filter(
      ({ passStartedAt, passAfterArn, posturePending }) =>
        passStartedAt !== null && passAfterArn === null && posturePending.length === 0,
    )
    .map(({ passStartedAt }) => Date.parse(passStartedAt ?? '') + postureHours * HOUR_MS)
    .filter(Number.isFinite);
  return next.length === 0 ? null : new Date(Math.min(...next)).toISOString();
}

/** What was looked at, when, and when the next look is. */
export function lookText(watch: Watch): string {
  const { fleet, regions, frame } = watch;
  const newest = newestOf(fleet.map(({ updatedAt }) => updatedAt));
  const places = new Set(fleet.map(({ region }) => region)).size;
  const pending = pendingOf(regions);
  const next = nextPassAt(watch);
  return [
    `Looked at ${load(fleet.length)} in ${regionsWord(places)}`,
    ...(newest === null ? [] : [`last look ${timeText(newest, frame)}`]),
    ...(pending === 0 ? [] : [`${thousands(pending)} wait for theirs`]),
    ...(next === null ? [] : [`every configuration again at ${timeText(next, frame)}`]),
    '502s are asked for every minute',
  ].join(' · ');
}

/** Before the first load balancer was looked at: what the monitor has done so far. */
export function firstDay(watch: Watch): Html {
  const { regions, frame } = watch;
  if (regions.length === 0)
    return html`<p><b>No load balancer has been looked at yet.</b> The monitor begins within a minute or two of the deployment; if this stays for longer, <b>alb502 doctor</b> says why.</p>`;
  const names = regions.map(({ region }) => region).sort();
  const counted = newestOf(regions.map(({ progress }) => progress.lastBackstopAt));
  const pending = pendingOf(regions);
  const shown = names.slice(0, 6).join(', ');
  const more = names.length > 6 ? ` and ${names.length - 6} more` : '';
  const first =
    pending === 0
      ? 'None was found there that is not ignored; a new one is found within the hour.'
      : `${load(pending)} wait for their first look; 600 are done in half an hour, one with a 502 within minutes.`;
  return html`<p><b>No load balancer has been looked at yet.</b> Watching ${shown}${more}${counted === null ? null : html`, asked last at ${timeText(counted, frame)} (${frame.zone.label})`}. ${first} 502s are asked for every minute.</p>`;
}
