import type { EvidenceBundle } from '../../model/evidence.ts';
import { type ChangeBefore, changeBefore } from './change-before.ts';
import { lastFailureMs } from './registrations.ts';
import { shiftText, type TrafficShift, trafficShiftsOf } from './traffic-shifts.ts';

/** Weights are in force at once: 502s that begin later than this did not begin with them. */
const BEGINS_WITHIN_MS = 10 * 60_000;

/** The shifts of traffic that can have caused a failure. */
export const shiftsBeforeLastFailure = (bundle: EvidenceBundle): readonly TrafficShift[] =>
  trafficShiftsOf(bundle.changes).filter(({ change }) => Date.parse(change.at) <= lastFailureMs(bundle));

/** The shift of traffic with which the 502s began; null where they began with none. */
export function beganWithShift(bundle: EvidenceBundle): ChangeBefore | null {
  const shifts = shiftsBeforeLastFailure(bundle);
  return changeBefore(
    bundle,
    (change) => {
      const shift = shifts.find((one) => one.change === change);
      return shift === undefined ? null : shiftText(bundle, shift);
    },
    BEGINS_WITHIN_MS,
  );
}
