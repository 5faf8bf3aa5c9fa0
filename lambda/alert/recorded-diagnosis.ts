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
 * What the record is about: the diagnosis that was announced. A later one of the same verdict takes its place only if
 * it is as sure, because towards the end the window holds the traces of the fix itself: deregistrations, restarts, a
 * configuration that is right by now. Those stand in the history. Before anything is announced, the one that says most.
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
