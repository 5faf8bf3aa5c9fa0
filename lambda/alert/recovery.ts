import { symptomOf } from '../diagnose/symptom.ts';
import type { Incident, Proof } from '../model/alert.ts';
import type { Investigation } from './investigation.ts';
import { later, minutesBetween } from './look.ts';
import { chanceOfLuck } from './quiet-period.ts';

/** Sums the counts of minutes from one to another, both included. */
function sumWithin(counts: ReadonlyMap<string, number>, from: string, to: string): number {
  return [...counts]
    .filter(([time]) => time >= from && time <= to)
    .reduce((sum, [, count]) => sum + count, 0);
}

/**
 * What shows that an incident is over: 502s and requests while it failed, requests since the last 502 as far back as the
 * current window goes, and the chance that a failure that is still there would stay away this long.
 *
 * @returns null where the incident had no 502, or its requests could not be counted
 */
export function recoveryOf(
  before: Incident,
  failingMinutes: readonly string[],
  { bundle, now }: Investigation,
): Proof | null {
  const { symptom, at } = before.diagnosis;
  const last = failingMinutes.at(-1);
  const first = failingMinutes[0];
  if (first === undefined || last === undefined || symptom.requests === 0) return null;
  const { failures, requests } = symptomOf(bundle);
  const after = sumWithin(requests, last, now) - (requests.get(last) ?? 0);
  // A failure longer than the window is measured by the last diagnosis that saw it.
  const whole = first >= bundle.window.start && sumWithin(failures, first, last) > 0;
  const rate = whole
    ? {
        failures: sumWithin(failures, first, last),
        requests: sumWithin(requests, first, last),
        from: first,
        to: last,
      }
    : {
        failures: symptom.count,
        requests: symptom.requests,
        from: symptom.firstSeen ?? first,
        to: at,
      };
  const share = rate.requests === 0 ? 1 : Math.min(1, rate.failures / rate.requests);
  return {
    before: rate,
    after: { failures: 0, requests: after, from: later(last, bundle.window.start), to: now },
    chanceByPauses: chanceOfLuck(failingMinutes, Math.max(0, minutesBetween(last, now))),
    chanceByRequests: (1 - share) ** after,
  };
}
