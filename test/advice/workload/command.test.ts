import { describe, expect, test } from 'vitest';
import { workloadServer } from '../../../lambda/advice/workload-server.ts';
import { SERVER_VARIABLES } from '../../../lambda/model/server-variables.ts';
import type { Container } from '../../../lambda/model/workload.ts';
import { redactedVariables, redactedWords } from '../../../lambda/observe/redact.ts';
import { running } from './services.ts';

const sh = (script: string): string[] => ['sh', '-c', script];

/** Of what leaves the account, as it is. */
const redacted = (command: readonly string[], environment: Readonly<Record<string, string>>) =>
  running(redactedWords(command), redactedVariables(Object.entries(environment), SERVER_VARIABLES));

/** The server, and the seconds it is set to: null where nothing sets it, `unknown` where something does. */
function read(command: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const found = workloadServer(redacted(command, environment));
  if (found.state === 'unknown') return null;
  const { keepAlive } = found;
  return [found.server, keepAlive.state === 'set' ? keepAlive.seconds : keepAlive.state] as const;
}

describe('a command names its server and what it sets', () => {
  test.each<[readonly string[], string, number | 'default' | 'unknown']>([
    [['gunicorn', 'app:app'], 'gunicorn-sync', 'default'],
    [['gunicorn', 'app:app', '--keep-alive', '75'], 'gunicorn-sync', 'default'],
    [['gunicorn', 'app:app', '--threads', '8', '--keep-alive=75'], 'gunicorn', 75],
    [['gunicorn', 'app:app', '--threads=1', '--keep-alive=75'], 'gunicorn-sync', 'default'],
    [['gunicorn', '-kgevent', 'app:app'], 'gunicorn', 'default'],
    [['gunicorn', '-k', 'eventlet', '--keep-alive', '5', '--keep-alive', '90', 'app:app'], 'gunicorn', 90],
    [['gunicorn', 'app:app', '-k', 'uvicorn.workers.UvicornWorker'], 'gunicorn-uvicorn', 'default'],
    [
      ['gunicorn', 'app:app', '--worker-class=uvicorn_worker.UvicornWorker', '--keep-alive', '65'],
      'gunicorn-uvicorn',
      65,
    ],
    [['gunicorn', '-c', 'gunicorn.conf.py', 'app:app'], 'gunicorn', 'unknown'],
    [['gunicorn', '-c', 'conf.py', '--keep-alive', '75', 'app:app'], 'gunicorn', 75],
    [['gunicorn', '-k', 'own.Worker', 'app:app'], 'gunicorn', 'unknown'],
    [['gunicorn', '-k', 'gthread', '--keep-alive', '0', 'app:app'], 'gunicorn', 'unknown'],
    [['uvicorn', 'main:app', '--host', '0.0.0.0', '--timeout-keep-alive', '75'], 'uvicorn', 75],
    [['python', '-u', '-m', 'uvicorn', 'main:app'], 'uvicorn', 'default'],
    [['python3.12', '-m', 'gunicorn', '-k', 'gthread', 'app:app'], 'gunicorn', 'default'],
    [['fastapi', 'run', 'main.py', '--port', '80'], 'uvicorn', 'default'],
    [['hypercorn', 'app:app', '--keep-alive', '75'], 'hypercorn', 75],
    [['daphne', '-b', '0.0.0.0', 'shop.asgi:application'], 'daphne', 'default'],
    [['waitress-serve', '--channel-timeout=150', 'app:app'], 'waitress', 150],
    [['flask', 'run', '--host=0.0.0.0'], 'werkzeug', 'default'],
    [['python', 'manage.py', 'runserver', '0.0.0.0:8000'], 'werkzeug', 'default'],
    [['uwsgi', '--http', ':8000', '--http-keepalive=75', '--module', 'app'], 'uwsgi', 75],
    [['uwsgi', '--ini', 'uwsgi.ini'], 'uwsgi', 'unknown'],
    [['bundle', 'exec', 'puma', '-C', 'config/puma.rb'], 'puma', 'default'],
    [['bin/rails', 'server', '-b', '0.0.0.0'], 'puma', 'default'],
    [['./bin/thrust', './bin/rails', 'server'], 'thruster', 'default'],
    [['bundle', 'exec', 'unicorn', '-c', 'config/unicorn.rb'], 'unicorn', 'default'],
    [['node', 'dist/main.js'], 'node', 'default'],
    [['node', '--max-old-space-size=512', '-r', 'dd-trace/init', 'index.js'], 'node', 'default'],
    [['npm', 'start'], 'node', 'default'],
    [['npm', 'run', 'start:prod'], 'node', 'default'],
    [['yarn', 'start'], 'node', 'default'],
    [['pm2-runtime', 'start', 'ecosystem.config.js'], 'node', 'default'],
    [['npx', 'next', 'start', '--keepAliveTimeout', '70000'], 'next', 70],
    [['node', 'node_modules/.bin/next', 'start'], 'next', 'default'],
    [['fastify', 'start', '-l', 'info', 'app.js'], 'fastify', 'default'],
    [['bun', 'server.ts'], 'bun', 'default'],
    [['java', '-jar', 'app.jar', '--server.tomcat.keep-alive-timeout=75s'], 'spring-boot', 75],
    [['java', '-Dserver.tomcat.keep-alive-timeout=75000', '-jar', 'app.jar'], 'spring-boot', 75],
    [['java', '-Dserver.tomcat.connection-timeout=5s', '-jar', 'app.jar'], 'spring-boot', 5],
    [['java', '-Dserver.jetty.connection-idle-timeout=PT1M15S', '-jar', 'app.jar'], 'spring-boot-jetty', 75],
    [['java', '-Dserver.netty.idle-timeout=2m', '-jar', 'app.jar'], 'spring-boot-netty', 120],
    [['java', '-Dquarkus.http.idle-timeout=75', '-jar', 'quarkus-run.jar'], 'quarkus', 75],
    [['java', '-jar', '/deployments/quarkus-run.jar'], 'quarkus', 'default'],
    [['java', 'org.springframework.boot.loader.launch.JarLauncher'], 'spring-boot', 'unknown'],
    [['java', '-jar', 'start.jar', 'jetty.http.idleTimeout=75000'], 'jetty', 75],
    [['catalina.sh', 'run'], 'tomcat', 'default'],
    [['dotnet', 'Shop.Api.dll'], 'kestrel', 'default'],
    [['httpd-foreground'], 'apache', 'default'],
    [['apachectl', '-D', 'FOREGROUND', '-c', 'KeepAliveTimeout 75'], 'apache', 75],
    [['nginx', '-g', 'daemon off;'], 'nginx', 'default'],
    [['traefik', '--entryPoints.web.transport.respondingTimeouts.idleTimeout=75s'], 'traefik', 75],
    [['traefik', '--entrypoints.web.transport.respondingtimeouts.idletimeout=75'], 'traefik', 75],
    [
      [
        'traefik',
        '--entryPoints.a.transport.respondingTimeouts.idleTimeout=75s',
        '--entryPoints.b.transport.respondingTimeouts.idleTimeout=5s',
      ],
      'traefik',
      'unknown',
    ],
    [['varnishd', '-F', '-p', 'timeout_idle=75', '-f', 'default.vcl'], 'varnish', 75],
    [['caddy', 'run', '--config', '/etc/caddy/Caddyfile'], 'caddy', 'default'],
    [['haproxy', '-f', '/usr/local/etc/haproxy/haproxy.cfg'], 'haproxy', 'default'],
    [['envoy', '-c', '/etc/envoy.yaml'], 'envoy', 'default'],
  ])('%j', (command, server, keepAlive) => {
    expect(read(command)).toEqual([server, keepAlive]);
  });
});

