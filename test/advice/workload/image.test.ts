import { describe, expect, test } from 'vitest';
import { workloadServer } from '../../../lambda/advice/workload-server.ts';
import { container, running, service } from './services.ts';

const ofImage = (image: string, command: readonly string[] | null = null) => {
  const found = workloadServer(running(command, {}, { image }));
  return found.state === 'named' ? found.server : null;
};

test.each([
  ['nginx:1.27', 'nginx/1.27'],
  ['nginx:1.27.3-alpine', 'nginx/1.27.3'],
  ['nginx', 'nginx'],
  ['nginx:stable', 'nginx'],
  [`nginx@sha256:${'a'.repeat(64)}`, 'nginx'],
  ['docker.io/library/nginx:1.27', 'nginx/1.27'],
  ['public.ecr.aws/nginx/nginx:1.27', 'nginx/1.27'],
  ['public.ecr.aws/docker/library/httpd:2.4', 'apache/2.4'],
  ['123456789012.dkr.ecr.eu-central-1.amazonaws.com/docker-hub/library/nginx:1.27', 'nginx/1.27'],
  ['nginxinc/nginx-unprivileged:1.27', 'nginx/1.27'],
  ['tomcat:10.1-jre17', 'tomcat/10.1'],
  ['caddy:2', 'caddy/2'],
  ['traefik:v3.1', 'traefik/3.1'],
  ['haproxy:2.9', 'haproxy/2.9'],
  ['envoyproxy/envoy:v1.31.0', 'envoy/1.31.0'],
  ['kong:3.7', 'kong/3.7'],
  ['php:8.3-apache', 'mod-php'],
  ['wordpress:6.5', 'mod-php'],
])('the image %s is %s', (image, server) => {
  expect(ofImage(image)).toBe(server);
});

test.each([
  '123456789012.dkr.ecr.eu-central-1.amazonaws.com/shop:1.2',
  '123456789012.dkr.ecr.eu-central-1.amazonaws.com/nginx:1.27',
  'ghcr.io/me/nginx:1',
  'node:20',
  'php:8.3-fpm',
  'wordpress:6.5-fpm',
  'alpine:3',
  '',
])('the image %j alone names no server', (image) => {
  expect(ofImage(image)).toBeNull();
});

test('an image that runs something else is not the product', () => {
  expect(ofImage('nginx:1.27', ['/start.sh'])).toBeNull();
  expect(ofImage('node:20.11-slim', ['node', 'index.js'])).toBe('node/20.11');
  expect(ofImage('traefik:v3', ['--entryPoints.web.transport.respondingTimeouts.idleTimeout=75s'])).toBe(
    'traefik/3',
  );
});

describe('the configuration of the image', () => {
  const imageConfiguration = {
    entryPoint: ['docker-entrypoint.sh'],
    command: ['node', 'server.js'],
    environment: { NODE_VERSION: '20.11.1' },
  };

  test('tells command and version where the task definition does not', () => {
    expect(workloadServer(running(null, {}, { imageConfiguration }))).toMatchObject({
      server: 'node/20.11.1',
      where: 'command of the image of task definition shop:42: node server.js',
    });
  });

  test('gives its entry point to a command of the task definition', () => {
    const command = ['node', 'worker-and-web.js'];
    expect(workloadServer(running(command, {}, { imageConfiguration }))).toMatchObject({
      server: 'node/20.11.1',
      where: 'command of task definition shop:42: node worker-and-web.js',
    });
  });

  test('has no say where the task definition has an entry point', () => {
    const found = workloadServer(running(null, {}, { imageConfiguration, entryPoint: ['/app'] }));
    expect(found.state).toBe('unknown');
  });

  test('gives variables that the task definition can overrule', () => {
    const puma = {
      entryPoint: null,
      command: ['bundle', 'exec', 'puma'],
      environment: { PUMA_PERSISTENT_TIMEOUT: '20' },
    };
    const own = { PUMA_PERSISTENT_TIMEOUT: '95' };
    expect(workloadServer(running(null, own, { imageConfiguration: puma }))).toMatchObject({
      keepAlive: { seconds: 95 },
      where: 'variable PUMA_PERSISTENT_TIMEOUT=95 of task definition shop:42: bundle exec puma'.replace(
        'bundle exec ',
        '',
      ),
    });
    expect(workloadServer(running(null, {}, { imageConfiguration: puma }))).toMatchObject({
      keepAlive: { seconds: 20 },
      where: 'variable PUMA_PERSISTENT_TIMEOUT=20 of the image of task definition shop:42: puma',
    });
  });
});

describe('of several containers', () => {
  const app = container({ name: 'app', command: ['node', 'server.js'], servesTargetGroup: false });

  test('the one with the port counts, a sidecar too', () => {
    const proxy = container({ name: 'proxy', image: 'nginx:1.27' });
    expect(workloadServer(service(app, proxy))).toMatchObject({
      server: 'nginx/1.27',
      where: 'image of task definition shop:42, container proxy: nginx:1.27',
    });
  });

  test('none is chosen where none has the port, or two have', () => {
    const why = 'which container has the port of the target group is not known';
    expect(workloadServer(service(app))).toEqual({ state: 'unknown', why });
    expect(workloadServer(service(container(), container()))).toEqual({ state: 'unknown', why });
  });
});

test('variables that one server alone reads name it where the command is that of the image', () => {
  const of = (environment: Record<string, string>) => workloadServer(running(null, environment));
  expect(of({ PUMA_PERSISTENT_TIMEOUT: '95' })).toMatchObject({ server: 'puma', keepAlive: { seconds: 95 } });
  expect(of({ SERVER_TOMCAT_KEEPALIVETIMEOUT: '75s' })).toMatchObject({
    server: 'spring-boot',
    where: 'variable SERVER_TOMCAT_KEEPALIVETIMEOUT=75s of task definition shop:42',
  });
  expect(of({ GUNICORN_CMD_ARGS: '--keep-alive 75' })).toMatchObject({
    server: 'gunicorn',
    keepAlive: { seconds: 75 },
  });
  expect(of({ KEEP_ALIVE_TIMEOUT: '65000' })).toMatchObject({ state: 'unknown' });
  expect(of({ PUMA_PERSISTENT_TIMEOUT: '95', UVICORN_TIMEOUT_KEEP_ALIVE: '75' }).state).toBe('unknown');
});
