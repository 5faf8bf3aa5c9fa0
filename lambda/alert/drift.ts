import type { AlertState } from '../model/alert.ts';
import { driftFingerprints, shortName } from './fingerprint.ts';
import { type Announcement, type Decision, type Look, quietly } from './look.ts';

const REASON = 'configuration differs from the baseline';
const EXPECTED = 'changed by someone who is expected to';
const GONE = 'the configuration is as the baseline says again';

function tell(name: string, event: 'drift' | 'resolved', reason: string): Announcement {
  const id = `drift:${name}`;
  return {
    ...{ event, incidentId: id, dedupKey: id, reason },
    ...{ cause: 'undetermined', severity: 'info', grouped: false },
  };
}

/** Closes the notice of a drift. */
export const driftResolved = (name: string, reason: string): Announcement => tell(name, 'resolved', reason);

/** Drift is announced once for each new difference; inside an incident or posture warning it is part of that. */
export function decideDrift(look: Look, state: AlertState): Decision {
  const name = shortName(look.diagnosis.loadBalancerArn);
  const found = driftFingerprints(look.diagnosis);
  const known = [...state.toldDrift, ...state.knownDrift];
  const kept = (lines: readonly string[]): string[] =>
    look.couldReadConfiguration ? lines.filter((line) => found.includes(line)) : [...lines];
  const next = { ...state, toldDrift: kept(state.toldDrift), knownDrift: kept(state.knownDrift) };
  const news = found.filter((line) => !known.includes(line));
  if (news.length === 0) {
    if (state.toldDrift.length === 0 || next.toldDrift.length > 0) return quietly(next, 'drift unchanged');
    return { state: next, announcements: [driftResolved(name, GONE)], reason: GONE };
  }
  if (look.silence !== null) return quietly(next, look.silence);
  const expected = driftFingerprints({
    ...look.diagnosis,
    drift: look.diagnosis.drift.filter((entry) => entry.expected === true),
  });
  if (news.every((line) => expected.includes(line)))
    return quietly({ ...next, knownDrift: [...next.knownDrift, ...news].sort() }, EXPECTED);
  if (state.incident !== null || look.diagnosis.mismatches.length > 0) {
    const knownDrift = [...next.knownDrift, ...news].sort();
    return quietly({ ...next, knownDrift }, 'inhibited: told with the incident or the mismatch');
  }
  return {
    state: { ...next, toldDrift: [...next.toldDrift, ...news].sort() },
    announcements: [tell(name, 'drift', REASON)],
    reason: REASON,
  };
}
