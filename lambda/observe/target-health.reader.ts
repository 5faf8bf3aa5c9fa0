import {
  DescribeTargetHealthCommand,
  type ElasticLoadBalancingV2Client,
  type TargetHealthDescription,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Target } from '../model/evidence.ts';
import { answered, attempt, type Reading } from './aws-failure.ts';

const target = (description: TargetHealthDescription): Target => ({
  id: description.Target?.Id ?? '',
  port: description.Target?.Port ?? null,
  availabilityZone: description.Target?.AvailabilityZone ?? null,
  state: description.TargetHealth?.State ?? 'unknown',
  reason: description.TargetHealth?.Reason ?? null,
  description: description.TargetHealth?.Description ?? null,
  anomaly: description.AnomalyDetection?.Result ?? null,
});

/** The targets of a group with state, reason and whether AWS finds one anomalous. One call, no pages. */
export function readTargetHealth(
  elb: ElasticLoadBalancingV2Client,
  region: string,
  targetGroupArn: string,
): Promise<Reading<readonly Target[]>> {
  const call = {
    subject: 'target-health' as const,
    what: 'the health of the targets',
    action: 'elasticloadbalancing:DescribeTargetHealth',
    resource: targetGroupArn,
    region,
  };
  return attempt(call, async () => {
    const answer = await elb.send(
      new DescribeTargetHealthCommand({ TargetGroupArn: targetGroupArn, Include: ['AnomalyDetection'] }),
    );
    return answered(answer.TargetHealthDescriptions).map(target);
  });
}