describe('wrappers and shells are seen through', () => {
  const UVICORN = ['uvicorn', 'main:app', '--timeout-keep-alive', '75'];
  test.each([
    ['/usr/bin/tini', '--'],
    ['dumb-init'],
    ['gosu', 'app'],
    ['poetry', 'run'],
    ['pipenv', 'run'],
    ['uv', 'run', '--no-sync'],
    ['ddtrace-run'],
    ['opentelemetry-instrument', '--service_name', 'shop'],
    ['newrelic-admin', 'run-program'],
    ['env', 'PORT=80'],
    ['nice', '-n', '5'],
    ['timeout', '-k', '5', '1h'],
    ['/app/docker-entrypoint.sh'],
    ['bash', 'entrypoint.sh'],
    ['wait-for-it.sh', 'db:5432', '-t', '30', '--'],
    ['doppler', 'run', '--'],
    ['/usr/bin/tini', '-g', '--', 'poetry', 'run', 'ddtrace-run'],
  ])('%j', (...wrapper) => {
    expect(read([...wrapper, ...UVICORN])).toEqual(['uvicorn', 75]);
  });

  test.each<[string, string, number | 'default' | 'unknown']>([
    ['exec uvicorn main:app --timeout-keep-alive 75', 'uvicorn', 75],
    ["uvicorn main:app --timeout-keep-alive '75'", 'uvicorn', 75],
    [
      'python manage.py migrate && exec gunicorn --bind :$PORT --threads 8 --keep-alive 75 main:app',
      'gunicorn',
      75,
    ],
    [
      'PYTHONPATH=/app uvicorn \\\n  main:app \\\n  --timeout-keep-alive 75 2>&1 | tee /var/log/app',
      'uvicorn',
      75,
    ],
    ['# start\nset -e\ncd /app; uvicorn main:app --timeout-keep-alive="75"', 'uvicorn', 75],
    ['export UVICORN_TIMEOUT_KEEP_ALIVE=90 && uvicorn main:app', 'uvicorn', 90],
    ['if [ "$MODE" = web ]; then exec puma; else exec sidekiq; fi', 'puma', 'default'],
    [`uvicorn main:app --timeout-keep-alive $\{TIMEOUT}`, 'uvicorn', 'unknown'],
    [`uvicorn main:app --timeout-keep-alive $\{TIMEOUT:-75}`, 'uvicorn', 'unknown'],
    [`uvicorn main:app --timeout-keep-alive $\{KEEP_ALIVE:-75}`, 'uvicorn', 75],
    ['uvicorn main:app --timeout-keep-alive $(cat /timeout)', 'uvicorn', 'unknown'],
    ["bash -lc 'exec uvicorn main:app --timeout-keep-alive 75'", 'uvicorn', 75],
    ['php-fpm -D && nginx -g "daemon off;"', 'nginx', 'default'],
    ['gunicorn -k gthread --keep-alive 5 app:app & exec nginx -g "daemon off;"', 'nginx', 'default'],
    ['npm run build && npm start', 'node', 'default'],
  ])('sh -c %j', (script, server, keepAlive) => {
    expect(read(sh(script))).toEqual([server, keepAlive]);
  });

  test('a value in a variable of a known name is expanded, words and all', () => {
    const options = { JAVA_OPTS: '-Xmx512m -Dserver.tomcat.keep-alive-timeout=75s' };
    expect(read(sh('java $JAVA_OPTS -jar /app.jar'), options)).toEqual(['spring-boot', 75]);
  });
});

