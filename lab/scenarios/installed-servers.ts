import type { Stage } from '../scenario.ts';
import { APACHE, GUNICORN, HAPROXY, type Installed, NGINX } from '../servers/installed.ts';
import { startProgram } from '../servers/program.ts';
import { idleCloseScenario } from './idle-close.ts';

const starter = (installed: Installed) => (stage: Stage, seconds: number) =>
  startProgram(stage, installed.need, installed.launch(stage.clock.realMs(seconds)));

/** An image whose configuration file has the setting: a task definition does not show it. */
const imageAlone = (image: string) => () => ({ image, command: null, environment: {} });

export const nginxKeepAliveTimeout = idleCloseScenario({
  name: 'nginx-keepalive-timeout',
  title: 'nginx with keepalive_timeout 10 s',
  server: 'nginx',
  needs: NGINX.need,
  scale: 5,
  start: starter(NGINX),
  container: imageAlone('nginx:1.27'),
  setting: { name: 'keepalive_timeout', short: 10, long: 75 },
});

export const apacheKeepAliveTimeout = idleCloseScenario({
  name: 'apache-keepalive-timeout',
  title: 'Apache with its default KeepAliveTimeout of 5 s',
  server: 'Apache httpd (event)',
  needs: APACHE.need,
  scale: 5,
  start: starter(APACHE),
  container: imageAlone('httpd:2.4'),
  setting: { name: 'KeepAliveTimeout', short: 5, long: 66 },
});

export const haproxyKeepAlive = idleCloseScenario({
  name: 'haproxy-http-keep-alive',
  title: 'HAProxy with timeout http-keep-alive 10 s',
  server: 'HAProxy',
  needs: HAPROXY.need,
  scale: 5,
  start: starter(HAPROXY),
  container: imageAlone('haproxy:2.6'),
  setting: { name: 'timeout http-keep-alive', short: 10, long: 75 },
});

/** gunicorn takes whole seconds: at scale 2 one real second is its default of 2. */
export const gunicornKeepAlive = idleCloseScenario({
  name: 'gunicorn-keep-alive',
  title: 'gunicorn (gthread) with its default keep-alive of 2 s',
  server: 'gunicorn with 64 threads',
  needs: GUNICORN.need,
  scale: 2,
  start: starter(GUNICORN),
  container: (seconds) => ({
    image: 'shop:1',
    command: [
      'gunicorn',
      '--worker-class',
      'gthread',
      '--threads',
      '64',
      '--keep-alive',
      String(seconds),
      'app:app',
    ],
    environment: {},
  }),
  setting: { name: '--keep-alive', short: 2, long: 66 },
});
