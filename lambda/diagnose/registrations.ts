import type { Change, EvidenceBundle } from '../model/evidence.ts';
import { symptomOf } from './symptom.ts';

/** CloudWatch counts by the minute, so a failure can seem to come up to two periods early or late. */
export const MINUTE_SLACK_MS = 2 * 60_000;
/** AWS's default of `deregistration_delay.timeout_seconds`. */
const DEFAULT_DELAY_SECONDS = 300;
/** The log and the trail have clocks of their own. */
const CLOCKS_MS = 5_000;

/** Registrations and deregistrations of targets, as the trail or a change event has them. */
export const registrationsOf = ({ changes }: EvidenceBundle): readonly Change[] =>
  changes.filter(({ eventName }) => /^(Register|Deregister)Targets$/.test(eventName));

/** The latest time at which a request can have failed: the log tells it exactly, metrics by their minute. */
export function lastFailureMs(bundle: EvidenceBundle): number {
  const { accessLog } = bundle;
  const minutes = [...symptomOf(bundle).failures.keys()].map((time) => Date.parse(time));
  const lastMinute = minutes.reduce((left, right) => Math.max(left, right), Number.NEGATIVE_INFINITY);
  const logged = accessLog?.leftOut.length === 0 ? Date.parse(accessLog.lastSeen ?? '') : Number.NaN;
  return logged >= lastMinute ? logged : lastMinute + 60_000;
}

/** What came after the last failure is no cause of it; it may be the cure. */
export const registrationsBeforeLastFailure = (bundle: EvidenceBundle): readonly Change[] => {
  const latest = lastFailureMs(bundle) + CLOCKS_MS;
  return registrationsOf(bundle).filter(({ at }) => Date.parse(at) <= latest);
};

/** `deregistration_delay.timeout_seconds` of a group in milliseconds. */
function delayMsOf(bundle: EvidenceBundle, targetGroupArn: string): number {
  const group = bundle.targetGroups.find(({ arn }) => arn === targetGroupArn);
  const seconds = Number(group?.attributes['deregistration_delay.timeout_seconds'] ?? DEFAULT_DELAY_SECONDS);
  return (Number.isFinite(seconds) ? seconds : DEFAULT_DELAY_SECONDS) * 1000;
}

/** When the deregistration delay of each deregistration was over, in epoch milliseconds. */
export const delayEndsOf = (bundle: EvidenceBundle, changes: readonly Change[]): readonly number[] =>
  changes
    .filter(({ eventName }) => eventName === 'DeregisterTargets')
    .map(({ at, resourceArn }) => Date.parse(at) + delayMsOf(bundle, resourceArn));
