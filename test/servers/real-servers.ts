import { join } from 'node:path';
import type { ProbeResult } from '../../lambda/probe/probe-result.ts';
import { findNode, findProgram, type RunningServer, type ServerCommand, startServer } from './process.ts';

/** A real server with a known configuration, and what a probe must say of it. */
export interface RealServer {
  readonly name: string;
  /** The settings as one writes them. */
  readonly configured: string;
  /** When it closes an idle connection, in seconds. */
  readonly closesAfterSeconds: number;
  /** How much later it may close: servers that look at their idle connections only so often. */
  readonly lateBySeconds: number;
  readonly requests: ProbeResult['requestsPerConnection'];
  readonly declaredKeepAliveSeconds: number | null;
  start(): Promise<RunningServer>;
}

/** More requests than the probe sends on one connection when it may send 200. */
const NO_LIMIT = { atLeast: 156 } as const;
const announced = (limit: number) => ({ limit, announced: true, trials: [limit] });

function nginx(seconds: number, requests: number): RealServer {
  return {
    name: 'nginx',
    configured: `keepalive_timeout ${seconds}s; keepalive_requests ${requests};`,
    closesAfterSeconds: seconds,
    lateBySeconds: 0,
    requests: requests > 156 ? NO_LIMIT : announced(requests),
    declaredKeepAliveSeconds: null,
    start: () =>
      startServer(async (port, folder) => ({
        command: await findProgram('nginx', 'nginx-light'),
        args: ['-p', folder, '-c', 'nginx.conf', '-e', 'stderr'],
        files: {
          'nginx.conf': `daemon off; pid nginx.pid; error_log stderr; worker_processes 1;
events { worker_connections 512; }
http {
  access_log off;
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${name};`).join(' ')}
  keepalive_timeout ${seconds}s; keepalive_requests ${requests};
  server { listen 127.0.0.1:${port}; location / { return 200 ok; } }
}
`,
        },
      })),
  };
}

function apache(seconds: number, requests: number): RealServer {
  return {
    name: 'Apache (event)',
    configured: `KeepAliveTimeout ${seconds}, MaxKeepAliveRequests ${requests}`,
    closesAfterSeconds: seconds,
    lateBySeconds: 0,
    // Apache counts the requests after the first.
    requests: requests === 0 ? NO_LIMIT : announced(requests + 1),
    declaredKeepAliveSeconds: seconds,
    start: () =>
      startServer(async (port, folder) => ({
        command: await findProgram('apache2', 'apache2-bin'),
        args: ['-X', '-d', folder, '-f', join(folder, 'apache.conf')],
        files: {
          'index.html': 'ok',
          'apache.conf': `ServerName localhost
Listen 127.0.0.1:${port}
PidFile apache.pid
DefaultRuntimeDir ${folder}
ErrorLog error.log
${['mpm_event', 'authz_core', 'dir'].map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`).join('\n')}
DocumentRoot ${folder}
DirectoryIndex index.html
KeepAlive On
KeepAliveTimeout ${seconds}
MaxKeepAliveRequests ${requests}
`,
        },
      })),
  };
}

function gunicorn(seconds: number): RealServer {
  return {
    name: 'gunicorn (gthread)',
    configured: `--worker-class gthread --keep-alive ${seconds}`,
    closesAfterSeconds: seconds,
    // Its loop looks for connections to close once a second.
    lateBySeconds: 1,
    requests: NO_LIMIT,
    declaredKeepAliveSeconds: null,
    start: () =>
      startServer(async (port) => ({
        command: await findProgram('gunicorn', 'gunicorn'),
        args: [
          '-k',
          'gthread',
          '--threads',
          '8',
          '--keep-alive',
          `${seconds}`,
          '-b',
          `127.0.0.1:${port}`,
          'app:app',
        ],
        files: {
          'app.py':
            'def app(environ, start):\n    start("200 OK", [("Content-Length", "2")])\n    return [b"ok"]\n',
        },
      })),
  };
}

function haproxy(milliseconds: number): RealServer {
  return {
    name: 'HAProxy',
    configured: `timeout http-keep-alive ${milliseconds}ms`,
    closesAfterSeconds: milliseconds / 1_000,
    lateBySeconds: 0,
    requests: NO_LIMIT,
    declaredKeepAliveSeconds: null,
    start: () =>
      startServer(async (port) => ({
        command: await findProgram('haproxy', 'haproxy'),
        args: ['-db', '-f', 'haproxy.cfg'],
        files: {
          'haproxy.cfg': `defaults
  mode http
  timeout client 60s
  timeout server 60s
  timeout connect 5s
  timeout http-request 30s
  timeout http-keep-alive ${milliseconds}ms
frontend all
  bind 127.0.0.1:${port}
  http-request return status 200 content-type text/plain string ok
`,
        },
      })),
  };
}

function node(major: number, milliseconds: number): RealServer {
  const script = `const server = require('node:http').createServer((_, response) => response.end('ok'));
server.keepAliveTimeout = ${milliseconds};
server.listen(Number(process.argv[2]), '127.0.0.1');
`;
  const command = async (port: number): Promise<ServerCommand> => ({
    command: await findNode(major),
    args: ['server.cjs', `${port}`],
    files: { 'server.cjs': script },
  });
  return {
    name: `Node ${major}`,
    configured: `keepAliveTimeout = ${milliseconds}`,
    // It closes a second after what it declares, so that clients that heed it never race.
    closesAfterSeconds: milliseconds / 1_000 + 1,
    lateBySeconds: 0,
    requests: NO_LIMIT,
    declaredKeepAliveSeconds: Math.floor(milliseconds / 1_000),
    start: () => startServer(command),
  };
}

/** Every server with every configuration that is measured. */
export const REAL_SERVERS: readonly RealServer[] = [
  nginx(3, 1_000),
  nginx(7, 20),
  apache(4, 100),
  apache(5, 0),
  gunicorn(2),
  gunicorn(5),
  haproxy(2_500),
  haproxy(8_000),
  node(20, 5_000),
  node(20, 1_500),
  node(24, 5_000),
  node(24, 1_500),
];
