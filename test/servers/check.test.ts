import { describe, expect, test } from 'vitest';
import { probe } from '../../lambda/probe/probe.ts';
import { type Files, factsOf } from '../check/servers/reading.ts';
import { findProgram, startServer } from './process.ts';

/** A configuration with settings that compete, and the server that decides which of them counts. */
interface Contest {
  readonly name: string;
  readonly program: readonly [name: string, debianPackage: string];
  readonly args: (folder: string) => readonly string[];
  readonly files: (port: number, folder: string) => Files;
  /** How much later than the setting it closes by itself. */
  readonly lateBySeconds: number;
}

const NGINX_START = `daemon off; pid nginx.pid; error_log stderr; worker_processes 1;
events { worker_connections 512; }
`;
const NGINX_PATHS = `access_log off;
${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${name};`).join(' ')}`;

const MODULES = ['mpm_event', 'authz_core', 'dir']
  .map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`)
  .join('\n');

const nginx = (name: string, files: (port: number) => Files): Contest => ({
  name: `nginx: ${name}`,
  program: ['nginx', 'nginx-light'],
  args: (folder) => ['-p', folder, '-c', 'nginx.conf', '-e', 'stderr'],
  files,
  lateBySeconds: 0,
});

const haproxy = (name: string, defaults: string, frontend: string): Contest => ({
  name: `HAProxy: ${name}`,
  program: ['haproxy', 'haproxy'],
  args: () => ['-db', '-f', 'haproxy.cfg'],
  files: (port) => ({
    'haproxy.cfg': `defaults\n  mode http\n  timeout server 60s\n  timeout connect 5s\n${defaults}\nfrontend all\n  bind 127.0.0.1:${port}\n${frontend}\n  http-request return status 200 content-type text/plain string ok\n`,
  }),
  lateBySeconds: 0,
});

const CONTESTS: readonly Contest[] = [
  nginx('a server overrides http', (port) => ({
    'nginx.conf': `${NGINX_START}http {\n${NGINX_PATHS}\nkeepalive_timeout 9s;\nserver {\nlisten 127.0.0.1:${port};\nkeepalive_timeout 3s;\nlocation / { return 200 ok; }\n}\n}\n`,
  })),
  nginx('a location overrides its server', (port) => ({
    'nginx.conf': `${NGINX_START}http {\n${NGINX_PATHS}\nserver {\nlisten 127.0.0.1:${port};\nkeepalive_timeout 9s;\nlocation / { keepalive_timeout "2500ms"; return 200 ok; }\n}\n}\n`,
  })),
  nginx('http holds for what it includes', (port) => ({
    'nginx.conf': `${NGINX_START}http {\n${NGINX_PATHS}\ninclude app*.conf;\n# keepalive_timeout 9s;\nkeepalive_timeout 4s 9s;\n}\n`,
    'app-1.conf': `server {\nlisten 127.0.0.1:${port};\nlocation / { return 200 ok; }\n}\n`,
  })),
  {
    name: 'Apache: a virtual host overrides the server, in milliseconds',
    program: ['apache2', 'apache2-bin'],
    args: (folder) => ['-X', '-d', folder, '-f', 'apache.conf'],
    files: (port, folder) => ({
      'index.html': 'ok',
      'apache.conf': `ServerName localhost\nListen 127.0.0.1:${port}\nPidFile apache.pid\nDefaultRuntimeDir ${folder}\nErrorLog error.log\n${MODULES}\nDocumentRoot ${folder}\nDirectoryIndex index.html\nkeepalivetimeout 9\n<VirtualHost *:${port}>\n  KeepAliveTimeout \\\n    3500ms\n</VirtualHost>\n`,
    }),
    lateBySeconds: 0,
  },
  haproxy(
    'http-keep-alive before http-request',
    '  timeout client 60s\n  timeout http-request 9s',
    '  timeout http-keep-alive 3s',
  ),
  haproxy(
    'http-request where http-keep-alive is not set',
    '  timeout client 60s\n  timeout http-request 3000',
    '',
  ),
  haproxy('the client timeout where it is shorter', '  timeout client 3s\n  timeout http-keep-alive 9s', ''),
  {
    name: 'gunicorn: its file, with an expression',
    program: ['gunicorn', 'gunicorn'],
    args: () => ['app:app'],
    files: (port) => ({
      'gunicorn.conf.py': `import os\nbind = "127.0.0.1:${port}"\nthreads = 4\nkeepalive = 9\nkeepalive = int(os.environ.get("ALB502_NOT_SET", "1")) + 3\n`,
      'app.py':
        'def app(environ, start):\n    start("200 OK", [("Content-Length", "2")])\n    return [b"ok"]\n',
    }),
    lateBySeconds: 1,
  },
  {
    name: 'Node.js: a setting before an option, by way of constants',
    program: [process.execPath, 'nodejs'],
    // In the file, the loopback address would say that no load balancer reaches it.
    args: () => ['server.cjs', '127.0.0.1'],
    files: (port) => ({
      'server.cjs': `const { createServer } = require('node:http');\nconst SECOND = 1e3;\nconst server = createServer({ keepAliveTimeout: 9 * SECOND }, (_, response) => response.end('ok'));\nserver.keepAliveTimeout = Number(process.env.ALB502_NOT_SET ?? 3 * SECOND);\nserver.listen(${port}, process.argv[2]);\n`,
    }),
    // It closes a second after what it declares.
    lateBySeconds: 1,
  },
];

const LIMITS = { maxSeconds: 20, watchSeconds: 18, requests: 2, pauseMs: 0 };

describe.concurrent('check reads of a configuration what its server does', { timeout: 120_000 }, () => {
  test.each(CONTESTS)('$name', async ({ program, args, files, lateBySeconds }) => {
    let written: Files = {};
    await using running = await startServer(async (port, folder) => {
      written = files(port, folder);
      return { command: await findProgram(...program), args: args(folder), files: written };
    });
    const servers = factsOf(written).servers.filter(({ ports }) => ports.includes(running.port));
    const [only] = servers;
    if (!only || servers.length > 1 || only.keepAliveSeconds.state !== 'set')
      throw new Error(`one server with a keep-alive was expected: ${JSON.stringify(servers)}`);
    const endpoint = { host: '127.0.0.1', port: running.port, tls: false, path: '/' };
    const { idleClose } = await probe(endpoint, 60, LIMITS);
    if (!idleClose || !('seconds' in idleClose)) throw new Error('it closes');
    const { value } = only.keepAliveSeconds;
    expect(idleClose.seconds).toBeGreaterThan(value - 0.1);
    // What competes is five seconds longer; a busy machine may close late.
    expect(idleClose.seconds).toBeLessThan(value + lateBySeconds + 2.5);
  });
});
