import { symptomOf } from '../diagnose/symptom.ts';
import type { Incident, Proof } from '../model/alert.ts';
import type { Findings } from './incident.ts';
import { later, minutesBetween } from './look.ts';
import { chanceOfLuck } from './quiet.ts';

/**
 * What shows that an incident is over: 502s and requests of the last window that had some, requests since the last
 * 502 as far as the window of now reaches, and the chance that a failure that is still there would stay away so long.
 *
 * @returns null where the incident had no 502, or nothing was seen of the time since
 */
export function proofOf(
  before: Incident,
  failingMinutes: readonly string[],
  { bundle, now }: Findings,
): Proof | null {
  const { symptom, at } = before.diagnosis;
  const last = failingMinutes.at(-1);
  const first = failingMinutes[0];
  if (first === undefined || last === undefined || symptom.requests === 0) return null;
  const since = [...symptomOf(bundle).requests].filter(([time]) => time > last);
  const requests = since.reduce((sum, [, count]) => sum + count, 0);
  const from = later(last, bundle.window.start);
  const share = symptom.count / symptom.requests;
  return {
    before: { failures: symptom.count, requests: symptom.requests, from: first, to: later(at, last) },
    after: { failures: 0, requests, from, to: now },
    chanceByPauses: chanceOfLuck(failingMinutes, Math.max(0, minutesBetween(last, now))),
    chanceByRequests: share >= 1 && requests > 0 ? 0 : (1 - share) ** requests,
  };
}
