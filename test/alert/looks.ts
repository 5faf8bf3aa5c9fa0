import type { Look } from '../../lambda/alert/look.ts';
import type { AlertPolicy } from '../../lambda/alert/policy.ts';
import { nothingFound } from '../../lambda/diagnose/diagnose.ts';
import type { Cause } from '../../lambda/model/cause.ts';
import type { Diagnosis, Drift, Severity } from '../../lambda/model/diagnosis.ts';
import { settingsSchema } from '../../lambda/model/settings.ts';

export const SHOP =
  'arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/shop/0123456789abcdef';
export const WEB = 'arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/web/fedcba9876543210';

const START = Date.parse('2026-11-23T00:00:00.000Z');

/** The ISO time so many minutes after the start of the test's day. */
export const minute = (count: number): string => new Date(START + count * 60_000).toISOString();

export const policyOf = (settings: Partial<AlertPolicy> = {}): AlertPolicy => settingsSchema.parse(settings);

/** What a look at a load balancer saw, in minutes of the test's day. */
export interface Sight {
  readonly at: number;
  /** Minutes with 502s; a number of 502s each, 3 unless given. */
  readonly failing?: readonly number[];
  readonly count?: number;
  readonly verdict?: Cause | null;
  readonly severity?: Severity;
  readonly mismatch?: readonly (readonly [targetGroupArn: string, keepAlive: number, idleTimeout: number])[];
  readonly drift?: readonly Drift[];
  readonly windowMinutes?: number;
  readonly couldLook?: boolean;
  readonly couldReadConfiguration?: boolean;
  readonly couldReadIdleTimeout?: boolean;
  /** The minute until which requests were seen; up to the look unless given. */
  readonly requestsUntil?: number | null;
  readonly silence?: string | null;
}

/** A look; only failing minutes inside its window are seen, as from CloudWatch. */
export function lookAt(sight: Sight): Look {
  const { at, windowMinutes = 180, count = 3 } = sight;
  const seen = (sight.failing ?? []).filter((time) => time >= at - windowMinutes && time < at);
  const found = sight.couldLook === false ? [] : seen;
  const until = sight.requestsUntil === undefined ? at : sight.requestsUntil;
  return {
    diagnosis: diagnosisOf(sight, found.length * count),
    window: { start: minute(at - windowMinutes), end: minute(at) },
    failures: new Map(found.map((time) => [minute(time), count])),
    couldLook: sight.couldLook ?? true,
    requestsUntil: until === null ? null : minute(until),
    couldReadConfiguration: sight.couldReadConfiguration ?? true,
    couldReadIdleTimeout: sight.couldReadIdleTimeout ?? true,
    silence: sight.silence ?? null,
  };
}

function diagnosisOf(sight: Sight, count: number): Diagnosis {
  const verdict = count === 0 ? null : sight.verdict === undefined ? 'keepalive-mismatch' : sight.verdict;
  return {
    ...nothingFound(SHOP, 'eu-central-1', minute(sight.at)),
    severity: count === 0 ? 'none' : (sight.severity ?? 'warning'),
    symptom: { count, requests: 9000, ratio: count / 9000, firstSeen: null, lastSeen: null },
    verdict,
    probability: verdict === null ? 0 : 0.95,
    drift: [...(sight.drift ?? [])],
    mismatches: (sight.mismatch ?? []).map(([targetGroupArn, keepAliveSeconds, idleTimeoutSeconds]) => ({
      targetGroupArn,
      keepAliveSeconds,
      idleTimeoutSeconds,
      source: 'tag',
      marginSeconds: keepAliveSeconds - idleTimeoutSeconds,
    })),
  };
}

export const idleTimeoutDrift = (current: string): Drift => ({
  resourceArn: SHOP,
  key: 'idle_timeout.timeout_seconds',
  baseline: '60',
  current,
  changedAt: null,
  changedBy: null,
});
