import { describe, expect, test } from 'vitest';
import { initialState } from '../../lambda/alert/decide.ts';
import type { Decision } from '../../lambda/alert/look.ts';
import { recordedDiagnosis } from '../../lambda/alert/recorded-diagnosis.ts';
import type { Cause } from '../../lambda/model/cause.ts';
import type { Diagnosis } from '../../lambda/model/diagnosis.ts';
import { recordAt } from '../store/entries.ts';
import { minute } from './looks.ts';

const RECORD = recordAt(10);
const { incident } = RECORD;
if (!incident) throw new Error('the example has no incident');

const diagnosisOf = (verdict: Cause | null, probability: number, count = 3): Diagnosis => ({
  ...incident.diagnosis,
  verdict,
  probability,
  symptom: { ...incident.diagnosis.symptom, count },
});

function decisionOf(
  announced: Cause | null,
  sent: 'firing' | 'updated' | 'resolved' | null = null,
  incidentId = RECORD.incident?.id ?? '',
): Decision {
  const open = RECORD.state.incident;
  if (!open) throw new Error('the example has no open incident');
  const said = announced && {
    ...{ at: minute(10), verdict: announced, severity: 'warning' as const, probability: 0.9 },
    ...{ changes: 0, grouped: false },
  };
  const about = { incidentId, dedupKey: '', reason: '', severity: 'warning' } as const;
  return {
    state: { ...initialState(minute(10)), incident: { ...open, announced: said } },
    announcements: sent === null ? [] : [{ ...about, event: sent, cause: 'undetermined', grouped: false }],
    reason: '',
  };
}

/** The verdict of the record after a look, and how sure it is. */
function verdictAfter(known: Diagnosis, decision: Decision, seen: Diagnosis): string {
  const { verdict, probability } = recordedDiagnosis({ ...RECORDED, diagnosis: known }, decision, seen);
  return `${verdict} ${probability}`;
}
const RECORDED = incident;

describe('the diagnosis of a record', () => {
  const race = diagnosisOf('keepalive-mismatch', 0.95);

  test.each([
    [
      'another cause at the end, such as that of the fix',
      decisionOf('keepalive-mismatch'),
      diagnosisOf('deployment', 0.99),
    ],
    ['the same cause, less sure', decisionOf('keepalive-mismatch'), diagnosisOf('keepalive-mismatch', 0.6)],
    ['no cause', decisionOf('keepalive-mismatch'), diagnosisOf('undetermined', 0.99)],
    ['no 502 any more', decisionOf('keepalive-mismatch'), diagnosisOf(null, 0, 0)],
    ['no 502 any more, surely', decisionOf('keepalive-mismatch'), diagnosisOf('keepalive-mismatch', 0.99, 0)],
    ['its end', decisionOf('keepalive-mismatch', 'resolved'), diagnosisOf('keepalive-mismatch', 0.6)],
    [
      'that of another incident',
      decisionOf('keepalive-mismatch', 'updated', 'another'),
      diagnosisOf('keepalive-mismatch', 0.6),
    ],
    [
      'a repeat that is told without a cause of its own',
      decisionOf('keepalive-mismatch', 'updated'),
      diagnosisOf('undetermined', 0.5),
    ],
  ])('stays as announced after a look that saw %s', (_, decision, seen) => {
    expect(verdictAfter(race, decision, seen)).toBe('keepalive-mismatch 0.95');
  });

  test.each([
    ['is surer', decisionOf('keepalive-mismatch'), diagnosisOf('keepalive-mismatch', 0.99)],
    ['was told', decisionOf('keepalive-mismatch', 'updated'), diagnosisOf('keepalive-mismatch', 0.6)],
    ['was told with another cause', decisionOf('deployment', 'updated'), diagnosisOf('deployment', 0.9)],
    ['is the first with the cause that was told', decisionOf('deployment'), diagnosisOf('deployment', 0.5)],
  ])('follows a later one that %s', (_, decision, seen) => {
    expect(verdictAfter(race, decision, seen)).toBe(`${seen.verdict} ${seen.probability}`);
  });

  test.each([
    [diagnosisOf('undetermined', 0.9), diagnosisOf('keepalive-mismatch', 0.5), 'keepalive-mismatch 0.5'],
    [race, diagnosisOf('undetermined', 0.99), 'keepalive-mismatch 0.95'],
    [race, diagnosisOf('deployment', 0.97), 'deployment 0.97'],
    [race, diagnosisOf('deployment', 0.95), 'deployment 0.95'],
    [race, diagnosisOf('deployment', 0.8), 'keepalive-mismatch 0.95'],
  ])('is the one that says most while nothing was announced', (known, seen, expected) => {
    expect(verdictAfter(known, decisionOf(null), seen)).toBe(expected);
  });

  test('is the first one where there is no record yet', () => {
    expect(recordedDiagnosis(null, decisionOf(null), race)).toBe(race);
  });
});
