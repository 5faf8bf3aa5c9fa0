import type { EvidenceBundle } from '../../model/evidence.ts';
import type { CauseRow } from '../cause-row.ts';
import { knownIdleTimeoutSeconds } from '../keep-alive/keep-alive.ts';
import { groupThatFailed, ownerOfTargets } from '../remedies/owners.ts';
import { serverPlace } from '../remedies/workload-text.ts';

const SECONDS = 120;

/** A longer timeout is none where the load balancer gives up first. */
function idleTimeoutNote(bundle: EvidenceBundle): string {
  const idle = knownIdleTimeoutSeconds(bundle);
  return idle === null || idle > SECONDS
    ? ''
    : ` The load balancer answers 504 after ${idle} s without a byte from the target, so a longer timeout needs a longer idle timeout too.`;
}

/** The server killed a worker that took too long. */
export const workerTimeout: CauseRow = {
  id: 'worker-timeout',
  advise: (bundle) => {
    const group = groupThatFailed(bundle);
    return [
      {
        title:
          'On the targets: raise the worker timeout above the slowest request, or make that request faster',
        why: `the server kills a worker that runs longer than its timeout, and the request with it.${idleTimeoutNote(bundle)} Puma's worker_timeout is not one of these: it finds workers that hang completely. Side effect: a stuck worker is noticed later.`,
        commands: [
          ...(group === undefined ? [] : serverPlace(bundle, group)),
          '# gunicorn, gunicorn.conf.py (30 unless set):',
          `timeout = ${SECONDS}`,
          '# uWSGI, its ini file:',
          `harakiri = ${SECONDS}`,
          '# Unicorn, unicorn.rb (60 unless set):',
          `timeout ${SECONDS}`,
          '; PHP-FPM, the pool:',
          `request_terminate_timeout = ${SECONDS}`,
        ],
        rollback: ['# set the timeout back to its previous value, then restart'],
        layer: 'target',
        owner: ownerOfTargets(bundle),
      },
    ];
  },
};
