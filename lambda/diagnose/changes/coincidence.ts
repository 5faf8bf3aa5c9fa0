import { sum } from '../bundle/metric-view.ts';
import type { Symptom } from '../symptom.ts';

/** Where an event brings failures about, about so many of them lie near it; the rest has other reasons. */
const SHARE_NEAR = 0.85;
const MINUTE_MS = 60_000;

/** Nats at which a coincidence carries its row's full weight. */
export const FULL_NATS = 3;
/** Below this a coincidence says nothing. */
export const LEAST_NATS = 0.5;

/** How far before (negative) and after an event a failing minute still belongs to it. */
export interface Reach {
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * Whether failures gather around events, in nats: the chance of so many failures near them if the events bring
 * failures about, against the chance of it if failures fall where the traffic is. Negative where they keep away.
 *
 * A failing minute counts once, whatever the number of failures in it, but a minute with more of them counts for
 * more of the minutes: failures of one burst are not independent of each other.
 *
 * @param events - times in epoch milliseconds
 */
export function coincidence(
  { failures, requests }: Symptom,
  window: { readonly start: string; readonly end: string },
  events: readonly number[],
  reach: Reach,
): number {
  if (failures.size === 0 || events.length === 0) return 0;
  const isNear = (time: string): boolean => {
    const at = Date.parse(time);
    return events.some((event) => at - event >= reach.fromMs && at - event <= reach.toMs);
  };
  const near = sum([...failures].filter(([time]) => isNear(time)).map(([, count]) => count));
  const share = near / sum(failures.values());
  const byChance = chanceShare(requests, window, events, reach, isNear);
  if (byChance >= SHARE_NEAR) return 0;
  const perMinute =
    share * Math.log(SHARE_NEAR / byChance) + (1 - share) * Math.log((1 - SHARE_NEAR) / (1 - byChance));
  return perMinute * failures.size;
}

/** Share of the traffic, or of the time where the traffic is not known, that lies near the events. */
function chanceShare(
  requests: Symptom['requests'],
  window: { readonly start: string; readonly end: string },
  events: readonly number[],
  reach: Reach,
  isNear: (time: string) => boolean,
): number {
  const total = sum(requests.values());
  const minutes = Math.max(1, (Date.parse(window.end) - Date.parse(window.start)) / MINUTE_MS);
  const share =
    total > 0
      ? sum([...requests].filter(([time]) => isNear(time)).map(([, count]) => count)) / total
      : (events.length * (reach.toMs - reach.fromMs)) / MINUTE_MS / minutes;
  return Math.max(1 / minutes, share);
}
