import { wholeMilliseconds, wholeSeconds } from '../server.ts';

/** The servers most often found behind a load balancer, for advice about one that is not known. */
export const USUAL_SETTINGS = (seconds: number): readonly string[] => [
  '# nginx',
  `keepalive_timeout ${wholeSeconds(seconds)}s;`,
  '# Node.js',
  `server.keepAliveTimeout = ${wholeMilliseconds(seconds)};`,
  '# gunicorn, in gunicorn.conf.py',
  `keepalive = ${wholeSeconds(seconds)}`,
  '# Apache',
  `KeepAliveTimeout ${wholeSeconds(seconds)}`,
];
