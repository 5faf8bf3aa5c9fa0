import { largest } from '../bundle/metric-view.ts';
import type { CauseRow } from '../cause-row.ts';
import { modifyAttribute, printable } from '../remedies/command.ts';

const KEY = 'deregistration_delay.timeout_seconds';

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
        return {
          title: `Raise ${KEY} of ${printable(group.name)} from ${before} to ${seconds}`,
          why: 'requests still running when the delay ends are cut off with 502. Side effects: deployments and scaling in take up to that long, and the process must live that long after deregistration.',
          commands: [modifyAttribute(group.arn, KEY, String(seconds))],
          rollback: [modifyAttribute(group.arn, KEY, String(before))],
        };
      }),
};
