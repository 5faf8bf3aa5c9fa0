import type { CauseRow } from '../cause-row.ts';

export const workerTimeout: CauseRow = {
  id: 'worker-timeout',
  advise: () => [
    {
      title:
        'On the targets: raise the worker timeout above the slowest request, or make that request faster',
      why: 'the server kills a worker that works longer than its timeout, and the request with it. Side effect: a stuck worker is noticed later.',
      commands: [
        'gunicorn: --timeout 120 (default 30)',
        'uWSGI: harakiri = 120',
        'Puma (cluster): worker_timeout 120 (default 60)',
        'PHP-FPM: request_terminate_timeout = 120',
      ],
      rollback: ['set the timeout back to its value of before and restart'],
    },
  ],
};