describe('variables', () => {
  test.each<[readonly string[], Record<string, string>, string, number | 'default' | 'unknown']>([
    [['gunicorn', 'app:app'], { GUNICORN_CMD_ARGS: '--keep-alive 75 -k gthread' }, 'gunicorn', 75],
    [
      ['gunicorn', '-k', 'gevent', '--keep-alive', '5', 'app:app'],
      { GUNICORN_CMD_ARGS: '--keep-alive=75' },
      'gunicorn',
      5,
    ],
    [['uvicorn', 'main:app'], { UVICORN_TIMEOUT_KEEP_ALIVE: '75' }, 'uvicorn', 75],
    [['fastapi', 'run'], { UVICORN_TIMEOUT_KEEP_ALIVE: '75' }, 'uvicorn', 'default'],
    [['puma'], { PUMA_PERSISTENT_TIMEOUT: '95' }, 'puma', 95],
    [['thrust', 'bin/rails', 'server'], { HTTP_IDLE_TIMEOUT: '150' }, 'thruster', 150],
    // Milliseconds to the standalone server of Next.js, seconds to what SvelteKit builds, unknown to anything else.
    [['node', 'server.js'], { KEEP_ALIVE_TIMEOUT: '65000' }, 'next', 65],
    [['node', 'apps/web/server.js'], { KEEP_ALIVE_TIMEOUT: '65000' }, 'next', 65],
    [['node', 'build'], { KEEP_ALIVE_TIMEOUT: '65' }, 'node', 65],
    [['node', 'server.js'], { KEEP_ALIVE_TIMEOUT: '65' }, 'node', 'unknown'],
    [['node', 'dist/main.js'], { KEEP_ALIVE_TIMEOUT: '65000' }, 'node', 'unknown'],
    [['npm', 'start'], { KEEP_ALIVE_TIMEOUT: '65000' }, 'node', 'unknown'],
    [['java', '-jar', 'app.jar'], { SERVER_TOMCAT_KEEPALIVETIMEOUT: '75s' }, 'spring-boot', 75],
    [['java', '-jar', 'app.jar'], { SERVER_TOMCAT_KEEP_ALIVE_TIMEOUT: '75000' }, 'spring-boot', 75],
    [
      ['java', '-jar', 'app.jar'],
      { JAVA_TOOL_OPTIONS: '-Dserver.tomcat.keep-alive-timeout=75s' },
      'spring-boot',
      75,
    ],
    [
      ['java', '-Dserver.tomcat.keep-alive-timeout=80s', '-jar', 'a.jar'],
      { SERVER_TOMCAT_KEEPALIVETIMEOUT: '75s' },
      'spring-boot',
      80,
    ],
    [['java', '-jar', 'quarkus-run.jar'], { QUARKUS_HTTP_IDLE_TIMEOUT: '75S' }, 'quarkus', 75],
    [['dotnet', 'Shop.dll'], { Kestrel__Limits__KeepAliveTimeout: '00:01:15' }, 'kestrel', 75],
    [['dotnet', 'Shop.dll'], { Kestrel__Limits__KeepAliveTimeout: '75' }, 'kestrel', 'unknown'],
    [['kong', 'docker-start'], { KONG_NGINX_HTTP_KEEPALIVE_TIMEOUT: '75s' }, 'kong', 75],
  ])('%j with %j', (command, environment, server, keepAlive) => {
    expect(read(command, environment)).toEqual([server, keepAlive]);
  });
});

