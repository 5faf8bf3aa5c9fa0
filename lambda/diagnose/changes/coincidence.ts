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

/** A stretch of time in epoch milliseconds. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

type Counts = Pick<Symptom, 'failures' | 'requests'>;

/**
 * Whether failures gather around events, in nats: the chance of so many failures near them if the events bring
 * failures about, against the chance of it if failures fall where the traffic is. Negative where they keep away.
 *
 * A failing minute counts once, whatever the number of failures in it, but a minute with more of them counts for
 * more of the minutes: failures of one burst are not independent of each other.
 *
 * @param events - times in epoch milliseconds
 */
export const coincidence = (
  counts: Counts,
  window: { readonly start: string; readonly end: string },
  events: readonly number[],
  reach: Reach,
): number =>
  coincidenceWithin(
    counts,
    window,
    events.map((event) => ({ fromMs: event + reach.fromMs, toMs: event + reach.toMs })),
  );

/** Share of the failures whose minute begins within one of the spans; 0 where there are no failures. */
export function shareWithin(failures: Symptom['failures'], spans: readonly Span[]): number {
  const all = sum(failures.values());
  const near = sum([...failures].filter(([time]) => isWithin(spans, time)).map(([, count]) => count));
  return all === 0 ? 0 : near / all;
}

/** Whether a minute begins within one of the spans. */
export function isWithin(spans: readonly Span[], time: string): boolean {
  const at = Date.parse(time);
  return spans.some(({ fromMs, toMs }) => at >= fromMs && at <= toMs);
}

/** As {@link coincidence}, of stretches of time. */
export function coincidenceWithin(
  { failures, requests }: Counts,
  window: { readonly start: string; readonly end: string },
  spans: readonly Span[],
): number {
  if (failures.size === 0 || spans.length === 0) return 0;
  const share = shareWithin(failures, spans);
  const byChance = chanceShare(requests, window, spans);
  if (byChance >= SHARE_NEAR) return 0;
  const perMinute =
    share * Math.log(SHARE_NEAR / byChance) + (1 - share) * Math.log((1 - SHARE_NEAR) / (1 - byChance));
  return perMinute * failures.size;
}

/** Share of the traffic, or of the time where the traffic is not known, that lies within the spans. */
function chanceShare(
  requests: Symptom['requests'],
  window: { readonly start: string; readonly end: string },
  spans: readonly Span[],
): number {
  const minutes = Math.max(1, (Date.parse(window.end) - Date.parse(window.start)) / MINUTE_MS);
  const share =
    sum(requests.values()) > 0
      ? shareWithin(requests, spans)
      : sum(spans.map(({ fromMs, toMs }) => toMs - fromMs)) / MINUTE_MS / minutes;
  return Math.max(1 / minutes, share);
}
