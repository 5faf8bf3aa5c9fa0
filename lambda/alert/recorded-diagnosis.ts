import type { Incident } from '../model/alert.ts';
import type { Diagnosis } from '../model/diagnosis.ts';
import type { Decision } from './look.ts';

const verdictOf = ({ verdict }: Diagnosis) => verdict ?? 'undetermined';

/** Whether a diagnosis says more than another: a cause is more than none, and of two the surer. */
function saysMore(diagnosis: Diagnosis, known: Diagnosis): boolean {
  const [isNamed, wasNamed] = [diagnosis, known].map((each) => verdictOf(each) !== 'undetermined');
  return isNamed === wasNamed ? diagnosis.probability >= known.probability : isNamed === true;
}

/**
 * The record's diagnosis is the one that was announced. A later one with the same verdict replaces it only if it is at
 * least as sure: towards the end the window shows traces of the fix itself, such as deregistrations, restarts and a
 * configuration that is correct by now. Those go into the history. Before anything is announced, the diagnosis that
 * says most is kept.
 */
export function recordedDiagnosis(
  known: Incident | null,
  { state, announcements }: Decision,
  diagnosis: Diagnosis,
): Diagnosis {
  if (known === null) return diagnosis;
  if (diagnosis.symptom.count === 0) return known.diagnosis;
  const announced = state.incident?.announced ?? null;
  if (announced === null) return saysMore(diagnosis, known.diagnosis) ? diagnosis : known.diagnosis;
  if (verdictOf(diagnosis) !== announced.verdict) return known.diagnosis;
  const isAnnounced = announcements.some(
    ({ incidentId, event }) => incidentId === known.id && event !== 'resolved',
  );
  const isNew = isAnnounced || verdictOf(known.diagnosis) !== announced.verdict;
  return isNew || saysMore(diagnosis, known.diagnosis) ? diagnosis : known.diagnosis;
}
