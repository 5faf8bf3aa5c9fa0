import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Need } from '../scenario.ts';
import type { Launch } from './program.ts';

/** A server of a Debian package, with the one setting this is about, in real milliseconds. */
export interface Installed {
  readonly need: Need;
  readonly launch: (keepAliveMs: number, requestsPerConnection?: number) => Launch;
}

const write = (folder: string, name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

export const NGINX: Installed = {
  need: { program: 'nginx', debianPackage: 'nginx-light' },
  launch:
    (keepAliveMs, requestsPerConnection = 1_000_000) =>
    ({ port, folder }) => {
      const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
        .map((name) => `${name}_temp_path ${folder}/${name};`)
        .join('\n  ');
      const text = `daemon off;
master_process off;
pid ${folder}/nginx.pid;
error_log ${folder}/error.log;
events {}
http {
  access_log off;
  ${temporary}
  keepalive_timeout ${Math.round(keepAliveMs)}ms;
  keepalive_requests ${requestsPerConnection};
  server { listen 127.0.0.1:${port}; location / { return 200 "ok"; } }
}
`;
      return ['-p', folder, '-e', join(folder, 'error.log'), '-c', write(folder, 'nginx.conf', text)];
    },
};

export const APACHE: Installed = {
  need: { program: 'apache2', debianPackage: 'apache2-bin' },
  launch:
    (keepAliveMs) =>
    ({ port, folder }) => {
      const modules = '/usr/lib/apache2/modules';
      write(folder, 'index.html', 'ok');
      const text = `ServerRoot ${folder}
ServerName shop.lab
Listen 127.0.0.1:${port}
PidFile ${folder}/apache.pid
ErrorLog ${folder}/error.log
Mutex file:${folder}
LoadModule mpm_event_module ${modules}/mod_mpm_event.so
LoadModule authz_core_module ${modules}/mod_authz_core.so
LoadModule dir_module ${modules}/mod_dir.so
StartServers 1
KeepAlive On
KeepAliveTimeout ${Math.round(keepAliveMs)}ms
MaxKeepAliveRequests 0
DocumentRoot ${folder}
FallbackResource /index.html
`;
      return ['-DFOREGROUND', '-d', folder, '-f', write(folder, 'apache.conf', text)];
    },
};

export const HAPROXY: Installed = {
  need: { program: 'haproxy', debianPackage: 'haproxy' },
  launch:
    (keepAliveMs) =>
    ({ port, folder }) => {
      const text = `defaults
  mode http
  timeout client 600s
  timeout http-request 600s
  timeout http-keep-alive ${Math.round(keepAliveMs)}ms
frontend web
  bind 127.0.0.1:${port}
  http-request return status 200 content-type text/plain string ok
`;
      return ['-db', '-f', write(folder, 'haproxy.cfg', text)];
    },
};

/** Takes whole seconds only, so the scale decides what is possible. */
export const GUNICORN: Installed = {
  need: { program: 'gunicorn', debianPackage: 'gunicorn' },
  launch:
    (keepAliveMs) =>
    ({ port, folder }) => {
      const application = `def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "2")])
    return [b"ok"]
`;
      write(folder, 'lab_app.py', application);
      const keepAlive = String(Math.round(keepAliveMs / 1000));
      const worker = ['--worker-class', 'gthread', '--threads', '64', '--keep-alive', keepAlive];
      return [
        '--chdir',
        folder,
        '--bind',
        `127.0.0.1:${port}`,
        ...worker,
        '--log-level',
        'critical',
        'lab_app:app',
      ];
    },
};
