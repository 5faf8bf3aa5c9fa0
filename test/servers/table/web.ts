import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { programVersion, server, type TableServer } from './table-server.ts';

const TEMP_PATHS = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
  .map((name) => `${name}_temp_path ${name};`)
  .join(' ');

/** Settings of the file that Debian ships, so that its connector is the real one; only port and deployment differ. */
function tomcatServerXml(port: number, lines: readonly string[]): string {
  const shipped = readFileSync('/usr/share/tomcat10/etc/server.xml', 'utf8');
  const [before, after] = shipped.split('<Connector port="8080"');
  if (before === undefined || after === undefined)
    throw new Error('the server.xml of tomcat10 has another connector');
  return `${before.replace('port="8005"', 'port="-1"')}<Connector address="127.0.0.1" port="${port}" ${lines.join(' ')}${after}`;
}

const TOMCAT_CLASSES = ['bin/bootstrap.jar', 'bin/tomcat-juli.jar']
  .map((jar) => join('/usr/share/tomcat10', jar))
  .join(':');

/** Servers with a configuration file, as Debian packages them. */
export const WEB: readonly TableServer[] = [
  server(
    'nginx',
    ['nginx', 'nginx-light'],
    programVersion('nginx', 'nginx-light', '-v'),
    (port, lines, folder) => ({
      args: ['-p', folder, '-c', 'nginx.conf', '-e', 'stderr'],
      files: {
        'nginx.conf': `daemon off; pid nginx.pid; error_log stderr; worker_processes 1;
events { worker_connections 512; }
http {
  access_log off; ${TEMP_PATHS}
  ${lines.join('\n')}
  server { listen 127.0.0.1:${port}; location / { return 200 ok; } }
}
`,
      },
    }),
    { requests: 1_100 },
  ),
  server(
    'apache',
    ['apache2', 'apache2-bin'],
    programVersion('apache2', 'apache2-bin', '-v'),
    (port, lines, folder) => ({
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
${lines.join('\n')}
`,
      },
    }),
  ),
  server(
    'lighttpd',
    ['lighttpd', 'lighttpd'],
    programVersion('lighttpd', 'lighttpd', '-v'),
    (port, lines, folder) => ({
      args: ['-D', '-f', 'lighttpd.conf'],
      files: {
        'index.html': 'ok',
        'lighttpd.conf': `server.document-root = "${folder}"
server.bind = "127.0.0.1"
server.port = ${port}
index-file.names = ( "index.html" )
${lines.join('\n')}
`,
      },
    }),
    // It looks once a second.
    { lateBySeconds: 1.1, requests: 1_200 },
  ),
  server('caddy', ['caddy', 'caddy'], programVersion('caddy', 'caddy', 'version'), (port, lines) => ({
    args: ['run', '--config', 'Caddyfile', '--adapter', 'caddyfile'],
    files: {
      Caddyfile: `${lines.join('\n').replace(/^\{/, '{\nadmin off')}
http://127.0.0.1:${port} {
  respond ok
}
`,
    },
  })),
  server('haproxy', ['haproxy', 'haproxy'], programVersion('haproxy', 'haproxy', '-v'), (port, lines) => ({
    args: ['-db', '-f', 'haproxy.cfg'],
    files: {
      'haproxy.cfg': `defaults
  mode http
  timeout server 60s
  timeout connect 5s
  ${lines.join('\n  ')}
frontend all
  bind 127.0.0.1:${port}
  http-request return status 200 content-type text/plain string ok
`,
    },
  })),
  server(
    'varnish',
    ['varnishd', 'varnish'],
    programVersion('varnishd', 'varnish', '-V'),
    (port, lines, folder) => ({
      args: [
        ...['-F', '-n', join(folder, 'work'), '-a', `127.0.0.1:${port}`, '-T', 'none', '-j', 'none'],
        ...['-s', 'malloc,10m', '-f', join(folder, 'default.vcl')],
        ...lines.flatMap((line) => /varnishd (-p) (\S+)/.exec(line)?.slice(1) ?? []),
      ],
      files: {
        'default.vcl': `vcl 4.1;
backend default none;
sub vcl_recv { return (synth(200, "ok")); }
`,
      },
    }),
  ),
  server(
    'tomcat',
    ['java', 'openjdk-17-jdk-headless'],
    programVersion(
      'java',
      'openjdk-17-jdk-headless',
      '-cp',
      '/usr/share/tomcat10/lib/catalina.jar',
      'org.apache.catalina.util.ServerInfo',
    ),
    (port, lines, folder) => ({
      args: [
        ...['-cp', TOMCAT_CLASSES, '-Dcatalina.home=/usr/share/tomcat10', `-Dcatalina.base=${folder}`],
        ...['org.apache.catalina.startup.Bootstrap', '-config', 'server.xml', 'start'],
      ],
      files: { 'server.xml': tomcatServerXml(port, lines) },
    }),
    { lateBySeconds: 1.2 },
  ),
];
