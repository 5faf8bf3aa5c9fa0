import type { CauseRow } from '../cause-row.ts';
import { describeAttributes, describeTargetHealth } from '../remedies/command.ts';

export const deployment: CauseRow = {
  id: 'deployment',
  advise: (bundle) => {
    const groups = bundle.targetGroups.filter((group) => group.targetType !== 'lambda').slice(0, 3);
    return [
      {
        title: 'On the targets: keep serving until drained, then close idle connections, then exit',
        why:
          'on SIGTERM a target must be deregistered first and go on answering until the load balancer has stopped sending. ' +
          'Side effect: every deployment takes longer by that wait.',
        commands: [
          'ECS: set stopTimeout to at least the deregistration delay, and handle SIGTERM by draining',
          'Kubernetes: lifecycle.preStop sleep of 15 s or more, terminationGracePeriodSeconds above it',
          'Node.js: server.closeIdleConnections() after the drain, then server.close()',
        ],
        rollback: ['set stop timeout and preStop back to their values of before'],
      },
      {
        title: 'Look at the targets and their deregistration delay',
        why: 'the delay must be shorter than the time the process lives after deregistration.',
        commands: groups.flatMap((group) => [describeTargetHealth(group.arn), describeAttributes(group.arn)]),
        rollback: [],
      },
    ];
  },
};
