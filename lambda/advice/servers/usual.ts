import { LONGEST_WITH_WORKER_SECONDS } from '../advice-lines.ts';
import { wholeMilliseconds, wholeSeconds } from '../server.ts';

/** The servers most often found behind a load balancer, for advice about one that is not known. */
export const USUAL_SETTINGS = (seconds: number): readonly string[] => [
  '# nginx:',
  `keepalive_timeout ${wholeSeconds(seconds)}s;`,
  '// Node.js:',
  `server.keepAliveTimeout = ${wholeMilliseconds(seconds)};`,
  '# gunicorn, gunicorn.conf.py:',
  `keepalive = ${wholeSeconds(seconds)}`,
  ...(seconds > LONGEST_WITH_WORKER_SECONDS
    ? ['# Apache, with the MPM event only: prefork and worker hold a worker for each idle connection']
    : ['# Apache:']),
  `KeepAliveTimeout ${wholeSeconds(seconds)}`,
];
