import type { Change, EvidenceBundle } from '../../model/evidence.ts';
import { inTextOrder } from '../../model/text-order.ts';
import { symptomOf } from '../symptom.ts';

/** CloudWatch counts by the minute, so a failure can seem to come up to two periods early or late. */
export const MINUTE_SLACK_MS = 2 * 60_000;
/** AWS's default of `deregistration_delay.timeout_seconds`. */
const DEFAULT_DELAY_SECONDS = 300;
/** The clocks of the access log and of CloudTrail may differ by this much. */
const CLOCKS_MS = 5_000;

/** Registrations and deregistrations of targets, as the trail or a change event has them. */
export const registrationsOf = ({ changes }: EvidenceBundle): readonly Change[] =>
  changes.filter(({ eventName }) => /^(Register|Deregister)Targets$/.test(eventName));

/** The latest time at which a request can have failed: the log has it exactly, metrics to the minute. */
export function lastFailureMs(bundle: EvidenceBundle): number {
  const { accessLog } = bundle;
  const minutes = [...symptomOf(bundle).failures.keys()].map((time) => Date.parse(time));
  const lastMinute = minutes.reduce((left, right) => Math.max(left, right), Number.NEGATIVE_INFINITY);
  const logged = accessLog?.leftOut.length === 0 ? Date.parse(accessLog.lastSeen ?? '') : Number.NaN;
  return logged >= lastMinute ? logged : lastMinute + 60_000;
}

/** What came after the last failure is no cause of it; it may be the fix. */
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

/** Events with less than this between them belong to one replacement of targets. */
const APART_MS = 30 * 60_000;
/** How long before a deregistration the failures that caused it can lie: health checks need a while. */
export const NOTICED_MS = 5 * 60_000;
/** How long after a registration or deregistration a failure still belongs to it. */
export const AFTER_MS = 5 * 60_000;

/** What came first: new targets, as in a rollout, or failures and then a deregistration, as in a crash. */
export type ReplacementOrder = 'registered' | 'failed' | 'neither';

interface Replacement {
  readonly failures: number;
  readonly first: ReplacementOrder;
}

function replacementOf(bundle: EvidenceBundle, changes: readonly Change[]): Replacement {
  const times = changes.map(({ at }) => Date.parse(at));
  const [start = 0, end = 0] = [times[0], times.at(-1)];
  const near = [...symptomOf(bundle).failures].filter(
    ([time]) => Date.parse(time) >= start - NOTICED_MS && Date.parse(time) <= end + AFTER_MS,
  );
  const isBefore = near.some(([time]) => Date.parse(time) + 60_000 <= start);
  const isNew = changes[0]?.eventName === 'RegisterTargets';
  const first = isNew ? 'registered' : isBefore ? 'failed' : 'neither';
  return { failures: near.reduce((sum, [, count]) => sum + count, 0), first };
}

/** The order of most failures around registrations and deregistrations: `neither` where it shows nothing. */
export function replacementOrder(bundle: EvidenceBundle, changes: readonly Change[]): ReplacementOrder {
  const sorted = [...changes].sort((left, right) => inTextOrder(left.at, right.at));
  const replacements: Change[][] = [];
  for (const change of sorted) {
    const last = replacements.at(-1)?.at(-1);
    if (last && Date.parse(change.at) - Date.parse(last.at) < APART_MS) replacements.at(-1)?.push(change);
    else replacements.push([change]);
  }
  const counted = replacements.map((each) => replacementOf(bundle, each));
  const of = (order: ReplacementOrder): number =>
    counted.reduce((sum, { first, failures }) => sum + (first === order ? failures : 0), 0);
  const all = of('registered') + of('failed') + of('neither');
  return (['registered', 'failed'] as const).find((order) => 2 * of(order) > all) ?? 'neither';
}
