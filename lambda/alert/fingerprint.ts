import type { Diagnosis } from '../model/diagnosis.ts';

/** What a posture warning is about; a warning is repeated only when this changes. null: no mismatch. */
export function postureFingerprint({ mismatches }: Diagnosis): string | null {
  if (mismatches.length === 0) return null;
  return mismatches
    .map((entry) => `${entry.targetGroupArn} ${entry.keepAliveSeconds}<${entry.idleTimeoutSeconds}`)
    .sort()
    .join('\n');
}

/** What a drift notice is about. null: no drift. */
export function driftFingerprint({ drift }: Diagnosis): string | null {
  if (drift.length === 0) return null;
  return drift
    .map((entry) => `${entry.resourceArn} ${entry.key} ${entry.baseline ?? ''}>${entry.current ?? ''}`)
    .sort()
    .join('\n');
}

/** The tail of a load balancer's ARN: `app/NAME/ID`, short and unique within account and region. */
export function shortName(loadBalancerArn: string): string {
  return loadBalancerArn.split(':loadbalancer/').at(-1) ?? loadBalancerArn;
}

/** The name a person gave the load balancer. */
export function plainName(arn: string): string {
  return arn.split(':').at(-1)?.split('/').at(-2) ?? arn;
}
