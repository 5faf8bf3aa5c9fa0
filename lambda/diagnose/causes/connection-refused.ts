import type { Action } from '../../model/diagnosis.ts';
import type { EvidenceBundle, TargetGroup } from '../../model/evidence.ts';
import { seriesOf, sum } from '../bundle/metric-view.ts';
import type { CauseRow } from '../cause-row.ts';
import { describeTargetHealth, printable } from '../remedies/command.ts';
import { failedTargetOf } from '../remedies/failed-url.ts';

/** Groups with connection errors of their own first; all of them where the metric does not tell. */
export function groupsWithErrors(bundle: EvidenceBundle, metric: string): readonly TargetGroup[] {
  const failing = new Set(
    seriesOf(bundle, metric, 'target-group')
      .filter((series) => sum(series.values) > 0)
      .map((series) => series.dimensions['TargetGroup']),
  );
  const named = bundle.targetGroups.filter((group) => failing.has(group.arn.split(':').at(-1)));
  return (
    named.length > 0 ? named : bundle.targetGroups.filter((group) => group.targetType !== 'lambda')
  ).slice(0, 3);
}

function checkListening(bundle: EvidenceBundle, group: TargetGroup): Action {
  const logged = failedTargetOf(bundle, group)?.split(':').at(-1);
  const port = group.targets[0]?.port ?? group.port ?? logged ?? 'PORT';
  return {
    title: `On the targets of ${printable(group.name)}: make sure the server listens on port ${port}, on all addresses`,
    why: 'a refused connection means that nothing listens there, that it listens on 127.0.0.1 only, or that its backlog is full. Side effect of a larger backlog: a short queue before requests are served.',
    commands: [describeTargetHealth(group.arn), '# on the target:', `ss -ltn 'sport = :${port}'`],
    rollback: ['set the port of the server or of the registration back to its value of before'],
  };
}

export const connectionRefused: CauseRow = {
  id: 'connection-refused',
  advise: (bundle) =>
    groupsWithErrors(bundle, 'TargetConnectionErrorCount').map((group) => checkListening(bundle, group)),
};
