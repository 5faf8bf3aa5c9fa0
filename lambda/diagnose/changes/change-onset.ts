import type { EvidenceBundle } from '../../model/evidence.ts';
import { couldRead, seriesOf } from '../bundle/metric-view.ts';
import { METRIC_502, type Symptom, symptomOf } from '../symptom.ts';
import { type CountedPeriod, type RateRise, rateRiseAt } from './change-point.ts';

/** Whether 502s began, or became more frequent, at a change of configuration. */
export interface Onset {
  readonly rise: RateRise;
  /** The larger of the two chances of luck: of a steady rate, and of something else that set them off. */
  readonly chance: number;
}

/** At most this chance of luck counts as a rise that belongs to the change. */
export const NOTABLE_CHANCE = 0.05;

/** More than two weeks of minutes: no window that this tool reads has more, a damaged bundle may. */
const MOST_PERIODS = 25_000;

/** The periods that CloudWatch has counted so far, with the exposure of each; none where there would be too many. */
function periodsOf(
  { window }: EvidenceBundle,
  { failures, requests }: Symptom,
  periodMs: number,
  exposureOf: (time: string) => number,
): CountedPeriod[] {
  const start = Math.floor(Date.parse(window.start) / periodMs) * periodMs;
  // Metrics come minutes late: what is not counted yet is not free of failures.
  const newest = [...failures.keys(), ...requests.keys()].map((time) => Date.parse(time) + periodMs);
  const end =
    requests.size === 0 ? Date.parse(window.end) : newest.reduce((left, right) => Math.max(left, right));
  if ((end - start) / periodMs > MOST_PERIODS) return [];
  const periods: CountedPeriod[] = [];
  for (let atMs = start; atMs < end; atMs += periodMs) {
    const time = new Date(atMs).toISOString();
    periods.push({ atMs, failures: failures.get(time) ?? 0, exposure: exposureOf(time) });
  }
  return periods;
}

/**
 * Compares the 502s before and after a change, by time and, where the traffic is known, by requests; the less striking
 * of both counts.
 *
 * @param at - ISO time of the change
 * @returns null where there was no 502, or where the change lies outside of what was counted
 */
export function onsetAt(bundle: EvidenceBundle, at: string): Onset | null {
  const symptom = symptomOf(bundle);
  // Minutes that could not be read are not minutes without failures.
  if (!couldRead(bundle, METRIC_502)) return null;
  const periodMs = (seriesOf(bundle, METRIC_502, 'load-balancer')[0]?.periodSeconds ?? 60) * 1000;
  const changeMs = Date.parse(at);
  const byTime = rateRiseAt(
    periodsOf(bundle, symptom, periodMs, () => 1),
    changeMs,
    periodMs,
  );
  if (byTime === null) return null;
  const byTraffic = rateRiseAt(
    periodsOf(bundle, symptom, periodMs, (time) => symptom.requests.get(time) ?? 0),
    changeMs,
    periodMs,
  );
  const chanceIfSteady = Math.max(byTime.chanceIfSteady, byTraffic?.chanceIfSteady ?? 0);
  const rise = { ...byTime, chanceIfSteady };
  return { rise, chance: Math.max(chanceIfSteady, rise.chanceIfUnrelated) };
}

/** `12 %`, `1 in 45`, `1 in 25,000`: chances that are read, not calculated with. */
export function chanceText(chance: number): string {
  if (chance > 0.1) return `${Math.round(chance * 100)} %`;
  if (chance < 1e-9) return 'below 1 in a billion';
  const odds = 1 / chance;
  return `1 in ${Number(odds.toPrecision(odds < 1000 ? 3 : 2)).toLocaleString('en-US', { maximumFractionDigits: 0 })}`;
}

const clock = (ms: number): string => new Date(ms).toISOString().slice(11, 16);

/**
 * The comparison as a sentence without its full stop, with how sure it is.
 *
 * @param tried - how many changes were tried; the chances are of any of them
 */
export function onsetText({ rise, chance }: Onset, tried = 1): string {
  const { before, after, chanceIfSteady, chanceIfUnrelated, began } = rise;
  const counts = `${before.failures} in ${before.minutes} minutes before, ${after.failures} in ${after.minutes} minutes after`;
  const any = (one: number): string => chanceText(Math.min(1, one * tried));
  const luck = `chance of luck: ${any(chanceIfSteady)} if they came at a steady rate, ${any(chanceIfUnrelated)} if something else set them off`;
  if (chance * tried > NOTABLE_CHANCE) {
    const verdict =
      before.failures === 0
        ? '502s were seen only after it, but that may be luck'
        : '502s did not clearly rise with it';
    return `${verdict}: ${counts} (${luck})`;
  }
  const between =
    began.earliestMs === began.latestMs
      ? `the rise began at ${clock(began.earliestMs)} UTC`
      : `the rise began between ${clock(began.earliestMs)} and ${clock(began.latestMs)} UTC`;
  return `502s ${before.failures === 0 ? 'began' : 'rose'} after it: ${counts} (${luck}; ${between})`;
}
