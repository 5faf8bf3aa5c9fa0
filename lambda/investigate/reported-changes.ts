import type { Change, EvidenceBundle } from '../model/evidence.ts';
import { inTextOrder } from '../model/text-order.ts';

/** The trail can be searched for a change after some 15 minutes; an expected one is absorbed within a day. */
const REMEMBERED_MS = 48 * 3_600_000;
/** The newest so many; a deployment makes a few at a time. */
const MOST_REMEMBERED = 20;

const identityOf = ({ at, eventName, resourceArn }: Change): string => `${at} ${eventName} ${resourceArn}`;

/**
 * The changes that events have told of a load balancer: who made them is known from them long before the trail has
 * them, and for good where it cannot be read.
 */
export function reportedChanges(known: readonly Change[], change: Change | null, now: string): Change[] {
  const all = change === null ? known : [...known, change];
  const earliest = new Date(Date.parse(now) - REMEMBERED_MS).toISOString();
  const distinct = new Map(all.map((one) => [identityOf(one), one]));
  return [...distinct.values()]
    .filter(({ at }) => at >= earliest)
    .sort((left, right) => inTextOrder(left.at, right.at))
    .slice(-MOST_REMEMBERED);
}

/** The bundle with changes that the trail does not show yet. */
export function withReportedChanges(bundle: EvidenceBundle, reported: readonly Change[]): EvidenceBundle {
  const seen = new Set(bundle.changes.map(identityOf));
  const fresh = reported.filter((change) => !seen.has(identityOf(change)));
  return fresh.length === 0 ? bundle : { ...bundle, changes: [...bundle.changes, ...fresh] };
}
