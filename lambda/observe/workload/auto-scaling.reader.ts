import {
  type Activity,
  type AutoScalingClient,
  DescribeAutoScalingInstancesCommand,
  DescribeInstanceRefreshesCommand,
  DescribeScalingActivitiesCommand,
} from '@aws-sdk/client-auto-scaling';
import type { Gap } from '../../model/evidence.ts';
import { inTextOrder } from '../../model/text-order.ts';
import type { AutoScalingGroup, ScalingActivity } from '../../model/workload.ts';
import { answered, attempt } from '../aws-failure.ts';
import { isoTime, sentence, workloadCall, workloadGap } from './workload-call.ts';

/** DescribeAutoScalingInstances takes at most so many; the first of a large group say which group it is. */
const MOST_INSTANCES = 50;
const MOST_ACTIVITIES = 100;
const MOST_REFRESHES = 10;

/** An Auto Scaling group, and what of it could not be read. */
export interface AutoScalingReading {
  /** null: the instances are in none, or nobody knows. */
  readonly group: AutoScalingGroup | null;
  readonly gaps: readonly Gap[];
}

const kindOf = (description: string): ScalingActivity['kind'] =>
  /^Launching\b/i.test(description)
    ? 'launch'
    : /^Terminating\b/i.test(description)
      ? 'termination'
      : 'other';

function activityOf({
  StartTime,
  EndTime,
  StatusCode,
  Description = '',
  Cause,
}: Activity): ScalingActivity[] {
  const startedAt = isoTime(StartTime);
  if (startedAt === null) return [];
  return [
    {
      startedAt,
      endedAt: isoTime(EndTime),
      kind: kindOf(Description),
      status: StatusCode ?? 'Unknown',
      description: sentence(Description) ?? '',
      cause: sentence(Cause) ?? '',
      instanceId: /\bi-[\da-f]{8,17}\b/.exec(Description)?.[0] ?? null,
    },
  ];
}

/** The group that most of the instances are in. */
function commonest(names: readonly string[]): string | null {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  const [first] = [...counts].sort(([, left], [, right]) => right - left);
  return first?.[0] ?? null;
}

const readGroupNames = (autoScaling: AutoScalingClient, region: string, instanceIds: readonly string[]) =>
  attempt(
    workloadCall(
      region,
      'autoscaling:DescribeAutoScalingInstances',
      'the Auto Scaling group of the targets',
      instanceIds[0] ?? null,
    ),
    async () => {
      const InstanceIds = instanceIds.slice(0, MOST_INSTANCES);
      const answer = await autoScaling.send(new DescribeAutoScalingInstancesCommand({ InstanceIds }));
      return answered(answer.AutoScalingInstances).flatMap(
        ({ AutoScalingGroupName }) => AutoScalingGroupName ?? [],
      );
    },
  );

const readActivities = (autoScaling: AutoScalingClient, region: string, name: string, since: string) =>
  attempt(
    workloadCall(region, 'autoscaling:DescribeScalingActivities', 'what the Auto Scaling group did', name),
    async () => {
      const command = new DescribeScalingActivitiesCommand({
        AutoScalingGroupName: name,
        MaxRecords: MOST_ACTIVITIES,
      });
      return answered((await autoScaling.send(command)).Activities)
        .flatMap(activityOf)
        .filter(({ endedAt }) => endedAt === null || endedAt >= since)
        .sort((left, right) => inTextOrder(right.startedAt, left.startedAt));
    },
  );

const readRefreshes = (autoScaling: AutoScalingClient, region: string, name: string, since: string) =>
  attempt(
    workloadCall(
      region,
      'autoscaling:DescribeInstanceRefreshes',
      'instance refreshes of the Auto Scaling group',
      name,
    ),
    async () => {
      const command = new DescribeInstanceRefreshesCommand({
        AutoScalingGroupName: name,
        MaxRecords: MOST_REFRESHES,
      });
      return answered((await autoScaling.send(command)).InstanceRefreshes)
        .map(({ InstanceRefreshId, Status, StatusReason, StartTime, EndTime }) => ({
          id: InstanceRefreshId ?? '',
          status: Status ?? 'Unknown',
          statusReason: sentence(StatusReason),
          startedAt: isoTime(StartTime),
          endedAt: isoTime(EndTime),
        }))
        .filter(({ endedAt }) => endedAt === null || endedAt >= since);
    },
  );

/** The Auto Scaling group of some instances, and what it did since a time: three calls. */
export async function readAutoScaling(
  autoScaling: AutoScalingClient,
  region: string,
  instanceIds: readonly string[],
  since: string,
): Promise<AutoScalingReading> {
  if (instanceIds.length === 0) return { group: null, gaps: [] };
  const names = await readGroupNames(autoScaling, region, instanceIds);
  if (names.state === 'unknown') return { group: null, gaps: [names.gap] };
  const name = commonest(names.value);
  if (name === null) return { group: null, gaps: [] };
  const [activities, refreshes] = await Promise.all([
    readActivities(autoScaling, region, name, since),
    readRefreshes(autoScaling, region, name, since),
  ]);
  const others = [...new Set(names.value)].filter((other) => other !== name);
  const gaps = [activities, refreshes].flatMap((reading) =>
    reading.state === 'unknown' ? [reading.gap] : [],
  );
  const what = 'other Auto Scaling groups behind the target group';
  const reason = `only that of most targets is read; there are also ${others.join(', ')}`;
  return {
    group: {
      name,
      healthCheckType: null,
      activities: activities.state === 'known' ? activities.value : [],
      instanceRefreshes: refreshes.state === 'known' ? refreshes.value : [],
    },
    gaps: others.length === 0 ? gaps : [...gaps, workloadGap('switched-off', what, reason)],
  };
}
