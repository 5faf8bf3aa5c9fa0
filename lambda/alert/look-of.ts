import { symptomOf } from '../diagnose/symptom.ts';
import { ignoredAt } from '../diagnose/tags.ts';
import type { EvidenceBundle } from '../model/evidence.ts';
import type { Findings } from './incident.ts';
import type { Look } from './look.ts';

const MINUTE_MS = 60_000;

/** Gaps of these leave it open whether a mismatch or a drift is still there. */
const CONFIGURATION = ['attributes', 'tags', 'target-groups', 'listeners', 'load-balancer'];

/**
 * What the alert lifecycle needs of an investigation.
 *
 * @param silencedUntil - ISO time until which a person asked for silence; null: nobody did
 */
export function lookOf({ bundle, diagnosis, now }: Findings, silencedUntil: string | null = null): Look {
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
    couldReadConfiguration: !bundle.gaps.some(({ subject }) => CONFIGURATION.includes(subject)),
    couldReadIdleTimeout: !bundle.gaps.some(
      ({ subject, resource }) => subject === 'attributes' && resource === bundle.loadBalancer.arn,
    ),
    silence: silenceOf(bundle, silencedUntil, now),
  };
}

const laterOf = (left: string, right: string): string => (left > right ? left : right);

const minuteOf = (time: string): string =>
  new Date(Math.floor(Date.parse(time) / MINUTE_MS) * MINUTE_MS).toISOString();

const minuteAfter = (time: string): string => new Date(Date.parse(time) + MINUTE_MS).toISOString();

function silenceOf(bundle: EvidenceBundle, silencedUntil: string | null, now: string): string | null {
  if (silencedUntil !== null && Date.parse(silencedUntil) > Date.parse(now))
    return `silenced from the dashboard until ${silencedUntil}`;
  const ignored = ignoredAt(bundle.loadBalancer.tags, now);
  if (ignored === null) return null;
  return `silenced by the tag alb502:ignore${ignored.until === null ? '' : ` until ${ignored.until}`}`;
}
