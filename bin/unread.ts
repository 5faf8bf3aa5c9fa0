import { symptomOf } from '../lambda/diagnose/symptom.ts';
import type { EvidenceBundle, Gap } from '../lambda/model/evidence.ts';

/** Something that AWS did not let the scan read, and of how many load balancers. */
export interface Unread {
  readonly what: string;
  readonly reason: string;
  readonly loadBalancers: number;
}

/** A read that was switched off, or of a thing that is not there, is no failure. */
const FAILURES: ReadonlySet<Gap['kind']> = new Set(['denied', 'throttled', 'failed']);

/** What could not be read, each reason once however many load balancers it concerns. */
export function unreadOf(bundles: readonly EvidenceBundle[]): readonly Unread[] {
  const found = new Map<string, Unread>();
  for (const { gaps } of bundles) {
    const own = new Map(gaps.filter(({ kind }) => FAILURES.has(kind)).map((gap) => [keyOf(gap), gap]));
    for (const [key, { what, action, reason }] of own) {
      const known = found.get(key) ?? {
        what: action === null ? what : kindOfThing(what),
        reason,
        loadBalancers: 0,
      };
      found.set(key, { ...known, loadBalancers: known.loadBalancers + 1 });
    }
  }
  return [...found.values()];
}

const keyOf = ({ what, action, kind }: Gap): string => `${kind} ${action ?? what}`;

/** `attributes` of `attributes of target group web`: the names differ with each load balancer. */
const kindOfThing = (what: string): string => what.replace(/ of .*/, '');

/** Whether the 502s of each could be counted: where not, a quiet report is no all-clear. */
export const isCounted = (bundles: readonly EvidenceBundle[]): boolean =>
  bundles.every((bundle) => symptomOf(bundle).known);
