import { symptomOf } from '../diagnose/symptom.ts';
import type { Gap } from '../model/evidence.ts';
import type { Investigation } from './investigation.ts';
import type { Look } from './look.ts';
import { silenceReason } from './silence.ts';

const MINUTE_MS = 60_000;

/** With a gap in one of these, an absent mismatch or drift is not proven gone. */
const CONFIGURATION = ['attributes', 'tags', 'target-groups', 'listeners', 'load-balancer'];

/** A workload that was not asked for, or may never be read, is not a failed read: it was not seen before either. */
const hidesConfiguration = ({ subject, kind }: Gap): boolean =>
  CONFIGURATION.includes(subject) || (subject === 'workload' && (kind === 'throttled' || kind === 'failed'));

/** What the alert lifecycle needs of an investigation. */
export function lookFrom({ bundle, diagnosis, silence }: Investigation): Look {
  const { failures, requests, known, summary } = symptomOf(bundle);
  const newest = [...requests].filter(([, count]) => count > 0).map(([time]) => time);
  return {
    diagnosis,
    window: bundle.window,
    // If only the access log has the 502s, they all count in its last failing minute.
    failures:
      failures.size === 0 && summary.count > 0 && summary.lastSeen !== null
        ? new Map([[minuteOf(summary.lastSeen), summary.count]])
        : failures,
    couldLook: known,
    requestsUntil: newest.length === 0 ? null : minuteAfter(newest.reduce(laterOf)),
    couldReadConfiguration: !bundle.gaps.some(hidesConfiguration),
    couldReadIdleTimeout: !bundle.gaps.some(
      ({ subject, resource }) => subject === 'attributes' && resource === bundle.loadBalancer.arn,
    ),
    silence: silence && silenceReason(silence),
  };
}

const laterOf = (left: string, right: string): string => (left > right ? left : right);

const minuteOf = (time: string): string =>
  new Date(Math.floor(Date.parse(time) / MINUTE_MS) * MINUTE_MS).toISOString();

const minuteAfter = (time: string): string => new Date(Date.parse(time) + MINUTE_MS).toISOString();
