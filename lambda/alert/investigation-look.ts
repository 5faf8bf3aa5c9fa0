import { symptomOf } from '../diagnose/symptom.ts';
import type { Gap } from '../model/evidence.ts';
import type { Investigation } from './investigation.ts';
import type { Look } from './look.ts';
import { silenceReason } from './silence.ts';

const MINUTE_MS = 60_000;

/** Gaps of these leave it open whether a mismatch or a drift is still there. */
const CONFIGURATION = ['attributes', 'tags', 'target-groups', 'listeners', 'load-balancer'];

/** What was not asked for, or never may be, is no failed read of a workload: it was not there before either. */
const hidesConfiguration = ({ subject, kind }: Gap): boolean =>
  CONFIGURATION.includes(subject) || (subject === 'workload' && (kind === 'throttled' || kind === 'failed'));

/** What the alert lifecycle needs of an investigation. */
export function lookFrom({ bundle, diagnosis, silence }: Investigation): Look {
  const { failures, requests, known, summary } = symptomOf(bundle);
  const newest = [...requests].filter(([, count]) => count > 0).map(([time]) => time);
  return {
    diagnosis,
    window: bundle.window,
    // Where only the access log has the 502s, their last minute stands for all of them.
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
