import type { AlertState } from '../model/alert.ts';
import { driftFingerprints, shortName } from './fingerprint.ts';
import { absent, flappingAt, present, wasAnnounced, withAnnounced } from './flapping.ts';
import { type Announcement, type Decision, type Look, withoutAnnouncement } from './look.ts';

const REASON = 'configuration differs from the baseline';
const EXPECTED = 'changed by someone who is expected to';
const GONE = 'the configuration is as the baseline says again';

function announcementOf(name: string, event: 'drift' | 'resolved', reason: string): Announcement {
  const id = `drift:${name}`;
  return {
    ...{ event, incidentId: id, dedupKey: id, reason },
    ...{ cause: 'undetermined', severity: 'info', grouped: false },
  };
}

/** Closes the notice of a drift. */
export const driftResolved = (name: string, reason: string): Announcement =>
  announcementOf(name, 'resolved', reason);

/**
 * No announced difference is left: announced at once, unless it came back recently; then only once it stays away for
 * longer than before.
 */
function decideGone(next: AlertState, before: readonly string[], name: string, now: string): Decision {
  const { flapping, isOver, waitMinutes } = absent(flappingAt(next.driftFlapping, now), now);
  if (isOver)
    return {
      state: { ...next, driftFlapping: flapping },
      announcements: [driftResolved(name, GONE)],
      reason: GONE,
    };
  // An announced difference counts as announced until its end is announced.
  return withoutAnnouncement(
    { ...next, announcedDrift: [...before], driftFlapping: flapping },
    `the drift is gone, but comes and goes: it is announced as resolved after ${Math.round(waitMinutes)} minutes`,
  );
}

/** Drift is announced once for each new difference; inside an incident or posture warning it is part of that. */
export function decideDrift(look: Look, state: AlertState, now: string): Decision {
  const name = shortName(look.diagnosis.loadBalancerArn);
  const found = driftFingerprints(look.diagnosis);
  const known = [...state.announcedDrift, ...state.knownDrift];
  const kept = (lines: readonly string[]): string[] =>
    look.couldReadConfiguration ? lines.filter((line) => found.includes(line)) : [...lines];
  const next = { ...state, announcedDrift: kept(state.announcedDrift), knownDrift: kept(state.knownDrift) };
  const before = flappingAt(state.driftFlapping, now);
  const isThere = found.some(
    (line) =>
      state.announcedDrift.includes(line) || (wasAnnounced(before, line) && !state.knownDrift.includes(line)),
  );
  const flapping = isThere ? present(before, now) : before;
  const isNew = (line: string): boolean =>
    !known.includes(line) && (state.announcedDrift.length === 0 || !wasAnnounced(flapping, line));
  const news = found.filter(isNew);
  if (news.length === 0) {
    const again = found.filter((line) => !known.includes(line));
    if (state.announcedDrift.length > 0 && next.announcedDrift.length === 0 && again.length === 0)
      return decideGone(next, state.announcedDrift, name, now);
    const announcedDrift = [...next.announcedDrift, ...again].sort();
    return withoutAnnouncement(
      isThere ? { ...next, announcedDrift, driftFlapping: flapping } : next,
      'drift unchanged',
    );
  }
  if (look.silence !== null) return withoutAnnouncement(next, look.silence);
  const expected = driftFingerprints({
    ...look.diagnosis,
    drift: look.diagnosis.drift.filter((entry) => entry.expected === true),
  });
  // An announced difference counts as announced until its end is announced.
  const open = {
    ...next,
    announcedDrift: next.announcedDrift.length > 0 ? next.announcedDrift : [...state.announcedDrift],
  };
  if (news.every((line) => expected.includes(line)))
    return withoutAnnouncement({ ...open, knownDrift: [...next.knownDrift, ...news].sort() }, EXPECTED);
  if (state.incident !== null || look.diagnosis.mismatches.length > 0) {
    const knownDrift = [...next.knownDrift, ...news].sort();
    return withoutAnnouncement(
      { ...open, knownDrift },
      'inhibited: announced with the incident or the mismatch',
    );
  }
  return {
    state: {
      ...next,
      announcedDrift: [...next.announcedDrift, ...found.filter((line) => !known.includes(line))].sort(),
      driftFlapping: withAnnounced(flapping, news, now),
    },
    announcements: [announcementOf(name, 'drift', REASON)],
    reason: REASON,
  };
}