describe('what is set where it is not read', () => {
  const KEEP = ['sh', '-c', `exec gunicorn -k gthread --keep-alive $\{KEEP_ALIVE:-75} shop:app`];
  test.each<[readonly string[], Partial<Container>, number | string]>([
    [KEEP, {}, 75],
    [KEEP, { variablesNotRead: ['KEEP_ALIVE'] }, 'unknown'],
    [KEEP, { hasEnvironmentFiles: true }, 'unknown'],
    [['gunicorn', '-k', 'gthread', 'a:b'], { variablesNotRead: ['GUNICORN_CMD_ARGS'] }, 'unknown'],
    [
      ['gunicorn', '-k', 'gthread', '--keep-alive', '75', 'a:b'],
      { variablesNotRead: ['GUNICORN_CMD_ARGS'] },
      75,
    ],
    [['uvicorn', 'a:b'], { variablesNotRead: ['UVICORN_TIMEOUT_KEEP_ALIVE'] }, 'unknown'],
    [
      ['gunicorn', '-k', 'gthread', 'a:b'],
      { hasEnvironmentFiles: true },
      'gunicorn.conf.py, or its environment files',
    ],
    [['uvicorn', 'a:b'], { hasEnvironmentFiles: true }, 'its environment files'],
  ])('%j with %j', (command, patch, told) => {
    const found = workloadServer(running(command, {}, patch));
    if (found.state === 'unknown') throw new Error(found.why);
    const { keepAlive } = found;
    const by = { set: 'seconds', default: 'unless', unknown: 'state' } as const;
    expect(Object.entries(keepAlive).find(([key]) => key === by[keepAlive.state])?.[1]).toBe(told);
  });

  test('a program that starts uvicorn in its code reads no variable of its command line', () => {
    const environment = { UVICORN_TIMEOUT_KEEP_ALIVE: '75' };
    expect(read(['python', '-u', 'main.py'], environment)).toBeNull();
    expect(read(['python', '-m', 'shop'], environment)).toEqual(['uvicorn', 75]);
    expect(read(['/entrypoint.sh'], environment)).toEqual(['uvicorn', 75]);
    expect(read(['python', 'main.py'], { SANIC_KEEP_ALIVE_TIMEOUT: '75' })).toEqual(['sanic', 75]);
  });
});

describe('where it cannot be told, no server is named', () => {
  test.each<[readonly string[], string]>([
    [['./shop'], 'names no server'],
    [['python', 'app.py'], 'names no server'],
    [['java', '-jar', 'app.jar'], 'names no server'],
    [['rails', 'db:migrate'], 'names no server'],
    [['celery', '-A', 'shop', 'worker'], 'names no server'],
    [['next', 'build'], 'names no server'],
    [['nginx', '-s', 'reload'], 'names no server'],
    [['bash', '/start.sh'], 'names no server'],
    [['supervisord', '-n'], 'names no server'],
    [sh('gunicorn a:a & uvicorn b:b & wait'), 'several servers'],
    [sh('nginx & caddy run'), 'several servers'],
    [['--keep-alive', '75'], 'names no server'],
  ])('%j', (command, why) => {
    expect(workloadServer(running(command))).toEqual({ state: 'unknown', why: expect.stringContaining(why) });
  });
});
