import type { OwnedAction } from '../../model/diagnosis.ts';
import type { EvidenceBundle, TargetGroup } from '../../model/evidence.ts';
import { largest } from '../bundle/metric-view.ts';
import type { CauseRow } from '../cause-row.ts';
import { writtenChange } from '../remedies/attribute-change.ts';
import { describeAttributes, printable } from '../remedies/command.ts';
import { ownerOfWorkload } from '../remedies/owners.ts';

const KEY = 'deregistration_delay.timeout_seconds';

/** What has to live on for as long, by what runs behind the group. */
function companion(bundle: EvidenceBundle, group: TargetGroup): string {
  switch (ownerOfWorkload(bundle, group)) {
    case 'ecs':
      return 'ECS waits that long before it stops a task, so stopTimeout need not change';
    case 'kubernetes':
      return 'a pod still ends after its terminationGracePeriodSeconds, so that must be longer too, with a preStop that waits';
    default:
      return 'the process must keep running that long after deregistration';
  }
}

/** AWS's own limits: 300 s unless set, and 3600 s at most. */
const DEFAULT_SECONDS = 300;
const LONGEST_SECONDS = 3600;

const secondsNow = ({ attributes }: TargetGroup): number => Number(attributes[KEY] ?? DEFAULT_SECONDS);

function raise(bundle: EvidenceBundle, group: TargetGroup): OwnedAction {
  const before = secondsNow(group);
  const slowest = largest(bundle, 'TargetResponseTime', 'Maximum') ?? 0;
  const seconds = Math.min(LONGEST_SECONDS, Math.max(Math.ceil(slowest * 1.5), before * 2, 60));
  const change = { arn: group.arn, key: KEY, before: String(before), after: String(seconds) };
  const { place, note, ...written } = writtenChange(bundle, change);
  return {
    title: `Raise ${KEY} of ${printable(group.name)} from ${before} to ${seconds}${place}`,
    why: `requests still running when the delay ends are cut off with a 502. ${note} Side effects: deployments and scale-in take up to that long; ${companion(bundle, group)}.`,
    ...written,
  };
}

/** No longer delay can be set. */
function endEarlier(bundle: EvidenceBundle, group: TargetGroup): OwnedAction {
  return {
    title: `On the targets of ${printable(group.name)}: answer within ${LONGEST_SECONDS} s, the longest deregistration delay that AWS allows`,
    why: 'requests still running when the delay ends are cut off with a 502, and it cannot be raised any further: move longer work to the background. Side effect: none, the command only reads.',
    commands: [describeAttributes(group.arn)],
    rollback: [],
    layer: 'target',
    owner: ownerOfWorkload(bundle, group),
  };
}

/** A request took longer than the deregistration delay. */
export const deregistrationDelayElapsed: CauseRow = {
  id: 'deregistration-delay-elapsed',
  advise: (bundle) =>
    bundle.targetGroups
      .filter((group) => group.targetType !== 'lambda')
      .slice(0, 3)
      .map((group) =>
        secondsNow(group) >= LONGEST_SECONDS ? endEarlier(bundle, group) : raise(bundle, group),
      ),
};
