import type { EvidenceBundle, TargetGroup } from '../../model/evidence.ts';
import { largest } from '../bundle/metric-view.ts';
import type { CauseRow } from '../cause-row.ts';
import { writtenChange } from '../remedies/attribute-change.ts';
import { printable } from '../remedies/command.ts';
import { ownerOfWorkload } from '../remedies/owners.ts';

const KEY = 'deregistration_delay.timeout_seconds';

/** What has to live on for as long, by what runs behind the group. */
function companion(bundle: EvidenceBundle, group: TargetGroup): string {
  switch (ownerOfWorkload(bundle, group)) {
    case 'ecs':
      return 'ECS waits that long before it stops a task, so stopTimeout has no part in it';
    case 'kubernetes':
      return 'a pod ends after its terminationGracePeriodSeconds all the same, so that has to be longer, with a preStop that waits';
    default:
      return 'the process must live that long after deregistration';
  }
}

export const deregistrationDelayElapsed: CauseRow = {
  id: 'deregistration-delay-elapsed',
  advise: (bundle) =>
    bundle.targetGroups
      .filter((group) => group.targetType !== 'lambda')
      .slice(0, 3)
      .map((group) => {
        // 300 s is AWS's default, 3600 s its maximum.
        const before = Number(group.attributes[KEY] ?? 300);
        const slowest = largest(bundle, 'TargetResponseTime', 'Maximum') ?? 0;
        const seconds = Math.min(3600, Math.max(Math.ceil(slowest * 1.5), before * 2, 60));
        const change = { arn: group.arn, key: KEY, before: String(before), after: String(seconds) };
        const { place, note, ...written } = writtenChange(bundle, change);
        return {
          title: `Raise ${KEY} of ${printable(group.name)} from ${before} to ${seconds}${place}`,
          why: `requests still running when the delay ends are cut off with 502. ${note} Side effects: deployments and scaling in take up to that long; ${companion(bundle, group)}.`,
          ...written,
        };
      }),
};
