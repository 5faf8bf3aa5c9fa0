import { describe, expect, test } from 'vitest';
import { initialState } from '../../lambda/alert/decide.ts';
import { fleetEntryOf } from '../../lambda/alert/incident.ts';
import type { AlertState, Incident } from '../../lambda/model/alert.ts';
import type { Cause } from '../../lambda/model/cause.ts';
import type { Diagnosis } from '../../lambda/model/diagnosis.ts';
import { incidentOf } from '../store/entries.ts';
import { minute } from './looks.ts';
import { shopBundle } from './shop.ts';

const ID = 'app/shop/0123456789abcdef@2026-11-23T10:00';
const LEADERS: readonly Cause[] = ['target-crash', 'malformed-response'];
const quiet = incidentOf('shop', ID, minute(0)).diagnosis;

const diagnosisOf = (verdict: Cause): Diagnosis => ({
  ...quiet,
  verdict,
  hypotheses: ['undetermined' as const, ...LEADERS, 'network-path' as const].map((cause) => ({
    ...{ cause, probability: 0.25, evidence: [] },
  })),
});

const leadersOf = (diagnosis: Diagnosis, incident: Incident | null = null, state: Partial<AlertState> = {}) =>
  fleetEntryOf(
    { state: { ...initialState(minute(10)), ...state }, announcements: [], reason: '' },
    { bundle: shopBundle({ at: 10, failing: [] }), diagnosis, now: minute(10), silence: null },
    incident,
  ).leaders;

describe('the row of the overview', () => {
  const recorded = { ...incidentOf('shop', ID, minute(0)), diagnosis: diagnosisOf('undetermined') };
  const ended = {
    ...{ id: ID, openedAt: minute(0), endedAt: minute(9), failingMinutes: [], returns: 0 },
    verdict: 'undetermined' as const,
  };

  test('has the two causes that lead where none can be named, and none where one is', () => {
    expect(leadersOf(diagnosisOf('undetermined'))).toEqual(LEADERS);
    expect(leadersOf(diagnosisOf('target-crash'))).toBeUndefined();
    expect(leadersOf({ ...quiet, verdict: 'undetermined' })).toBeUndefined();
  });

  test('keeps those of an incident that is over, when no 502 is in sight any more', () => {
    expect(leadersOf(quiet, recorded, { ended })).toEqual(LEADERS);
    expect(leadersOf(quiet, { ...recorded, id: 'another' }, { ended })).toBeUndefined();
  });
});
