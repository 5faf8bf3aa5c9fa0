import type { EvidenceBundle } from '../../model/evidence.ts';
import { printable } from '../remedies/command.ts';
import { autoScalingGroupsOf } from './services.ts';
import type { StopReason, TargetStop } from './target-stop.ts';

// https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-suspend-resume-processes.html names the processes;
// the texts are those of DescribeScalingActivities.
const CAUSES: ReadonlyArray<readonly [pattern: RegExp, reason: StopReason]> = [
  [/instance refresh|maximum (instance )?lifetime/i, 'rollout'],
  // Names of alarms and policies stand in the texts: the words of AWS first that have no other meaning.
  [/shrinking the capacity|desired and actual capacity/i, 'scale-in'],
  [/spot|rebalance recommendation|capacity rebalanc/i, 'interruption'],
  [/EC2 (instance status checks|health check)|terminated or stopped|system status/i, 'host'],
  [/health check|unhealthy/i, 'health-check'],
  [/AZ ?rebalanc|Availability Zone|user request|scheduled/i, 'scale-in'],
];

/** The instances that an Auto Scaling group terminated, or found gone. */
export function instanceStopsOf(bundle: EvidenceBundle): readonly TargetStop[] {
  return autoScalingGroupsOf(bundle).flatMap(({ name, activities }) =>
    activities.flatMap(({ kind, startedAt, endedAt, cause, description, instanceId }): TargetStop[] => {
      const reason = CAUSES.find(([pattern]) => pattern.test(`${cause} ${description}`))?.[1];
      if (kind !== 'termination' || reason === undefined) return [];
      const fromMs = Date.parse(startedAt);
      const instance = instanceId === null ? 'an instance' : `instance ${printable(instanceId)}`;
      return [
        {
          reason,
          fromMs,
          toMs: Math.max(fromMs, Date.parse(endedAt ?? startedAt)),
          targets: [],
          description: `${instance} of ${printable(name)}: ${printable(cause.slice(0, 160))}`,
          source: 'DescribeScalingActivities',
        },
      ];
    }),
  );
}
