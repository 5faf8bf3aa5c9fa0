import { anyTag, TAGS } from '../bundle/tags.ts';
import type { CauseRow } from '../cause-row.ts';
import { argument } from '../remedies/command.ts';

export const targetCrash: CauseRow = {
  id: 'target-crash',
  advise: (bundle) => {
    const logGroup = anyTag(bundle, TAGS.logGroup);
    const group = logGroup === null ? 'LOG_GROUP' : argument('LOG_GROUP', logGroup);
    const region = argument('REGION', bundle.region);
    return [
      {
        title: 'Find out why the target process ended: its log and exit code in the failing minutes',
        why: 'a process that dies takes its open requests along. Exit code 137 is a kill, mostly for memory; then raise the memory limit or find the leak. Side effect of a higher limit: fewer processes fit on a host.',
        commands: [
          `aws logs filter-log-events --region ${region} --log-group-name ${group} --filter-pattern '?panic ?OutOfMemory ?SIGKILL ?Killed ?segfault'`,
          `aws ecs describe-tasks --region ${region} --cluster CLUSTER --tasks TASK --query 'tasks[].[stoppedReason,containers[].exitCode]'`,
          '# on an instance:',
          'journalctl -k --grep "out of memory|oom"',
        ],
        rollback: ['set the memory limit back to its value of before if that was not it'],
      },
    ];
  },
};
